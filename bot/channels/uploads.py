"""Pictures of the web chat, enciphered, kept until the words that belong to them have been filed."""

import secrets
import time
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.cipher import Cipher
from api.schemas import MAX_PHOTO_BYTES
from bot import texts
from bot.channels.port import NoPhoto

PHOTO_ID_BYTES = 16
KEPT_FOR = 7 * 86400.0  # seconds: a report lies unfinished for some days at most
MOST_BYTES_KEPT = 2 * 1024**3  # of all chats
ENVELOPE = 10_000  # bytes that a form adds to its file
HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


class Uploads:
    def __init__(self, folder: Path, cipher: Cipher) -> None:
        self.folder, self.cipher = folder, cipher

    async def receive(self, request: Request) -> Response:
        length = request.headers.get("content-length", "")
        if not length.isdecimal():
            return _problem(411, "没有收到照片。请再试一次。")
        if int(length) > MAX_PHOTO_BYTES + ENVELOPE:
            return _problem(413, texts.UNREADABLE["photo_too_big"])
        async with request.form(max_files=1, max_fields=5) as form:
            file = form.get("file")
            content = b"" if file is None or isinstance(file, str) else await file.read(MAX_PHOTO_BYTES + 1)
        if not content:
            return _problem(422, "没有收到照片。请再试一次。")
        if len(content) > MAX_PHOTO_BYTES:
            return _problem(413, texts.UNREADABLE["photo_too_big"])
        return JSONResponse({"photo": await self.keep(content)}, headers=HEADERS)

    async def show(self, request: Request) -> Response:
        """Whoever knows its name, which nobody guesses."""
        try:
            content = await self.read(request.path_params["photo"])
        except NoPhoto:
            return _problem(404, "这张照片已经不在了。")
        return Response(content, media_type="image/jpeg", headers=HEADERS)

    async def keep(self, content: bytes) -> str:
        return await run_in_threadpool(self._keep, content)

    def _keep(self, content: bytes) -> str:
        self.folder.mkdir(parents=True, exist_ok=True)
        photo = secrets.token_hex(PHOTO_ID_BYTES)
        sealed = self.cipher.seal_file(content, photo)
        self._make_room(len(sealed))
        (self.folder / photo).write_bytes(sealed)
        return photo

    def _make_room(self, size: int) -> None:
        """Removes what is too old, then the oldest until the new one fits."""
        kept = sorted((file.stat().st_mtime, file.stat().st_size, file) for file in self.folder.iterdir())
        total, oldest = sum(size for _, size, _ in kept) + size, time.time() - KEPT_FOR
        for at, freed, file in kept:
            if at > oldest and total <= MOST_BYTES_KEPT:
                return
            file.unlink(missing_ok=True)
            total -= freed

    async def read(self, photo: str) -> bytes:
        """Raises NoPhoto. The name came from outside."""
        if len(photo) != 2 * PHOTO_ID_BYTES or not photo.isalnum():
            raise NoPhoto
        try:
            return self.cipher.open_file(await run_in_threadpool((self.folder / photo).read_bytes), photo)
        except (OSError, ValueError):
            raise NoPhoto from None


def _problem(status: int, words: str) -> Response:
    return JSONResponse({"error": words}, status_code=status, headers=HEADERS)
