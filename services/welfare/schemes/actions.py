"""Choosing and adapting a visiting scheme, and the district's caps on its days."""

from collections.abc import Mapping, Sequence
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.occasions import KINDS
from services.welfare.schemes import queries
from services.welfare.schemes.models import Occasion, SchoolScheme, VisitingLimit
from services.welfare.schemes.variants import VARIANTS
from shared.kit import audit, clock
from shared.kit.problems import Changed, Invalid

LONGEST_TERM = 366


def choose_scheme(
    session: Session,
    *,
    school_id: str,
    variant: str,
    chosen_by: str,
    replaces: int,
    effective_from: date | None = None,
    occasions: Sequence[Occasion] | None = None,
) -> SchoolScheme:
    """Put a variant into force, as it is or with the school's own occasions, from a day that is not past.

    `replaces` is the version the chooser has seen (0: none yet), so that two choosers cannot undo each
    other unseen. Raises Changed, Invalid.
    """
    if variant not in VARIANTS:
        raise Invalid(fields={"variant": [_("There is no such scheme.")]})
    current = queries.latest(session, school_id)
    if (current.version if current else 0) != replaces:
        raise Changed(_("Another version was chosen meanwhile. Look at it first."))
    today = clock.today()
    if effective_from is not None and effective_from < today:
        raise Invalid(fields={"effective_from": [_("A scheme cannot begin in the past.")]})
    chosen = list(VARIANTS[variant].occasions if occasions is None else occasions)
    _check(chosen, queries.limits(session, school_id))
    scheme = SchoolScheme(
        school_id=school_id,
        version=replaces + 1,
        variant=variant,
        effective_from=effective_from or today,
        chosen_by=chosen_by,
    )
    scheme.occasions = chosen
    session.add(scheme)
    audit.record(session, "scheme.chosen", object_id=scheme.id)
    return scheme


def _check(occasions: Sequence[Occasion], limits: Mapping[str, int]) -> None:
    """Refuse what could not be carried out; each fault at `<code>.<field>`."""
    faults: dict[str, list[str]] = {}
    if not any(occasion.active for occasion in occasions):
        faults["occasions"] = [_("Choose at least one occasion.")]
    for occasion in occasions:
        place = occasion.code
        cap = min([LONGEST_TERM, *(limits[kind] for kind in occasion.kinds if kind in limits)])
        if [other.code for other in occasions].count(place) > 1:
            faults[place] = [_("This occasion is there twice.")]
        if not set(occasion.kinds) <= set(KINDS) or not occasion.kinds:
            faults[f"{place}.kinds"] = [_("There is no such kind of occasion.")]
        if occasion.due_days < 1:
            faults[f"{place}.due_days"] = [_("At least one day.")]
        elif occasion.active and occasion.due_days > cap:
            faults[f"{place}.due_days"] = [_("Your district allows at most %(days)s days.", days=cap)]
        if len(occasion.team) > 2:
            faults[f"{place}.team"] = [_("A team has one to three people.")]
        if any(KINDS[kind].restricted for kind in occasion.kinds if kind in KINDS) and (
            not occasion.restricted or occasion.office != "chair" or occasion.team
        ):
            faults[f"{place}.restricted"] = [_("Disputes are for the chair alone.")]
    if faults:
        raise Invalid(fields=faults)


def set_limit(session: Session, *, district_id: str, kind: str, max_days: int | None, set_by: str) -> None:
    """Cap the days of one kind for all schools of a district; None lifts the cap."""
    if kind not in KINDS:
        raise Invalid(fields={"kind": [_("There is no such kind of occasion.")]})
    if max_days is not None and not 1 <= max_days <= LONGEST_TERM:
        raise Invalid(fields={"max_days": [_("Between 1 and %(days)s days.", days=LONGEST_TERM)]})
    row = session.scalar(
        select(VisitingLimit)
        .where(VisitingLimit.school_id == district_id, VisitingLimit.kind == kind)
        .with_for_update()
    )
    if max_days is None:
        if row is not None:
            session.delete(row)
    elif row is None:
        session.add(VisitingLimit(school_id=district_id, kind=kind, max_days=max_days, set_by=set_by))
    else:
        row.max_days, row.set_by, row.set_at = max_days, set_by, clock.now()
    audit.record(session, "scheme.limit-set", object_id=district_id)
