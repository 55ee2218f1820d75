"""Pure values: what the other floors pass to each other. No I/O, no clock, no settings read."""
