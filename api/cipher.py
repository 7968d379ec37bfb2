"""Words and pictures at rest: AES-256-GCM under keys that lie apart from what they encipher.

Each sealed value names its key, so that keys can be exchanged while everything runs: the first key seals, all open.
"""

import base64
import hashlib
import hmac
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
MARKS = "m"  # the ids of such secrets begin with it; no hexadecimal digit
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
    return Key(id_of(secret), AESGCM(hashlib.sha256(secret.encode()).digest()))


def id_of(secret: str) -> str:
    return hashlib.sha256(b"id:" + secret.encode()).hexdigest()[:ID_LETTERS]


def keys_of(secrets_: str) -> tuple[Key, ...]:
    """Between spaces, commas or line ends; the newest first."""
    return tuple(key_of(secret) for secret in re.split(r"[\s,]+", secrets_.strip()) if secret)


def _lacking(wanted: str, where: str) -> str:
    return (
        f"what is kept here was enciphered by the key {wanted}, which is not in {where}: put it back there from where"
        " keys are kept apart from the data; without it nobody can read those words again"
    )


@dataclass(frozen=True, slots=True)
class Marks:
    """The secret of `Cipher.mark`. It is never exchanged: rows are found by it."""

    secret: bytes
    where: str

    @property
    def id(self) -> str:
        return MARKS + id_of(self.secret.decode())[len(MARKS) :]


class Cipher:
    """`read` answers with the secrets, again whenever a key is met that was not there before. `where` they are kept,
    for who has to put one back."""

    def __init__(self, read: Callable[[], str], where: str, marks: Marks | None = None) -> None:
        self._read, self.where, self.marks = read, where, marks
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

    @property
    def in_use(self) -> set[str]:
        """The ids of what seals and marks from now on."""
        return {self.newest} | ({self.marks.id} if self.marks else set())

    def require(self, ids: Iterable[str]) -> None:
        """Raises WrongKey."""
        for one in sorted(set(ids) - self.in_use):
            if self.marks and one.startswith(MARKS):
                raise WrongKey(_lacking(one, self.marks.where))
            self._key(one)

    def mark(self, words: str) -> str:
        """The same for the same words, and nobody without the secret makes it: by it a row is found again."""
        if self.marks is None:
            raise WrongKey(f"{self.where}: there is no secret for marks beside it")
        return hmac.new(self.marks.secret, words.encode(), "sha256").hexdigest()

    def _key(self, wanted: str) -> AESGCM:
        if found := self._named(wanted):
            return found
        self.reload()
        if found := self._named(wanted):
            return found
        raise WrongKey(_lacking(wanted, self.where))

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
