"""Secrets at rest open in their own place, with their own key, and nowhere else."""

import os
from pathlib import Path

import pytest

from bridge.crypto import Vault, VaultError, generate_key, kept_key, parse_keys

OLD, NEW = os.urandom(32), os.urandom(32)
PLACE = "1/xero.client_secret"


def test_what_is_sealed_opens_again() -> None:
    vault = Vault([NEW])

    assert vault.open(vault.seal("sécret", context=PLACE), context=PLACE) == "sécret"


def test_the_same_text_is_sealed_differently_each_time() -> None:
    vault = Vault([NEW])

    assert vault.seal("secret", context=PLACE) != vault.seal("secret", context=PLACE)


def test_nothing_of_the_text_shows() -> None:
    assert b"secret" not in Vault([NEW]).seal("secret", context=PLACE)


def test_a_sealed_text_does_not_open_in_another_place() -> None:
    vault = Vault([NEW])
    sealed = vault.seal("secret", context=PLACE)

    with pytest.raises(VaultError, match="2/xero"):
        vault.open(sealed, context="2/xero.client_secret")


@pytest.mark.parametrize("place", [0, 1, 5, 20, -1])
def test_a_changed_byte_is_noticed(place: int) -> None:
    vault = Vault([NEW])
    sealed = bytearray(vault.seal("secret", context=PLACE))
    sealed[place] ^= 1

    with pytest.raises(VaultError):
        vault.open(bytes(sealed), context=PLACE)


def test_a_cut_text_is_noticed() -> None:
    with pytest.raises(VaultError):
        Vault([NEW]).open(b"", context=PLACE)


def test_old_keys_open_and_the_newest_seals() -> None:
    sealed = Vault([OLD]).seal("secret", context=PLACE)
    both = Vault([NEW, OLD])
    renewed = both.rotate(sealed, context=PLACE)

    assert both.open(sealed, context=PLACE) == "secret"
    assert Vault([NEW]).open(renewed, context=PLACE) == "secret"
    assert both.rotate(renewed, context=PLACE) is renewed


def test_a_key_that_is_missing_is_told_without_the_text() -> None:
    sealed = Vault([OLD]).seal("secret", context=PLACE)

    with pytest.raises(VaultError, match="BRIDGE_SECRET_KEY lacks"):
        Vault([NEW]).open(sealed, context=PLACE)


def test_generated_keys_read_back() -> None:
    assert len(parse_keys(f"{generate_key()},{generate_key()}")) == 2


@pytest.mark.parametrize(
    "text",
    ["", "zzz", "!!!!", generate_key() + ",", generate_key()[:20]],
    ids=["nothing", "too short", "other signs", "a comma too many", "cut off"],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"key [12]"):
        parse_keys(text)


def test_a_key_is_made_once_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    key, made = kept_key(tmp_path / "data")

    assert made
    assert kept_key(tmp_path / "data") == (key, False)
    assert (tmp_path / "data" / "secret.key").stat().st_mode & 0o777 == 0o600
    assert parse_keys(key)
