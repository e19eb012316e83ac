"""Sensitive fields are unreadable in the table, bound to their row, and survive a change of keys."""

import pytest
from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from shared.kit import encryption
from shared.kit.database import Id, service_base
from shared.kit.encryption import Unreadable, encrypted, seal, unseal

Base = service_base("a test")


class Note(Base):  # type: ignore[misc, valid-type]
    __tablename__ = "note"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    words_sealed: Mapped[str | None] = mapped_column(Text)
    words = encrypted("words_sealed")


def test_a_field_reads_as_written_and_is_not_in_clear() -> None:
    note = Note(words="住院 hospital")
    assert note.words == "住院 hospital"
    assert note.words_sealed is not None
    assert "hospital" not in note.words_sealed


def test_equal_values_do_not_look_equal() -> None:
    assert seal("a", "t.c.1") != seal("a", "t.c.1")


def test_words_of_one_kind_are_not_told_apart_by_their_length() -> None:
    words = ["housing", "marriage", "hospitalized", "neighbour-dispute", "住院"]
    assert len({len(seal(word, "t.c.1")) for word in words}) == 1
    assert [unseal(seal(word, "t.c.1"), "t.c.1") for word in words] == words


def test_a_value_moved_to_another_row_does_not_open() -> None:
    one, other = Note(words="secret"), Note()
    other.words_sealed = one.words_sealed
    with pytest.raises(Unreadable):
        _ = other.words


def test_nothing_stays_nothing() -> None:
    assert Note(words=None).words is None


def test_old_values_open_after_a_rotation_and_new_ones_use_the_new_key() -> None:
    old, new = encryption.new_key(), encryption.new_key()
    keys_before = dict(encryption._keys)
    try:
        encryption.use_keys(old)
        sealed = seal("before", "t.c.1")
        mark = encryption.fingerprint("110101199003070000")
        encryption.use_keys(f"{new}\n{old}")
        assert unseal(sealed, "t.c.1") == "before"
        assert seal("after", "t.c.1").split(".")[0] == new.split(":")[0]
        assert encryption.fingerprint("110101199003070000") == mark
        encryption.use_keys(new)
        with pytest.raises(Unreadable):
            unseal(sealed, "t.c.1")
    finally:
        encryption._keys.clear()
        encryption._keys.update(keys_before)


@pytest.mark.parametrize("text", ["", "k1:short", "k1", "k-1:" + "A" * 44])
def test_malformed_keys_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        encryption.use_keys(text)


def test_bytes_are_sealed_for_their_place_too() -> None:
    sealed = encryption.seal_bytes(b"%PDF a paper", "file.content.1")
    assert b"paper" not in sealed
    assert encryption.unseal_bytes(sealed, "file.content.1") == b"%PDF a paper"
    for moved in (sealed, b"k0." + sealed):
        with pytest.raises(Unreadable):
            encryption.unseal_bytes(moved, "file.content.2")
