"""`/api/v1`: one module a resource, joined by a table of routes."""
