"""The jail: processes that can read one open file and nothing else, and the pool that uses them."""
