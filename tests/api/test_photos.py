"""Pictures: which are taken, what of them is kept, and who sees them."""

import asyncio
import io
import re
import zlib

import pytest
from httpx import Response
from PIL import Image

from api.lifecycle import Lane, Role, Status
from api.schemas import MAX_PHOTO_BYTES, MAX_PHOTOS
from tests.api.album import files_of, opened
from tests.api.browsing import browser
from tests.api.life import Cast, ok
from tests.api.pictures import (
    PIXELS_ALONE,
    SCRIPT,
    TRACES,
    animated,
    chunk,
    drawn,
    grey_of_16_bits,
    heic,
    hidden_below_transparency,
    png,
    saved,
    segments,
    telling,
    zipped,
)


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


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
async def test_keeps_neither_place_nor_camera_in_either_size(cast: Cast, number: str, kind: str) -> None:
    sent = telling(kind)
    assert all(trace in sent for trace in TRACES[:1] + TRACES[3:])
    answer = ok(await post(cast, number, sent))
    for size in ("", "/small"):
        picture = await kept(cast, number, answer["photo"] + size)
        assert (picture.size, answer["width"], answer["height"]) == ((40, 60), 40, 60), "turned upright"
        assert [_hue(picture, 5), _hue(picture, 55)] == ["blue", "red"], "and the right way round"
        assert not picture.getexif() and not {"exif", "icc_profile", "comment", "xmp"} & set(picture.info)
    contents = [opened(cast.api, file) for file in files_of(cast.api)]
    assert len(contents) == 2
    for content in contents:
        assert set(segments(content)) <= PIXELS_ALONE and not [trace for trace in TRACES if trace in content]


def _hue(picture: Image.Image, y: int) -> str:
    red, _, blue = picture.convert("RGB").getpixel((20, y))  # type: ignore[misc]
    return "red" if red > blue else "blue"


POLYGLOTS = {
    "a page after a JPEG": drawn("JPEG") + SCRIPT,
    "a page in a JPEG's comment": drawn("JPEG", comment=SCRIPT),
    "an archive after a JPEG": drawn("JPEG") + zipped(),
    "an archive after a PNG": drawn("PNG") + zipped(),
    "a page in a PNG's text": png(60, 40, bytes(181) * 40, chunk(b"tEXt", b"a\0" + SCRIPT)),
    "a page after a WebP": drawn("WEBP") + SCRIPT,
    "a page after a HEIC": heic() + SCRIPT,
}


@pytest.mark.parametrize("sent", POLYGLOTS.values(), ids=POLYGLOTS.keys())
async def test_nothing_but_the_pixels_survives(cast: Cast, number: str, sent: bytes) -> None:
    photo = ok(await post(cast, number, sent))["photo"]
    for size in ("", "/small"):
        assert (await kept(cast, number, photo + size)).size == (60, 40)
    for content in (opened(cast.api, file) for file in files_of(cast.api)):
        assert set(segments(content)) <= PIXELS_ALONE
        assert not [part for part in (b"<script", b"<html", b"PK\x03\x04", b"SECRET") if part in content]


COLOURS: dict[str, tuple[bytes, tuple[int, int, int]]] = {
    "a CMYK JPEG": (saved(Image.new("CMYK", (60, 40), (0, 255, 255, 0)), "JPEG"), (255, 0, 0)),
    "a grey PNG of 16 bits": (grey_of_16_bits(0x8000), (128, 128, 128)),
    "a dark one": (grey_of_16_bits(0x0800), (8, 8, 8)),
    "an animated WebP": (animated("WEBP"), (255, 0, 0)),
    "an animated PNG": (animated("PNG"), (255, 0, 0)),
    "several pictures in one file": (animated("MPO"), (255, 0, 0)),
    "a palette": (saved(Image.new("RGB", (60, 40), "red").quantize(4), "PNG"), (255, 0, 0)),
    "what was wiped out": (hidden_below_transparency(), (255, 255, 255)),
}


