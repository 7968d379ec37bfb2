"""Pictures in S3-compatible storage."""

import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from api.album.album import Absent, Entry
from api.errors import NoStore
from api.settings import Settings

if TYPE_CHECKING:  # a name of the library's stubs only
    from obstore.store import S3Credential

CODE = re.compile(r"<Code>(\w{1,60})</Code>")
NO_KEY = ("NoSuchKey", "")  # a HEAD has no body to say so
# a person waits: a store that is away must be known to be so within seconds
CONNECTS_WITHIN, ANSWERS_WITHIN = timedelta(seconds=3), timedelta(seconds=15)
RETRIES, RETRIES_FOR = 2, timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Bucket:
    store: S3Store
    called: str

    async def put(self, name: str, content: bytes) -> None:
        with self._told():
            await self.store.put_async(name, content, attributes={"Content-Type": "image/jpeg"}, use_multipart=False)

    async def get(self, name: str) -> bytes:
        with self._told(name):
            answer = await self.store.get_async(name)
            return bytes(await answer.bytes_async())

    async def size(self, name: str) -> int | None:
        try:
            with self._told(name):
                return int((await self.store.head_async(name))["size"])
        except Absent:
            return None

    async def remove(self, name: str) -> None:
        try:
            with self._told(name):
                await self.store.delete_async(name)
        except Absent:
            return

    async def entries(self) -> AsyncIterator[Entry]:
        pages = self.store.list()
        while True:
            try:
                with self._told():
                    page = await anext(pages)
            except StopAsyncIteration:
                return
            for row in page:
                yield Entry(row["path"], row["last_modified"])

    @contextmanager
    def _told(self, name: str = "") -> Iterator[None]:
        """`name`: of what may be absent; not told for what is written, where only the bucket can be missing."""
        try:
            yield
        except (BaseError, OSError, ValueError) as error:
            code = said(error)
            if name and isinstance(error, FileNotFoundError) and code in NO_KEY:
                raise Absent(name) from None
            raise NoStore(reason=f"pictures cannot be kept in {self.called}: {_why(error, code)}") from None


def said(error: Exception) -> str:
    """The store's own code. Nothing else of its answer: that may repeat the key it was asked with."""
    found = CODE.search(str(error))
    return found[1] if found else ""


def _why(error: Exception, code: str) -> str:
    match error:
        case _ if code:
            return code
        case PermissionDeniedError() | UnauthenticatedError():
            return "it does not let us in"
        case FileNotFoundError():
            return "there is no such bucket"
        case _:
            return "it cannot be reached"


def open_bucket(settings: Settings) -> Bucket:
    endpoint = settings.photos_s3_endpoint or _of_amazon(settings.photos_s3_region)
    by_host = settings.photos_s3_addressing == "host"
    address = _with_bucket(endpoint, settings.photos_s3_bucket) if by_host else endpoint
    store = S3Store(
        settings.photos_s3_bucket,
        prefix=settings.photos_s3_prefix or None,
        region=settings.photos_s3_region,
        # all of it said twice: what AWS_… variables say of another program's store must not lead pictures there
        endpoint=address,
        aws_endpoint_url_s3=address,
        virtual_hosted_style_request=by_host,
        skip_signature=False,
        credential_provider=_credentials(*settings.photos_s3_keys),
        disable_bulk_delete=True,  # not every compatible storage has it
        client_options={
            "allow_http": endpoint.startswith("http://"),
            "connect_timeout": CONNECTS_WITHIN,
            "timeout": ANSWERS_WITHIN,
        },
        retry_config={"max_retries": RETRIES, "retry_timeout": RETRIES_FOR},
    )
    return Bucket(store, f"{endpoint}/{settings.photos_s3_bucket}")


def _of_amazon(region: str) -> str:
    return f"https://s3.{region}.amazonaws.com" + (".cn" if region.startswith("cn-") else "")


def _credentials(access_key: str, secret_key: str) -> "Callable[[], S3Credential]":
    return lambda: {
        "access_key_id": access_key,
        "secret_access_key": secret_key,
        "token": None,
        "expires_at": None,
    }


def _with_bucket(endpoint: str, bucket: str) -> str:
    parts = urlsplit(endpoint)
    return f"{parts.scheme}://{bucket}.{parts.netloc}"
