"""Words and pictures at rest: AES-256-GCM under keys that lie apart from what they encipher.

Each sealed value names its key, so that keys can be exchanged while everything runs: the first key seals, all open.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MARK = "gcm1:"  # what is sealed begins with it; anything else is from before, and plain
SHORTEST = 32  # letters of a secret
NONCE_BYTES, ID_LETTERS = 12, 8
BEGINNING = len(MARK) + ID_LETTERS + 1
DAMAGED = "\ufffd"  # in place of words that somebody changed on the disk


class WrongKey(Exception):
    """What is there was enciphered by a key that is not at hand."""


@dataclass(frozen=True, slots=True)
class Key:
    id: str  # says which, and nothing of it
    gcm: AESGCM


def key_of(secret: str) -> Key:
    """Raises ValueError for a secret that could be guessed."""
    if len(secret) < SHORTEST:
        raise ValueError(f"a key of at least {SHORTEST} letters is needed, not of {len(secret)}")
    told = hashlib.sha256(b"id:" + secret.encode()).hexdigest()[:ID_LETTERS]
    return Key(told, AESGCM(hashlib.sha256(secret.encode()).digest()))


def keys_of(secrets_: str) -> tuple[Key, ...]:
    """Between spaces, commas or line ends; the newest first."""
    return tuple(key_of(secret) for secret in re.split(r"[\s,]+", secrets_.strip()) if secret)


class Cipher:
    """`read` answers with the secrets, again whenever a key is met that was not there before. `where` they are kept,
    for who has to put one back."""

    def __init__(self, read: Callable[[], str], where: str) -> None:
        self._read, self.where = read, where
        self.reload()

    def reload(self) -> None:
        """Another process may have exchanged them. Raises WrongKey."""
        self._keys = self._known()

    def _known(self) -> tuple[Key, ...]:
        try:
            found = keys_of(self._read())
        except ValueError as error:
            raise WrongKey(f"{self.where}: {error}") from None
        if not found:
            raise WrongKey(f"{self.where}: there is no key in it")
        return found

    @property
    def newest(self) -> str:
        return self._keys[0].id

    def require(self, ids: Iterable[str]) -> None:
        """Raises WrongKey."""
        for one in ids:
            self._key(one)

    def _key(self, wanted: str) -> AESGCM:
        if found := self._named(wanted):
            return found
        self.reload()
        if found := self._named(wanted):
            return found
        raise WrongKey(
            f"what is kept here was enciphered by the key {wanted}, which is not in {self.where}: put it back there"
            " from where keys are kept apart from the data; without it nobody can read those words again"
        )

    def _named(self, wanted: str) -> AESGCM | None:
        return next((key.gcm for key in self._keys if key.id == wanted), None)

    def seal(self, words: str) -> str:
        key, nonce = self._keys[0], secrets.token_bytes(NONCE_BYTES)
        sealed = nonce + key.gcm.encrypt(nonce, words.encode(), None)
        return f"{MARK}{key.id}:{base64.urlsafe_b64encode(sealed).decode()}"

    def open(self, sealed: str) -> str:
        """Words from before are answered as they are, damaged ones as DAMAGED. Raises WrongKey."""
        if not sealed.startswith(MARK):
            return sealed
        gcm = self._key(sealed[len(MARK) : BEGINNING - 1])
        try:
            inside = base64.urlsafe_b64decode(sealed[BEGINNING:])
            return gcm.decrypt(inside[:NONCE_BYTES], inside[NONCE_BYTES:], None).decode()
        except (ValueError, InvalidTag):
            return DAMAGED

    def seal_file(self, content: bytes, name: str) -> bytes:
        """Bound to its name: it cannot be exchanged for another."""
        key, nonce = self._keys[0], secrets.token_bytes(NONCE_BYTES)
        return f"{MARK}{key.id}:".encode() + nonce + key.gcm.encrypt(nonce, content, name.encode())

    def open_file(self, sealed: bytes, name: str) -> bytes:
        """A file from before is answered as it is. Raises WrongKey, or ValueError for a damaged one."""
        if not sealed.startswith(MARK.encode()):
            return sealed
        gcm = self._key(sealed[len(MARK) : BEGINNING - 1].decode("ascii", "replace"))
        nonce, inside = sealed[BEGINNING : BEGINNING + NONCE_BYTES], sealed[BEGINNING + NONCE_BYTES :]
        try:
            return gcm.decrypt(nonce, inside, name.encode())
        except InvalidTag:
            raise ValueError(f"{name}: damaged") from None

    def is_newest(self, sealed: bytes) -> bool:
        return sealed.startswith(f"{MARK}{self.newest}:".encode())
