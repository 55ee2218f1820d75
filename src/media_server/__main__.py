"""`python -m media_server` is the same command as `media-server`."""

import sys

from media_server.cli import main

if __name__ == "__main__":
    sys.exit(main())
