"""Bytes to facts and pictures: formats, metadata, decoders, and the jail they run in.

Knows nothing of libraries, catalogs or stores. Content decides what a file is, never its name.
"""