@pytest.mark.parametrize(("sent", "colour"), COLOURS.values(), ids=COLOURS.keys())
async def test_unusual_pictures_look_as_they_did(
    cast: Cast, number: str, sent: bytes, colour: tuple[int, int, int]
) -> None:
    photo = ok(await post(cast, number, sent))["photo"]
    for size in ("", "/small"):
        picture = await kept(cast, number, photo + size)
        assert (picture.format, picture.size, getattr(picture, "n_frames", 1)) == ("JPEG", (60, 40), 1)
        seen = picture.convert("RGB").getpixel((10, 20))
        assert all(abs(one - other) <= 4 for one, other in zip(seen, colour, strict=True)), seen  # type: ignore[arg-type]


@pytest.mark.parametrize("called", ["text/html", "image/svg+xml", "application/x-httpd-php", "image/gif", ""])
async def test_what_a_file_is_called_counts_for_nothing(cast: Cast, number: str, called: str) -> None:
    path = f"/api/v1/tickets/{number}/photos"
    names = ("../../x.php", drawn("PNG"), called) if called else ('照片"\r\n.html', drawn("PNG"))
    sent = await cast.api.client.post(path, files={"file": names}, headers=cast.headers[Role.RESIDENT])
    assert (await kept(cast, number, ok(sent)["photo"])).format == "JPEG"
    lie = ("a.jpg", SCRIPT, "image/jpeg")
    answer = await cast.api.client.post(path, files={"file": lie}, headers=cast.headers[Role.RESIDENT])
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_photo")


async def test_makes_a_large_one_smaller(cast: Cast, number: str) -> None:
    answer = ok(await post(cast, number, drawn("JPEG", (4000, 1000))))
    assert (answer["width"], answer["height"]) == (2000, 500)
    sizes = [(await kept(cast, number, answer["photo"] + size)).size for size in ("", "/small")]
    assert sizes == [(2000, 500), (320, 80)]


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
    "a PNG a row too large": png(7_746, 7_746, b""),
    "a WebP of 268 megapixels": b"RIFF\x1e\0\0\0WEBPVP8L\x11\0\0\0\x2f\xff\xff\xff\x0f" + bytes(13),
    "a PNG whose text unpacks to a gigabyte": png(60, 40, b"", chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(10**8)))),
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


async def test_takes_20_megabytes_and_not_a_byte_more(cast: Cast, number: str) -> None:
    largest = drawn("JPEG").ljust(MAX_PHOTO_BYTES, b"\0")
    answer = await post(cast, number, largest + b"\0")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert files_of(cast.api) == []
    photo = ok(await post(cast, number, largest))["photo"]
    assert (await kept(cast, number, photo)).size == (60, 40)
    assert sum(file.stat().st_size for file in files_of(cast.api)) < 10_000


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
    assert len(files_of(cast.api)) == 2, "of what was not needed nothing stays"


async def test_refuses_the_tenth(cast: Cast, number: str) -> None:
    pictures = [drawn("PNG", (10 + i, 10)) for i in range(MAX_PHOTOS + 1)]
    answers = await asyncio.gather(*(post(cast, number, content) for content in pictures))
    assert sorted(answer.status_code for answer in answers) == [201] * MAX_PHOTOS + [409]
    assert len((await cast.read(number))["photos"]) == MAX_PHOTOS
    assert len(files_of(cast.api)) == 2 * MAX_PHOTOS


