"""HTTP. The only floor with async code; it reads the catalog and the stores, never a library."""
