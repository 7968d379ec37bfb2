"""Files as telephones, and people with bad intentions, make them; and what a JPEG is made of."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

import numpy as np
import pillow_heif
from PIL import Image, ImageCms

ORIENTATION, GPS, CAMERA = 0x0112, 0x8825, 0x0110
SECONDS = (98_765_432, 1_234_567)  # of the position: eight bytes that nothing else holds
TRACES = (b"SECRET", b"Exif", b"GPS", struct.pack(">II", *SECONDS), struct.pack("<II", *SECONDS))
SCRIPT = b"<html><script>alert(document.cookie)</script></html>"
# JFIF, tables, the frame, the scan (ITU T.81 table B.1): nothing that could carry words
PIXELS_ALONE = {0xE0, 0xDB, 0xC0, 0xC2, 0xC4, 0xDA}


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)  # type: ignore[arg-type]
    return stream.getvalue()


def drawn(kind: str, size: tuple[int, int] = (60, 40), colour: str = "red", **options: object) -> bytes:
    return saved(Image.new("RGB", size, colour), kind, **options)


def halves() -> Image.Image:
    """Blue at the left, red at the right: shows which way it was turned."""
    image = Image.new("RGB", (60, 40), "red")
    image.paste("blue", (0, 0, 30, 40))
    return image


def where_and_with_what() -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTATION], exif[CAMERA] = 6, "SECRETCAM"
    exif.get_ifd(GPS).update({1: "N", 2: (31.0, 18.0, SECONDS[0] / SECONDS[1]), 3: "E", 4: (120.0, 37.0, 0.0)})
    return exif


def exif_bytes() -> bytes:
    """The seconds as they are, not as Pillow would round them."""
    made = where_and_with_what().tobytes()
    return made + b"GPS" + struct.pack(">II", *SECONDS) + struct.pack("<II", *SECONDS)


def telling(kind: str) -> bytes:
    """A picture that says where and with what it was taken, lying on its side."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    if kind == "HEIF":
        stream = io.BytesIO()
        pillow_heif.from_pillow(halves()).save(stream, exif=exif_bytes(), xmp=b"<x>SECRETPLACE</x>", quality=90)
        return stream.getvalue()
    besides: dict[str, object] = {"comment": b"SECRETPLACE"} if kind == "JPEG" else {}
    if kind == "WEBP":
        besides = {"xmp": b"<x>SECRETPLACE</x>", "lossless": True}
    return saved(halves(), kind, exif=exif_bytes(), icc_profile=profile, **besides)


def heic() -> bytes:
    stream = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (60, 40), "red")).save(stream)
    return stream.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, data: bytes, *before: bytes) -> bytes:
    """`before`: chunks ahead of the pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(data))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(before) + pixels + chunk(b"IEND", b"")


def zipped() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("SECRET.sh", "rm -rf /")
    return stream.getvalue()


def grey_of_16_bits(level: int) -> bytes:
    return saved(Image.fromarray(np.full((40, 60), level, dtype=np.uint16)), "PNG")


def hidden_below_transparency() -> bytes:
    """Red where it can be seen; blue, made wholly transparent, where somebody meant to wipe it out."""
    image = halves().convert("RGBA")
    image.paste((0, 0, 255, 0), (0, 0, 30, 40))
    return saved(image, "PNG")


def animated(kind: str) -> bytes:
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "blue", "lime")]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=50)


def segments(jpeg: bytes) -> Iterator[int]:
    """The markers of a JPEG, one after the other; fails where anything stands after its end."""
    assert jpeg[:2] == b"\xff\xd8" and jpeg[-2:] == b"\xff\xd9"
    at = 2
    while jpeg[at + 1] != 0xDA:
        assert jpeg[at] == 0xFF
        yield jpeg[at + 1]
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    yield 0xDA
    scan = jpeg[at:-2].replace(b"\xff\x00", b"")
    assert b"\xff\xd9" not in scan, "something stands after the end of the picture"
