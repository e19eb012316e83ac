"""Attachments: small files in the service's own database, hashed, without EXIF, and shown to those who may see them."""

import hashlib
import io
from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any, BinaryIO

from flask import Response
from flask_babel import gettext as _
from PIL import Image, UnidentifiedImageError
from sqlalchemy import Index, LargeBinary, String, select
from sqlalchemy.orm import Mapped, Session, deferred, mapped_column

from shared.kit import clock
from shared.kit.access import ANYONE_SIGNED_IN, Actor, actor
from shared.kit.database import Id, KitBase, UTCDateTime, reading
from shared.kit.pages import Pages
from shared.kit.problems import Invalid, NotFound

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
    __table_args__ = (Index("ix_file_hash", "school_id", "sha256"),)


MayRead = Callable[[Session, File, Actor], bool]
_readable: dict[str, MayRead] = {}


def readable(purpose: str) -> Callable[[MayRead], MayRead]:
    """Name the function that says who may read files of a purpose."""

    def register(function: MayRead) -> MayRead:
        _readable[purpose] = function
        return function

    return register


def keep(
    session: Session, stream: BinaryIO, filename: str, *, school_id: str, owner_id: str, purpose: str
) -> File:
    """Store a picture or PDF of at most 5 MB in this transaction. Raises Invalid, saying what to do.

    `sha256` is of the bytes as sent, so that the same receipt handed in twice is found.
    """
    sent = stream.read(MOST_BYTES + 1)
    if len(sent) > MOST_BYTES:
        raise Invalid(fields={"file": [_("The file is larger than 5 MB. Please choose a smaller one.")]})
    content, media_type = _cleaned(sent)
    file = File(
        school_id=school_id,
        owner_id=owner_id,
        purpose=purpose,
        name=_plain(filename),
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(sent).hexdigest(),
        content=content,
    )
    session.add(file)
    session.flush()
    return file


def same(session: Session, school_id: str, sha256: str, purpose: str) -> list[File]:
    """Files of a school that were made from the same bytes, oldest first."""
    query = select(File).where(File.school_id == school_id, File.sha256 == sha256, File.purpose == purpose)
    return list(session.scalars(query.order_by(File.kept_at, File.id)))


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
        with reading() as session:
            file = session.get(File, file_id)
            may = file is not None and file.school_id == actor().school_id and _readable.get(file.purpose)
            if file is None or not may or not may(session, file, actor()):
                raise NotFound()
            response = Response(file.content, mimetype=file.media_type)
        response.headers["Content-Disposition"] = (
            "inline" if file.media_type in PICTURES.values() else "attachment"
        )
        response.headers["Cache-Control"] = "private, no-store"
        return response

    return SimpleNamespace(pages=pages)
