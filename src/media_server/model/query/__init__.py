"""The language of the search box: text to syntax tree and back, without any I/O."""
