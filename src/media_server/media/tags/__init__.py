"""Tags: what EXIF, XMP, IPTC, GPS, makers and sidecars say, as facts that name their source."""
