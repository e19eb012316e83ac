"""May a published schema become another one? Only by adding what old readers can ignore.

A new reader must understand every event ever said under this type, and an old reader every event that
will be said: so nothing is lost, retyped, newly required or narrowed. Else it is a new version.
"""

from collections.abc import Iterator
from operator import gt, lt
from typing import Any, Final

Schema = dict[str, Any]

# A limit that moves this way refuses events which were lawful before.
_NARROWER: Final = {"minimum": gt, "minLength": gt, "maximum": lt, "maxLength": lt}


def breaks(old: Schema, new: Schema) -> list[str]:
    """Each way in which `new` breaks the promise of `old`, in plain words; empty if it keeps it."""
    return [*_audience(old, new), *_compare(old, new, "the data")]


def _audience(old: Schema, new: Schema) -> Iterator[str]:
    if old.get("x-audience") == "public" and new.get("x-audience") != "public":
        yield "it was public and is internal now: outside subscribers would hear nothing more"


def _compare(old: Schema, new: Schema, where: str) -> Iterator[str]:
    if _types(old) != _types(new):
        yield f"{where}: was {_words(old)} and is {_words(new)} now; add a new field beside it instead"
        return
    yield from _values(old, new, where)
    yield from _fields(old, new, where)
    for inner in ("items", "additionalProperties"):
        if isinstance(old.get(inner), dict) and isinstance(new.get(inner), dict):
            yield from _compare(old[inner], new[inner], f"each of {where}")


def _fields(old: Schema, new: Schema, where: str) -> Iterator[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    must_before, must_after = set(old.get("required", ())), set(new.get("required", ()))
    for name in sorted(before.keys() - after.keys()):
        yield f"{where}: {name} is lost; if it was renamed, keep the old name beside the new one"
    for name in sorted(must_after - must_before):
        yield f"{where}: {name} is newly required; events said before lack it, so make it optional"
    for name in sorted((must_before - must_after) & after.keys()):
        yield f"{where}: {name} was always there and is optional now; readers rely on it"
    for name in sorted(before.keys() & after.keys()):
        yield from _compare(before[name], after[name], name)


def _values(old: Schema, new: Schema, where: str) -> Iterator[str]:
    for rule in ("format", "pattern"):
        if old.get(rule) != new.get(rule):
            yield f"{where}: its {rule} changed from {old.get(rule)} to {new.get(rule)}"
    if (before := old.get("x-class-of-data")) and before != (after := new.get("x-class-of-data")):
        yield f"{where}: its class of data was {before} and is {after} now; who may hold it was decided by that"
    if "enum" in new:
        if "enum" not in old:
            yield f"{where}: any code was allowed, now only {_listed(new['enum'])}"
        elif lost := [value for value in old["enum"] if value not in new["enum"]]:
            yield f"{where}: {_listed(lost)} is no longer among its codes; a list may only grow"
    for limit, narrower in _NARROWER.items():
        if limit in new and (limit not in old or narrower(new[limit], old[limit])):
            yield f"{where}: its {limit} is narrower than before ({old.get(limit, 'none')} to {new[limit]})"


def _types(schema: Schema) -> set[str]:
    types = schema.get("type", [])
    return {types} if isinstance(types, str) else set(types)


def _words(schema: Schema) -> str:
    return " or ".join(sorted(_types(schema))) or "anything"


def _listed(values: list[Any]) -> str:
    return ", ".join(str(value) for value in values)
