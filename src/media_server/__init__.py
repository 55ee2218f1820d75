"""Media Server: point it at a folder of photos and videos and they are there."""

__version__ = "0.1.0"
