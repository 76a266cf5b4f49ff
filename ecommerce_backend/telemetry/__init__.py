"""What the web process tells of itself: a line of log for each request, metrics, slow queries.

Whoever answers a request leaves in the WSGI environment what is to be told of it.
"""

ROUTE = "ecommerce_backend.route"
USER_ID = "ecommerce_backend.user_id"
FROM_MEMORY = "ecommerce_backend.from_memory"
