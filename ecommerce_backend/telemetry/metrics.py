"""Numbers for Prometheus, added up over all workers. Source: https://prometheus.github.io/client_python/multiprocess/."""

from prometheus_client import Counter, Histogram

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)

REQUESTS = Counter("http_requests", "Requests answered.", ["method", "route", "status"])
DURATION = Histogram("http_request_duration_seconds", "From the request's head to its last byte.", buckets=SECONDS)
FROM_MEMORY = Counter("http_requests_from_memory", "Requests answered in front of Django.")
QUERIES = Counter("db_queries", "Queries that requests made.")
SLOW_QUERIES = Counter("db_slow_queries", "Queries that took SLOW_QUERY_MS or longer.")
READS = Counter(
    "db_catalogue_reads", "Reads that had to be made, with replicas; by who made it and why.", ["database", "reason"]
)
