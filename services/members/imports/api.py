"""JSON API of imports (J-44): upload, preview, mend, commit, undo. The checking itself is a job with progress."""

from typing import Any

from flask import Response

from services.members.asking import me, my_union
from services.members.imports import actions, queries, schemas, template
from services.members.imports.models import RosterImport
from services.members.imports.reader import MAX_BYTES
from shared.kit.access import get_within
from shared.kit.api import Api
from shared.kit.database import reading, transaction
from shared.kit.paging import XLSX, Keyset

api = Api("imports", description="Rosters: upload, preview with errors by cell, commit, undo")


@api.post("/imports", allow="imports.run")
@api.arguments(schemas.UploadFile, location="files")
@api.response(201, schemas.ImportOut)
def upload(files: dict[str, Any]) -> RosterImport:
    """Read a roster and begin to check it. A file that cannot be read leaves nothing behind."""
    sent = files["file"]
    content = sent.stream.read(MAX_BYTES + 1)
    with transaction() as session:
        return actions.take(session, content, sent.filename or "", school_id=my_union(), owner_id=me())


@api.get("/imports", allow="imports.run")
@api.paged(schemas.ImportOut)
def imports(_asked: dict[str, Any]) -> Keyset:
    """The rosters of one's union, the latest first."""
    return queries.imports(my_union())


@api.get("/imports/template.xlsx", allow="imports.run")
def empty_roster() -> Response:
    """An empty roster with headings and examples."""
    with reading() as session:
        return Response(template.template(session, my_union()), mimetype=XLSX)


@api.get("/imports/<uuid:import_id>", allow="imports.run")
@api.response(200, schemas.ImportOut)
def roster(import_id: str) -> RosterImport:
    """One roster and how far it is."""
    with reading() as session:
        return get_within(session, RosterImport, import_id)


@api.get("/imports/<uuid:import_id>/rows", allow="imports.run")
@api.arguments(schemas.RowsAsked, location="query")
@api.response(200, schemas.RowOut(many=True))
def rows(asked: dict[str, Any], import_id: str) -> list[dict[str, Any]]:
    """The first rows that are bad, that were put right, or all; identity numbers and phones by their ends alone."""
    with reading() as session:
        return queries.rows(session, get_within(session, RosterImport, import_id), asked["show"])


@api.put("/imports/<uuid:import_id>/rows/<int:row>", allow="imports.run")
@api.arguments(schemas.MendIn)
@api.response(202, schemas.ImportOut)
def mend(body: dict[str, Any], import_id: str, row: str) -> RosterImport:
    """Write other text into cells of a row; the roster is then checked again."""
    with transaction() as session:
        found = get_within(session, RosterImport, import_id, lock=True)
        actions.mend_row(session, found, int(row), body["cells"])
        return found


@api.delete("/imports/<uuid:import_id>/rows/<int:row>", allow="imports.run")
@api.response(202, schemas.ImportOut)
def drop(import_id: str, row: str) -> RosterImport:
    """Leave a row out; the roster is then checked again."""
    with transaction() as session:
        found = get_within(session, RosterImport, import_id, lock=True)
        actions.drop_row(session, found, int(row))
        return found


@api.post("/imports/<uuid:import_id>/commit", allow="imports.run")
@api.arguments(schemas.CommitIn)
@api.response(202, schemas.ImportOut)
def commit(body: dict[str, Any], import_id: str) -> RosterImport:
    """Enter the roster into the register, step by step."""
    with transaction() as session:
        found = get_within(session, RosterImport, import_id, lock=True)
        actions.commit(session, found, **body)
        return found


@api.post("/imports/<uuid:import_id>/undo", allow="imports.run")
@api.response(202, schemas.ImportOut)
def undo(import_id: str) -> RosterImport:
    """Take a committed import back, within 7 days and as long as nothing was changed since."""
    with transaction() as session:
        found = get_within(session, RosterImport, import_id, lock=True)
        actions.undo(session, found)
        return found


@api.post("/imports/<uuid:import_id>/discard", allow="imports.run")
@api.response(200, schemas.ImportOut)
def discard(import_id: str) -> RosterImport:
    """Give a roster up before it is committed; its rows are erased."""
    with transaction() as session:
        found = get_within(session, RosterImport, import_id, lock=True)
        actions.discard(session, found)
        return found
