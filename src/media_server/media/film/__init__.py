"""Films: their boxes and streams, what they say, and what FFmpeg may open."""
