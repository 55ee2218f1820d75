"""Names of codecs, and which of them browsers play. The names are FFmpeg's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from media_server.media.video_sniff import VideoMime

_VIDEO: Final = {
    "h264": b"avc1 avc2 avc3 avc4 dva1 dvav",
    "hevc": b"hvc1 hev1 dvh1 dvhe",
    "av1": b"av01 dav1",
    "vp8": b"vp08",
    "vp9": b"vp09",
    "mpeg4": b"mp4v",
    "h263": b"s263 h263 H263",
    "mjpeg": b"jpeg mjpa mjpb dmb1 AVDJ",
    "prores": b"apch apcn apcs apco ap4h ap4x",
    "dnxhd": b"AVdn AVdh",
    "dvvideo": b"dvcp dvpp dv5n dv5p dvh2 dvh3 dvh4 dvh5 dvh6 dvhp dvhq",
    "mpeg2video": b"mx5p mx4p mx3p mx5n mx4n mx3n hdv1 hdv2 hdv3 hdv5 hdv6 xd54 xd5b xdv7 m2v1",
    "cfhd": b"CFHD",
    "svq1": b"SVQ1 svq1",
    "svq3": b"SVQ3",
    "cinepak": b"cvid",
}
_SOUND: Final = {
    "aac": b"mp4a",
    "mp3": b".mp3",
    "ac3": b"ac-3",
    "eac3": b"ec-3",
    "opus": b"Opus",
    "flac": b"fLaC",
    "alac": b"alac",
    "amr_nb": b"samr",
    "amr_wb": b"sawb",
    "pcm_s16le": b"sowt",
    "pcm_s16be": b"twos",
    "pcm_s24be": b"in24",
    "pcm_u8": b"raw ",
    "pcm": b"lpcm ipcm",
    "pcm_mulaw": b"ulaw",
    "pcm_alaw": b"alaw",
}
_BY_CODE: Final = {
    code: name
    for table in (_VIDEO, _SOUND)
    for name, codes in table.items()
    for code in (codes[at : at + 4] for at in range(0, len(codes), 5))
} | {b"rle ": "qtrle", b"dvc ": "dvvideo", b"ms\0\x55": "mp3"}
# Of `mp4v` and `mp4a`, which stand for many. Source: mp4ra.org, object type indications.
_BY_OBJECT_TYPE: Final = {
    0x20: "mpeg4",
    **dict.fromkeys(range(0x60, 0x66), "mpeg2video"),
    0x6A: "mpeg1video",
    0x6C: "mjpeg",
    **dict.fromkeys((0x40, 0x66, 0x67, 0x68), "aac"),
    0x69: "mp3",
    0x6B: "mp3",
    0xA5: "ac3",
    0xA6: "eac3",
    0xAD: "opus",
    0xDD: "vorbis",
}

_EIGHT_BIT: Final = frozenset({"yuv420p", "yuvj420p"})
_PLAYED_IN_MP4: Final = frozenset({"aac", "mp3", "opus", "flac", None})
_PLAYED_IN_WEBM: Final = frozenset({"opus", "vorbis", None})


def codec_name(code: bytes, object_type: int | None = None) -> str | None:
    """The name of a codec in a movie file; of an unknown one the code itself, if it is text.

    Args:
        code: the sample entry's name, 4 bytes.
        object_type: the object type indication of MPEG-4 part 1, for codes that need it.
    """
    if object_type in _BY_OBJECT_TYPE and code in (b"mp4v", b"mp4a"):
        return _BY_OBJECT_TYPE[object_type]
    known = _BY_CODE.get(code)
    if known is not None:
        return known
    text = code.decode("latin-1").strip()
    return text.lower() if text.isascii() and text.isalnum() else None


def browser_plays(
    mime: VideoMime, video: str | None, pixel_format: str | None, sound: str | None
) -> bool:
    """Whether today's Chrome, Edge, Firefox and Safari all play the file as it is.

    The rule: MP4, M4V and MOV with H.264 of 8 bits and 4:2:0, MP4 also with VP9 or AV1; sound in
    AAC, MP3, Opus or FLAC, or none. WebM with VP8, VP9 or AV1; sound in Opus or Vorbis, or none.
    HEVC plays only where the machine has a decoder for it; Matroska and Ogg with Theora no longer
    or not everywhere. Of several audio tracks the first counts.

    Args:
        mime: what the file is.
        video: name of the video codec.
        pixel_format: FFmpeg's name of how its pixels are stored; None if unknown.
        sound: name of the audio codec; None without sound.
    """
    if mime in ("video/mp4", "video/x-m4v", "video/quicktime"):
        if sound not in _PLAYED_IN_MP4:
            return False
        if video == "h264":
            return pixel_format in _EIGHT_BIT
        return mime == "video/mp4" and video in ("vp9", "av1")
    if mime == "video/webm":
        return video in ("vp8", "vp9", "av1") and sound in _PLAYED_IN_WEBM
    return False
