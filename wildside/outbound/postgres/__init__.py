"""The stores over PostgreSQL, and the server itself."""
