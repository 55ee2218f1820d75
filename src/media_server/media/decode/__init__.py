"""Decoders: from a file to a small upright picture in sRGB. One module a library."""

from media_server.media.decode.decoder import Decoder, decoder_for

__all__ = ["Decoder", "decoder_for"]
