"""Networks that learn while one looks on, and the data that they learn from."""
