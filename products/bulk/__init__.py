"""Files of products, in and out."""
