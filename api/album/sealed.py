"""Pictures enciphered on their way into an album, and opened on their way out."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from api.album.album import Absent, Album, Entry
from api.cipher import Cipher


@dataclass(frozen=True, slots=True)
class Sealed:
    """`inner` keeps what nobody reads without the key. Pictures of before lie there as they came, until `renew`."""

    inner: Album
    cipher: Cipher

    async def put(self, name: str, content: bytes) -> None:
        await self.inner.put(name, self.cipher.seal_file(content, name))

    async def get(self, name: str) -> bytes:
        try:
            return self.cipher.open_file(await self.inner.get(name), name)
        except ValueError:  # the disk's fault, or somebody's who exchanged files: it is not the picture
            raise Absent(name) from None

    async def size(self, name: str) -> int | None:
        return await self.inner.size(name)

    async def remove(self, name: str) -> None:
        await self.inner.remove(name)

    def entries(self) -> AsyncIterator[Entry]:
        return self.inner.entries()

    async def renew(self, name: str) -> bool:
        """Under the newest key; False where it is already, or is not there any more. Raises WrongKey."""
        try:
            kept = await self.inner.get(name)
            if self.cipher.is_newest(kept):
                return False
            await self.put(name, self.cipher.open_file(kept, name))
        except (Absent, ValueError):
            return False
        return True
