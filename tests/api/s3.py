"""An S3 server on loopback, looked into by plain HTTP: not by the code that writes there."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
from moto.server import ThreadedMotoServer

from tests.api.receiver import free_port

KEY = re.compile(r"<Key>([^<]+)</Key>")
SECRET = "geheim-geheim"
SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=test/20261127/us-east-1/s3/aws4_request, Signature=unchecked"}


@dataclass
class Storage:
    """`bucket` is there from the start."""

    port: int
    bucket: str = "gusu-pictures"
    server: ThreadedMotoServer | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def up(self) -> None:
        self.server = ThreadedMotoServer(ip_address="127.0.0.1", port=self.port, verbose=False)
        self.server.start()

    def down(self) -> None:
        """What lies there stays: the server keeps it in this process."""
        if self.server:
            self.server.stop()
        self.server = None

    def settings(self, **changes: str) -> dict[str, str]:
        return {
            "photos_s3_bucket": self.bucket,
            "photos_s3_endpoint": self.url,
            "photos_s3_prefix": "district/photos",
            "photos_s3_access_key": "test",
            "photos_s3_secret_key": SECRET,
        } | changes

    def environment(self, **changes: str) -> dict[str, str]:
        return {name.upper(): value for name, value in self.settings(**changes).items()}

    def ask(self, method: str, path: str, content: bytes = b"") -> httpx.Response:
        with httpx.Client(trust_env=False) as http:
            answer = http.request(method, f"{self.url}/{path}", content=content, headers=SIGNED)
        answer.raise_for_status()
        return answer

    def names(self) -> list[str]:
        return KEY.findall(self.ask("GET", f"{self.bucket}?list-type=2").text)

    def content(self, name: str) -> bytes:
        return self.ask("GET", f"{self.bucket}/{name}").content

    def put(self, name: str, content: bytes) -> None:
        self.ask("PUT", f"{self.bucket}/{name}", content)

    def let_in(self, requests: str) -> None:
        """How many requests may still come with any key; `inf` at first."""
        self.ask("POST", "moto-api/reset-auth", requests.encode())


@contextmanager
def running_storage() -> Iterator[Storage]:
    storage = Storage(free_port())
    storage.up()
    storage.ask("POST", "moto-api/reset")
    storage.ask("PUT", storage.bucket)
    try:
        yield storage
    finally:
        storage.down()
