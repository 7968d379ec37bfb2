"""What is made of a file that somebody sent: its pixels alone, upright, in two sizes. By content, whatever its name."""

import asyncio
import hashlib
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pillow_heif
from PIL import Image, ImageOps

from api.errors import BadPhoto

LONGEST_SIDE, SMALL_SIDE = 2000, 320
MOST_PIXELS = 60_000_000  # a small file can unpack to gigabytes
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
AT_ONCE = 2  # the largest that is taken needs some 400 MB while it is read
DEEP = ("I;16", "I;16B", "I;16L", "I;16N", "I")  # Pillow would cut these to 255 rather than scale them

pillow_heif.register_heif_opener()
_workers = ThreadPoolExecutor(AT_ONCE, "pictures")


@dataclass(frozen=True, slots=True)
class Picture:
    """As it will be kept: two JPEGs, upright, of LONGEST_SIDE and SMALL_SIDE at the most. `width` and `height` are
    those of the larger one; `digest` is that of the file as it was sent."""

    content: bytes
    small: bytes
    width: int
    height: int
    digest: str


async def read(content: bytes) -> Picture:
    """Before the transaction, in a thread: writers must not wait for a picture. Raises BadPhoto for what is none."""
    return await _in_thread(_read, content)


async def shrink(kept: bytes) -> bytes:
    """The small one of a picture that was kept without. Raises BadPhoto."""
    return (await _in_thread(_read, kept)).small


async def _in_thread(work: Callable[[bytes], Picture], content: bytes) -> Picture:
    return await asyncio.get_running_loop().run_in_executor(_workers, work, content)


def _read(content: bytes) -> Picture:
    try:
        upright = _upright(content)
        kept = _jpeg(upright, 85)
        size = upright.size
        upright.thumbnail((SMALL_SIDE, SMALL_SIDE))
        return Picture(kept, _jpeg(upright, 80), *size, digest=hashlib.sha256(content).hexdigest())
    except BadPhoto:
        raise
    except Exception:  # decoders fail on broken files in whatever way they like
        raise BadPhoto from None


def _upright(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise BadPhoto(reason="too_many_pixels")
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(_opaque(picture))
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    upright.info.clear()
    return upright


def _opaque(picture: Image.Image) -> Image.Image:
    """On white: what lies under transparent pixels was not meant to be seen."""
    if picture.mode in DEEP:
        return _keeping_exif(picture, picture.point(lambda level: level / 256).convert("L").convert("RGB"))
    if not picture.has_transparency_data:
        return _keeping_exif(picture, picture.convert("RGB"))
    above = picture.convert("RGBA")
    return _keeping_exif(picture, Image.alpha_composite(Image.new("RGBA", above.size, "white"), above).convert("RGB"))


def _keeping_exif(picture: Image.Image, plain: Image.Image) -> Image.Image:
    """Which way is up stands there; it goes when the picture has been turned."""
    plain.info = {name: value for name, value in picture.info.items() if name in ("exif", "xmp", "XML:com.adobe.xmp")}
    return plain


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=quality, optimize=True)  # from the pixels alone: no metadata comes along
    return stream.getvalue()
