"""Secrets at rest: sealed with AES-256-GCM under a key that lives outside the database."""

import base64
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION: Final = b"\x01"
KEY_BYTES: Final = 32
ID_BYTES: Final = 4
NONCE_BYTES: Final = 12
HEADER: Final = len(VERSION) + ID_BYTES
LOCKED: Final = (
    "{} was sealed with a key that BRIDGE_SECRET_KEY lacks: restart with the BRIDGE_SECRET_KEY that"
    " was in use, after the new one"
)


class VaultError(Exception):
    """What was sealed can't be opened: its key is not given, or it was changed or moved."""


class Vault:
    """Seals and opens texts. A sealed text is version, key id, nonce, ciphertext.

    `keys` are 32 bytes each, newest first: the first seals, any opens. The `context`
    (`<connection id>/<name>`) is bound in, so that a sealed text opens only in its own place.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys:
            raise ValueError("a vault needs a key")
        self._newest = _key_id(keys[0])
        self._keys = {_key_id(key): AESGCM(key) for key in keys}

    def seal(self, text: str, *, context: str) -> bytes:
        """Encrypt `text` under the newest key."""
        nonce = os.urandom(NONCE_BYTES)
        header = VERSION + self._newest
        sealed = self._keys[self._newest].encrypt(nonce, text.encode(), header + context.encode())
        return header + nonce + sealed

    def open(self, sealed: bytes, *, context: str) -> str:
        """Decrypt what `seal` gave; raises VaultError."""
        header, rest = sealed[:HEADER], sealed[HEADER:]
        cipher = self._keys.get(header[len(VERSION) :])
        if header[: len(VERSION)] != VERSION or cipher is None:
            raise VaultError(LOCKED.format(context))
        nonce, ciphertext = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
        try:
            return cipher.decrypt(nonce, ciphertext, header + context.encode()).decode()
        except InvalidTag:
            raise VaultError(f"{context} does not open: it was changed or moved") from None

    def rotate(self, sealed: bytes, *, context: str) -> bytes:
        """Seal again under the newest key; gives `sealed` itself back when it already is."""
        if sealed[len(VERSION) : HEADER] == self._newest:
            return sealed
        return self.seal(self.open(sealed, context=context), context=context)


def generate_key() -> str:
    """Make a new key, written as urlsafe base64."""
    return base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).decode()


def parse_keys(text: str) -> list[bytes]:
    """Read comma-separated keys, newest first; ValueError says which is wrong, not what it is."""
    return [_key(part.strip(), place) for place, part in enumerate(text.split(","), start=1)]


def kept_key(folder: Path) -> tuple[str, bool]:
    """Read the key that lies in `folder`, or make it (readable by its owner alone).

    Returns the key and whether it was made now. Raises OSError.
    """
    path = folder / "secret.key"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip(), False
    key = generate_key()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key + "\n")
    return key, True


def _key(part: str, place: int) -> bytes:
    try:
        key = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise ValueError(f"key {place} is not urlsafe base64") from None
    if len(key) != KEY_BYTES:
        raise ValueError(f"key {place} has {len(key)} bytes, not {KEY_BYTES}")
    return key


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"bridge key id" + key).digest()[:ID_BYTES]
