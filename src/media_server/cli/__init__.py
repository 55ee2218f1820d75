"""The command line: one module a command."""

from media_server.cli.main import main

__all__ = ["main"]
