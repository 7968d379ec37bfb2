"""Pictures: which are taken, what of them is kept, and who sees them."""

import asyncio
import io
import struct
import zlib

import pillow_heif
import pytest
from httpx import Response
from PIL import Image, ImageCms

from api.lifecycle import Lane, Role, Status
from api.schemas import MAX_PHOTO_BYTES, MAX_PHOTOS
from tests.api.album import files_of
from tests.api.life import Cast, ok

ORIENTATION, GPS, CAMERA = 0x0112, 0x8825, 0x0110


def drawn(kind: str, size: tuple[int, int] = (60, 40), colour: str = "red", **options: object) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, colour).save(stream, kind, **options)  # type: ignore[arg-type]
    return stream.getvalue()


def heic() -> bytes:
    stream = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (60, 40), "red")).save(stream)
    return stream.getvalue()


def telling() -> bytes:
    """A picture that says where and with what it was taken, lying on its side."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[CAMERA] = 6, "SECRETCAM"
    exif.get_ifd(GPS).update({1: "N", 2: (31.0, 18.0, 0.0), 3: "E", 4: (120.0, 37.0, 0.0)})
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return drawn("JPEG", exif=exif, comment=b"SECRETPLACE", icc_profile=profile)


def png(width: int, height: int, data: bytes) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


async def post(cast: Cast, number: str, content: bytes, role: Role = Role.RESIDENT, key: str = "") -> Response:
    headers = {**cast.headers[role]} | ({"Idempotency-Key": key} if key else {})
    return await cast.api.client.post(f"/api/v1/tickets/{number}/photos", files={"file": content}, headers=headers)


async def kept(cast: Cast, number: str, photo: str) -> Image.Image:
    path = f"/api/v1/tickets/{number}/photos/{photo}"
    answer = await cast.api.client.get(path, headers=cast.headers[Role.TRIAGE])
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.headers["x-content-type-options"] == "nosniff"
    return Image.open(io.BytesIO(answer.content))


@pytest.fixture
async def number(cast: Cast) -> str:
    return await cast.at(Lane.PUBLIC, Status.REPORTED)


async def test_takes_the_pictures_that_telephones_make(cast: Cast, number: str) -> None:
    made = {"JPEG": drawn("JPEG"), "PNG": drawn("PNG"), "WEBP": drawn("WEBP"), "HEIC": heic()}
    for kind, content in made.items():
        answer = await post(cast, number, content)
        assert answer.status_code == 201, kind
        picture = await kept(cast, number, answer.json()["photo"])
        assert (picture.format, picture.size) == ("JPEG", (60, 40)), kind
    assert len((await cast.read(number))["photos"]) == 4


async def test_keeps_neither_place_nor_camera(cast: Cast, number: str) -> None:
    sent = telling()
    assert b"SECRETCAM" in sent and b"SECRETPLACE" in sent
    answer = ok(await post(cast, number, sent))
    picture = await kept(cast, number, answer["photo"])
    assert (picture.size, answer["width"], answer["height"]) == ((40, 60), 40, 60), "turned upright"
    assert not picture.getexif() and not {"exif", "icc_profile", "comment"} & set(picture.info)
    files = [file.read_bytes() for file in files_of(cast.api)]
    assert files and not any(b"SECRET" in file for file in files)


async def test_makes_a_large_one_smaller(cast: Cast, number: str) -> None:
    answer = ok(await post(cast, number, drawn("JPEG", (4000, 1000))))
    assert (answer["width"], answer["height"]) == (2000, 500)


NOT_PICTURES = {
    "nothing": b"",
    "text": b"hello",
    "HTML": b"<html><script>alert(1)</script></html>",
    "SVG": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "a GIF": drawn("GIF"),
    "a JPEG cut short": drawn("JPEG", (400, 400))[:400],
    "a PNG cut short": drawn("PNG", (400, 400))[:60],
    "a PNG of a terapixel": png(1_000_000, 1_000_000, b""),
    "a PNG that unpacks to gigabytes": png(20_000, 20_000, b"\x00" * 1_000_000),
    "a PNG of no width": png(0, 10, b""),
    "a PNG with little in it": png(100, 100, b"\x00"),
    "a JPEG of noise": b"\xff\xd8\xff\xe0" + bytes(range(256)) * 9,
    "a HEIC of noise": heic()[:200] + b"\x00" * 200,
}


@pytest.mark.parametrize("content", NOT_PICTURES.values(), ids=NOT_PICTURES.keys())
async def test_refuses_what_is_no_picture(cast: Cast, number: str, content: bytes) -> None:
    answer = await post(cast, number, content)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_photo")
    assert (await cast.read(number))["photos"] == []


async def test_refuses_what_is_too_large(cast: Cast, number: str) -> None:
    answer = await post(cast, number, drawn("JPEG") + b"\x00" * MAX_PHOTO_BYTES)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_refuses_a_form_without_a_file(cast: Cast, number: str) -> None:
    path = f"/api/v1/tickets/{number}/photos"
    for sent in ({"data": {"file": "x"}}, {"files": {"photo": b"x"}}, {"json": {}}, {"content": b"x"}):
        answer = await cast.api.client.post(path, headers=cast.headers[Role.RESIDENT], **sent)  # type: ignore[arg-type]
        assert (answer.status_code, answer.json()["code"]) == (422, "malformed"), sent


async def test_the_same_twice_is_one(cast: Cast, number: str) -> None:
    one, two = drawn("PNG"), drawn("PNG", colour="blue")
    answers = await asyncio.gather(*(post(cast, number, one) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["photo"] for answer in answers}) == 1
    with_key = [await post(cast, number, content, key="k") for content in (one, one, two)]
    assert [answer.status_code for answer in with_key] == [201, 201, 409]
    assert len((await cast.read(number))["photos"]) == 1


async def test_refuses_the_tenth(cast: Cast, number: str) -> None:
    pictures = [drawn("PNG", (10 + i, 10)) for i in range(MAX_PHOTOS + 1)]
    answers = await asyncio.gather(*(post(cast, number, content) for content in pictures))
    assert sorted(answer.status_code for answer in answers) == [201] * MAX_PHOTOS + [409]
    assert len((await cast.read(number))["photos"]) == MAX_PHOTOS


async def test_is_seen_by_nobody_else(cast: Cast, number: str) -> None:
    photo = ok(await post(cast, number, drawn("PNG")))["photo"]
    other = await cast.at(Lane.PUBLIC, Status.REPORTED)
    triage = cast.headers[Role.TRIAGE]
    for path, headers in (
        (f"{number}/photos/{photo}", cast.api.resident(address="r2")),
        (f"{number}/photos/{photo}", cast.headers[Role.HANDLER]),
        (f"{other}/photos/{photo}", triage),
        (f"{number}/photos/..%2F{photo}", triage),
        (f"{number}/photos/x", triage),
    ):
        assert (await cast.api.client.get(f"/api/v1/tickets/{path}", headers=headers)).status_code == 404
    stranger = {"file": drawn("PNG")}
    path = f"/api/v1/tickets/{number}/photos"
    assert (
        await cast.api.client.post(path, files=stranger, headers=cast.api.resident(address="r2"))
    ).status_code == 404


async def test_a_file_that_is_gone_is_not_found(cast: Cast, number: str) -> None:
    photo = ok(await post(cast, number, drawn("PNG")))["photo"]
    for file in files_of(cast.api):
        file.unlink()
    path = f"/api/v1/tickets/{number}/photos/{photo}"
    assert (await cast.api.client.get(path, headers=cast.headers[Role.TRIAGE])).status_code == 404
