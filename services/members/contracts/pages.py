"""/contracts: what the services promise to say, for whoever subscribes; public, as are the schemas themselves."""

from typing import Any

from flask import Response, jsonify, request

from services.members.contracts import queries
from shared.contracts.publish import ASYNCAPI
from shared.contracts.registry import SERVICES
from shared.kit.access import PUBLIC
from shared.kit.console.pages import NAMES
from shared.kit.pages import Pages, render
from shared.kit.problems import NotFound

pages = Pages("contracts")


@pages.get("/contracts", allow=PUBLIC, root=True)
def contracts() -> str:
    """Every event, by service."""
    asked = {name: request.args.get(name, "")[:100] for name in ("q", "service", "audience")}
    found = queries.promises(asked["q"], asked["service"], asked["audience"])
    by_service = {name: [one for one in found if one.producer == name] for name in SERVICES}
    return render("contracts/list.html", asked=asked, by_service=by_service, number=len(found), names=NAMES)


@pages.get("/contracts/asyncapi.json", allow=PUBLIC, root=True)
def asyncapi() -> Response:
    """The AsyncAPI 3 document."""
    return Response(ASYNCAPI.read_bytes(), mimetype="application/json")


@pages.get("/contracts/<name>.json", allow=PUBLIC, root=True)
def schema(name: str) -> Response:
    """The frozen schema of a type: where the `dataschema` of its events points."""
    return jsonify(queries.schema(_known(name).type))


@pages.get("/contracts/<name>", allow=PUBLIC, root=True)
def contract(name: str) -> str:
    """One event: when it is said, its fields, a sample."""
    promise = _known(name)
    shown: dict[str, Any] = {
        "fields": queries.fields_of(promise.type),
        "sample": queries.sample(promise.type),
    }
    return render("contracts/show.html", promise=promise, names=NAMES, **shown)


def _known(name: str) -> queries.Promise:
    if (found := queries.promise(name)) is None:
        raise NotFound()
    return found
