"""Where pictures lie: the same life in a folder and in S3-compatible storage, and a store that is away."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from httpx import Response
from sqlmodel import select

from api import clockwork, photo_check, photos, pictures, tickets
from api.actors import SYSTEM
from api.album import names
from api.album.folder import Folder
from api.album.sealed import Sealed
from api.erasure import Erasing
from api.errors import NoStore
from api.lifecycle import Role
from api.models import Photo
from api.photo_check import Findings
from nlp.understand import Understander
from tests.api.album import files_of
from tests.api.browsing import browser
from tests.api.life import Cast, cast_of, failure, ok, open_ticket
from tests.api.pictures import drawn
from tests.api.s3 import Storage
from tests.api.test_privacy import OPERATOR
from tests.conftest import running_api


@dataclass
class Place:
    """One of the stores, seen from outside."""

    cast: Cast
    storage: Storage | None

    def names(self) -> list[str]:
        if self.storage:
            return [name.removeprefix("district/photos/") for name in self.storage.names()]
        root = self.cast.api.settings.var_dir / "photos"
        return [file.relative_to(root).as_posix() for file in sorted(root.rglob("*")) if file.is_file()]

    def put(self, name: str, content: bytes) -> None:
        if self.storage:
            return self.storage.put(f"district/photos/{name}", content)
        file = self.cast.api.settings.var_dir / "photos" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    async def add(self, number: str, content: bytes) -> Response:
        path, headers = f"/api/v1/tickets/{number}/photos", self.cast.headers[Role.RESIDENT]
        return await self.cast.api.client.post(path, files={"file": content}, headers=headers)

    async def get(self, number: str, photo: str, role: Role = Role.TRIAGE) -> Response:
        path = f"/api/v1/tickets/{number}/photos/{photo}"
        return await self.cast.api.client.get(path, headers=self.cast.headers[role])

    async def erase(self) -> None:
        async with self.cast.api.db.writing() as session:
            await Erasing(session, self.cast.api.office, OPERATOR, "本人要求").resident("web", "r1")

    async def compared(self, **later: float) -> Findings:
        now, api = datetime.now(UTC) + timedelta(**later), self.cast.api
        return await photo_check.compare(api.db, api.office.photos, now, lambda _: None)

    async def reported(self) -> str:
        return str((await open_ticket(self.cast.api))["number"])


@pytest.fixture(params=["folder", "s3"])
async def place(
    request: pytest.FixtureRequest, tmp_path: Path, database_url: str, understander: Understander
) -> AsyncIterator[Place]:
    storage: Storage | None = request.getfixturevalue("storage") if request.param == "s3" else None
    settings = storage.settings() if storage else {}
    async with running_api(tmp_path, database_url, understander, **settings) as api:
        yield Place(await cast_of(api), storage)


@pytest.fixture
async def far(tmp_path: Path, database_url: str, understander: Understander, storage: Storage) -> AsyncIterator[Place]:
    async with running_api(tmp_path, database_url, understander, **storage.settings()) as api:
        yield Place(await cast_of(api), storage)


async def test_a_pictures_whole_life(place: Place) -> None:
    number = await place.reported()
    photo = ok(await place.add(number, drawn("JPEG", (800, 600))))["photo"]
    assert place.names() == [names.full(photo), names.small(photo)]
    assert (await place.cast.read(number))["photos"] == [photo]
    for size in ("", "/small"):
        answer = await place.get(number, photo + size)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
        assert (await place.get(number, photo + size, Role.HANDLER)).status_code == 404
    await place.cast.done(Role.TRIAGE, number, "decline", reason="不归我们")
    await place.erase()
    assert (await place.get(number, photo)).status_code == 404, "from the moment it is erased"
    await clockwork.sweep(place.cast.api.db, place.cast.api.office)
    assert place.names() == []
    assert await place.compared(days=1) == Findings()


async def test_what_was_not_used_does_not_stay(place: Place) -> None:
    number = await place.reported()
    headers = place.cast.headers[Role.RESIDENT] | {"Idempotency-Key": "k"}
    path = f"/api/v1/tickets/{number}/photos"
    sent = [drawn("PNG"), drawn("PNG"), drawn("PNG", colour="blue")]
    answers = [await place.cast.api.client.post(path, files={"file": one}, headers=headers) for one in sent]
    assert [answer.status_code for answer in answers] == [201, 201, 409]
    assert len(place.names()) == 2


async def test_a_transaction_that_fails_leaves_files_that_are_found(place: Place) -> None:
    api, number = place.cast.api, await place.reported()
    picture = await pictures.read(drawn("PNG"))
    with pytest.raises(ZeroDivisionError):
        async with photos.shelving(api.office.photos, [picture]) as (one,), api.db.writing() as session:
            await photos.add(session, api.office, await tickets.seen(session, number, SYSTEM), SYSTEM, one)
            raise ZeroDivisionError
    assert (await place.cast.read(number))["photos"] == []
    assert await place.compared() == Findings(), "it may be about to get its row"
    assert (await place.compared(minutes=61)).orphans == [names.full(one.id), names.small(one.id)]


async def test_compares_files_and_rows(place: Place) -> None:
    number = await place.reported()
    whole, lost = [ok(await place.add(number, drawn("PNG", colour=colour)))["photo"] for colour in ("red", "blue")]
    await place.cast.api.office.photos.remove(names.full(lost))
    await place.cast.api.office.photos.remove(names.small(whole))
    other = "AAAAAAAAAAAAAAAAAAAAAA"
    for name in (names.full(other), f"{names.full(whole)}.0a1b.part", "AA/notes.txt", "xx/AAAAAAAAAAAAAAAAAAAAAA.jpg"):
        place.put(name, b"?")
    found = await place.compared(minutes=61)
    assert (found.pictures, found.foreign) == (2, 2)
    assert found.orphans == sorted([names.full(other), f"{names.full(whole)}.0a1b.part"])
    assert found.lacking == [photo_check.Lacking(lost, number)], "a small one can be made again"


async def test_a_store_that_is_away_costs_no_ticket(far: Place) -> None:
    assert far.storage
    number = await far.reported()
    photo = ok(await far.add(number, drawn("PNG")))["photo"]
    far.storage.down()
    for answer in (await far.add(number, drawn("PNG", colour="blue")), await far.get(number, photo)):
        assert failure(answer) == (503, "no_store")
        assert answer.headers["content-type"] == "application/problem+json"
        assert set(answer.json()) == {"type", "title", "status", "code"}, "nothing of where it is kept"
    assert (await far.cast.read(number))["photos"] == [photo]
    await far.cast.done(Role.TRIAGE, number, "file")
    later = await far.reported()
    far.storage.up()
    assert (await far.get(number, photo)).status_code == 200
    assert (await far.add(later, drawn("PNG"))).status_code == 201


async def test_staff_keep_what_they_typed_when_the_store_is_away(far: Place) -> None:
    assert far.storage
    number = await far.reported()
    reader = await browser(far.cast.api, Role.TRIAGE)
    page = await reader.open(f"/tickets/{number}")
    far.storage.down()
    page = await reader.send(page, "notes", text="看过现场", files={"photo": ("a.png", drawn("PNG"), "image/png")})
    assert page.status == 503 and "照片现在存不进去" in page.words and "看过现场" in page.html
    page = await reader.send(page, "notes", text="看过现场")
    assert page.status == 200 and "看过现场" in page.words


async def test_what_is_erased_while_the_store_is_away_goes_when_it_is_back(far: Place) -> None:
    assert far.storage
    api, number = far.cast.api, await far.reported()
    photo = ok(await far.add(number, drawn("PNG")))["photo"]
    await far.cast.done(Role.TRIAGE, number, "decline", reason="不归我们")
    far.storage.down()
    await far.erase()
    await clockwork.sweep(api.db, api.office)
    with pytest.raises(NoStore):
        await photos.discard(api.db, api.office.photos)
    assert (await far.get(number, photo)).status_code == 404
    far.storage.up()
    assert len(far.names()) == 2
    await clockwork.sweep(api.db, api.office)
    assert far.names() == []


async def test_a_full_or_forbidden_folder_is_a_store_that_is_away(cast: Cast) -> None:
    (cast.api.settings.var_dir / "photos").write_text("a file where the folder should be")
    place = Place(cast, None)
    number = await place.reported()
    assert failure(await place.add(number, drawn("PNG"))) == (503, "no_store")
    assert (await cast.read(number))["photos"] == []


@dataclass(frozen=True)
class ErasedMeanwhile(Folder):
    """The picture is erased, and its files are taken out, after it was read and before the small one is kept."""

    place: Place

    async def get(self, name: str) -> bytes:
        content = await Folder.get(self, name)
        await self.place.erase()
        await photos.discard(self.place.cast.api.db, self)
        return content


async def test_no_small_one_is_left_of_what_was_erased_while_it_was_made(cast: Cast) -> None:
    place = Place(cast, None)
    number = await place.reported()
    photo = ok(await place.add(number, drawn("PNG")))["photo"]
    await cast.done(Role.TRIAGE, number, "decline", reason="不归我们")
    root = cast.api.settings.var_dir / "photos"
    (root / names.small(photo)).unlink()
    album = Sealed(ErasedMeanwhile(root, place), cast.api.settings.cipher_for("api"))
    async with cast.api.db.reading() as session:
        row = (await session.exec(select(Photo))).one()
    assert await photos.small_of(cast.api.db, album, row)
    assert place.names() == []


async def test_old_pictures_are_read_and_erased_where_they_are_until_they_are_moved(
    tmp_path: Path, database_url: str, understander: Understander, storage: Storage
) -> None:
    async with running_api(tmp_path, database_url, understander) as api:
        before = Place(await cast_of(api), None)
        old, erased = await before.reported(), await before.reported()
        kept = ok(await before.add(old, drawn("PNG")))["photo"]
        await before.add(erased, drawn("PNG"))
    cast = before.cast
    async with running_api(tmp_path, database_url, understander, **storage.settings()) as api:
        now = Place(replace(cast, api=api), storage)
        assert (await now.get(old, f"{kept}/small")).status_code == 200
        fresh = ok(await now.add(old, drawn("PNG", colour="blue")))["photo"]
        assert now.names() == [names.full(fresh), names.small(fresh)], "new ones go to the new place only"
        await now.cast.done(Role.TRIAGE, erased, "decline", reason="不归我们")
        await now.erase()
        await photos.discard(api.db, api.office.photos)
        assert [file.name for file in files_of(api)] == [f"{kept}.jpg", f"{kept}.small.jpg"]
        assert (await now.compared()).lacking == []