async def test_is_seen_by_nobody_else(cast: Cast, number: str) -> None:
    photo = ok(await post(cast, number, drawn("PNG")))["photo"]
    other = await cast.at(Lane.PUBLIC, Status.REPORTED)
    triage = cast.headers[Role.TRIAGE]
    for path, headers in (
        (f"{number}/photos/{photo}", cast.api.resident(address="r2")),
        (f"{number}/photos/{photo}", cast.headers[Role.HANDLER]),
        (f"{number}/photos/{photo}/small", cast.api.resident(address="r2")),
        (f"{number}/photos/{photo}/small", cast.headers[Role.HANDLER]),
        (f"{number}/photos/{photo}/large", triage),
        (f"{other}/photos/{photo}", triage),
        (f"{other}/photos/{photo}/small", triage),
        (f"{number}/photos/..%2F{photo}", triage),
        (f"{number}/photos/x", triage),
    ):
        assert (await cast.api.client.get(f"/api/v1/tickets/{path}", headers=headers)).status_code == 404
    stranger = {"file": drawn("PNG")}
    path = f"/api/v1/tickets/{number}/photos"
    assert (
        await cast.api.client.post(path, files=stranger, headers=cast.api.resident(address="r2"))
    ).status_code == 404
    assert len(files_of(cast.api)) == 2, "a stranger's picture is not even kept for a moment"


async def test_a_file_that_is_gone_is_not_found(cast: Cast, number: str) -> None:
    photo = ok(await post(cast, number, drawn("PNG")))["photo"]
    path, headers = f"/api/v1/tickets/{number}/photos/{photo}", cast.headers[Role.TRIAGE]
    for left in (b"half a pict", None):
        for file in files_of(cast.api):
            file.unlink()
            if left and not file.stem.endswith("small"):
                file.write_bytes(left)
        assert (await cast.api.client.get(f"{path}/small", headers=headers)).status_code == 404
    assert (await cast.api.client.get(path, headers=headers)).status_code == 404


async def test_a_picture_of_before_gets_its_small_one_when_it_is_asked_for(cast: Cast, number: str) -> None:
    photo = ok(await post(cast, number, drawn("PNG", (640, 480))))["photo"]
    small = next(file for file in files_of(cast.api) if file.name.endswith(".small.jpg"))
    small.unlink()
    for _ in range(2):
        assert (await kept(cast, number, f"{photo}/small")).size == (320, 240)
        assert small.stat().st_size and set(segments(opened(cast.api, small))) <= PIXELS_ALONE


async def test_a_browser_keeps_it_for_this_reader_and_runs_nothing_in_it(cast: Cast, number: str) -> None:
    photo = ok(await post(cast, number, drawn("PNG")))["photo"]
    tags = set[str]()
    for path in (f"{number}/photos/{photo}", f"{number}/photos/{photo}/small"):
        url, headers = f"/api/v1/tickets/{path}", cast.headers[Role.TRIAGE]
        got = (await cast.api.client.get(url, headers=headers)).headers
        tags.add(got["etag"])
        assert "private" in got["cache-control"] and "immutable" in got["cache-control"]
        assert "public" not in got["cache-control"] and {"Cookie", "Authorization"} <= set(got["vary"].split(", "))
        assert got["content-disposition"].startswith(f'inline; filename="{photo}') and got["etag"] != '""'
        assert "sandbox" in got["content-security-policy"] and got["x-content-type-options"] == "nosniff"
        again = await cast.api.client.get(url, headers=headers | {"If-None-Match": f'"other", {got["etag"]}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", got["etag"])
        stranger = cast.api.resident(address="r2") | {"If-None-Match": got["etag"]}
        assert (await cast.api.client.get(url, headers=stranger)).status_code == 404
    assert len(tags) == 2


async def test_staff_see_the_small_one_in_their_list_and_on_the_ticket(cast: Cast, number: str) -> None:
    photo = ok(await post(cast, number, drawn("PNG", (640, 480))))["photo"]
    reader = await browser(cast.api, Role.TRIAGE)
    for at in ("/queue?tab=open", f"/tickets/{number}"):
        page = await reader.open(at)
        (shown,) = re.findall(r"<img[^>]*photos/[^>]*>", page.html)
        assert f"{photo}/small" in shown and re.search(r'width="\d+" height="\d+"', shown) and "alt=" in shown
        (source,) = re.findall(r'src="([^"]+)"', shown)
        answer = await reader.client.get(source)
        assert Image.open(io.BytesIO(answer.content)).size == (320, 240)
