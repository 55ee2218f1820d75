"""Migrations of the catalog, one module for each schema revision."""
