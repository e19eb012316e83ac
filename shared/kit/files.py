"""Attachments: small files in the service's own database, hashed, without EXIF, and shown to those who may see them.

A file about a person (proof of an income or an illness) is sealed like a sensitive field, and whoever else
opens it is recorded where that person can see it.
"""

import hashlib
import io
from collections.abc import Callable, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any, BinaryIO

from flask import Response
from flask_babel import gettext as _
from PIL import Image, UnidentifiedImageError
from sqlalchemy import Index, LargeBinary, String, select
from sqlalchemy.orm import Mapped, Session, deferred, mapped_column

from shared.kit import audit, clock
from shared.kit.access import ANYONE_SIGNED_IN, Actor, actor
from shared.kit.database import Id, KitBase, UTCDateTime, new_id, reading, transaction
from shared.kit.encryption import fingerprint, seal_bytes, unseal_bytes
from shared.kit.pages import Pages
from shared.kit.problems import Invalid, NotFound, Refused

MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 40_000_000
PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


class File(KitBase):
    """An attachment; `purpose` decides who may read it."""

    __tablename__ = "file"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    owner_id: Mapped[str] = mapped_column(Id)
    purpose: Mapped[str] = mapped_column(String(50))
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    kept_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    about_id: Mapped[str | None] = mapped_column(Id)  # the person it is about: then the content is sealed
    __table_args__ = (Index("ix_file_hash", "school_id", "sha256"),)

    def opened(self) -> bytes:
        """The content, unsealed where it was sealed."""
        return self.content if self.about_id is None else unseal_bytes(self.content, _place(self.id))


MayRead = Callable[[Session, File, Actor], bool]
_readable: dict[str, MayRead] = {}


def readable(purpose: str) -> Callable[[MayRead], MayRead]:
    """Name the function that says who may read files of a purpose."""

    def register(function: MayRead) -> MayRead:
        _readable[purpose] = function
        return function

    return register


def keep(
    session: Session,
    stream: BinaryIO,
    filename: str,
    *,
    school_id: str,
    owner_id: str,
    purpose: str,
    about: str | None = None,
) -> File:
    """Store a picture or PDF of at most 5 MB in this transaction. Raises Invalid, saying what to do.

    `sha256` is of the bytes as sent, so that the same receipt handed in twice is found. `about` names the person
    of whom it tells something sensitive: then it is sealed, its name is not kept, and its hash is a keyed one.
    """
    sent = stream.read(MOST_BYTES + 1)
    if len(sent) > MOST_BYTES:
        raise Invalid(fields={"file": [_("The file is larger than 5 MB. Please choose a smaller one.")]})
    content, media_type = _cleaned(sent)
    sha256, file_id = hashlib.sha256(sent).hexdigest(), new_id()
    file = File(
        id=file_id,
        school_id=school_id,
        owner_id=owner_id,
        purpose=purpose,
        name=_plain(filename) if about is None else purpose,
        media_type=media_type,
        size=len(content),
        sha256=sha256 if about is None else fingerprint(sha256),
        content=content if about is None else seal_bytes(content, _place(file_id)),
        about_id=about,
    )
    session.add(file)
    session.flush()
    return file


def same(session: Session, school_id: str, sha256: str, purpose: str) -> list[File]:
    """Files of a school that were made from the same bytes, oldest first."""
    query = select(File).where(File.school_id == school_id, File.sha256 == sha256, File.purpose == purpose)
    return list(session.scalars(query.order_by(File.kept_at, File.id)))


def erase(session: Session, file_ids: Sequence[str]) -> int:
    """Delete files for good; returns how many there were."""
    files = [file for file_id in file_ids if (file := session.get(File, file_id)) is not None]
    for file in files:
        session.delete(file)
    return len(files)


def _place(file_id: str) -> str:
    return f"file.content.{file_id}"


def _cleaned(sent: bytes) -> tuple[bytes, str]:
    """The content without what a camera adds (place, time, device), and its media type."""
    if sent.startswith(b"%PDF-"):
        return sent, "application/pdf"
    try:
        picture = Image.open(io.BytesIO(sent))
        if picture.format not in PICTURES or picture.width * picture.height > MOST_PIXELS:
            raise UnidentifiedImageError
        form = picture.format
        bare = picture.copy()
        bare.info = {}
        out = io.BytesIO()
        bare.save(out, form, quality=88)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise Invalid(fields={"file": [_("Please choose a photo (JPEG, PNG, WebP) or a PDF.")]}) from None
    return out.getvalue(), PICTURES[form]


def _plain(filename: str) -> str:
    name = filename.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in name if c.isprintable() and c not in '"<>')[-200:] or "file"


def views_of(service: str) -> SimpleNamespace:
    """The address of files, for one service."""
    pages = Pages("files")
    pages.service = service

    @pages.get("/files/<uuid:file_id>", allow=ANYONE_SIGNED_IN)
    def download(file_id: str) -> Any:
        who = actor()
        with reading() as session:
            file = session.get(File, file_id)
            may = (
                _readable.get(file.purpose) if file is not None and file.school_id == who.school_id else None
            )
            if file is None or may is None:
                raise NotFound()
            if not may(session, file, who):
                raise NotFound() if file.about_id is None else Refused("file", file.id, file.about_id)
            response = Response(file.opened(), mimetype=file.media_type)
        if file.about_id not in (None, who.person_id):
            with transaction() as session:
                audit.record(session, "file.read", object_id=file.id, person_id=file.about_id)
        response.headers["Content-Disposition"] = (
            "inline" if file.media_type in PICTURES.values() else "attachment"
        )
        response.headers["Cache-Control"] = "private, no-store"
        return response

    return SimpleNamespace(pages=pages)
