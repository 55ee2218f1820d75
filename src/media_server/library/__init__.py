"""What the product does with a library: walk, reconcile, ingest, settle, watch."""
