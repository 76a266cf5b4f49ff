"""Files of products, read."""
