"""Publishing rule packs: the three that come with the house, and the versions a district publishes."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.rules import queries
from services.members.rules.models import RulePackVersion
from services.members.rules.parameters import faults_in
from services.members.schools.actions import choose_rule_pack
from services.members.schools.models import DISTRICT, Organisation
from shared.contracts.members import RulePackPublished
from shared.kit import audit
from shared.kit.database import locked
from shared.kit.messages import emit
from shared.kit.people import apply_rule_pack
from shared.kit.problems import Conflict, Invalid, NotFound

PACKS: Final = Path(__file__).with_name("packs")


def load_standard_packs(session: Session) -> None:
    """Publish the packs that come with the house, those that are not there yet."""
    for path in sorted(PACKS.glob("*.json")):
        content = json.loads(path.read_text("utf-8"))
        if queries.latest(session, content["code"]) is None:
            content["effective_from"] = date.fromisoformat(content["effective_from"])
            _add(session, RulePackVersion(**content))


def publish_version(
    session: Session,
    code: str,
    *,
    effective_from: date,
    parameters: dict[str, Any],
    source: str,
    explanation: str,
    by: str,
    district_id: str,
    name: str | None = None,
) -> RulePackVersion:
    """A district publishes the next version of the pack it follows, from a day on. Raises NotFound, Conflict (it follows
    another, or is not alone in following this one), Invalid (effective_from, parameters).

    The version before ends the day before. One whose first day has not come yet may be replaced from that same
    day; what was decided under an earlier version keeps naming it.
    """
    before = may_follow(
        session, code, effective_from=effective_from, parameters=parameters, district_id=district_id
    )
    if effective_from == before.effective_from:
        before.superseded = True
    else:
        before.effective_to = effective_from - timedelta(days=1)
    _say(session, before)
    version = RulePackVersion(
        code=code,
        version=before.version + 1,
        name=name or before.name,
        jurisdiction=before.jurisdiction,
        effective_from=effective_from,
        source=source,
        explanation=explanation,
        parameters=parameters,
        published_by=by,
    )
    _add(session, version)
    audit.record(session, "rule-pack.published", object_id=version.id, actor_id=by)
    return version


def may_follow(
    session: Session, code: str, *, effective_from: date, parameters: dict[str, Any], district_id: str
) -> RulePackVersion:
    """The version that another one would follow, held. Raises as publish_version does, and changes nothing."""
    before = _locked_latest(session, code)
    _follows_alone(session, district_id, code)
    if faults := faults_in(parameters):
        raise Invalid(fields={name: [fault] for name, fault in faults.items()})
    if effective_from < before.effective_from:
        raise Invalid(
            fields={
                "effective_from": [_("Version %(version)s begins later than that.", version=before.version)]
            }
        )
    return before


def choose_pack(session: Session, district_id: str, code: str) -> None:
    """The pack that a district's unions follow. Raises NotFound for one that was never published."""
    if queries.latest(session, code) is None:
        raise NotFound
    district = locked(session, Organisation, district_id)
    if district is None or district.kind != DISTRICT:
        raise NotFound
    choose_rule_pack(session, district, code)


def republish(session: Session) -> None:
    """Say every version again, for a service whose copies are empty."""
    for version in session.scalars(
        select(RulePackVersion).order_by(RulePackVersion.code, RulePackVersion.version)
    ):
        locked(session, RulePackVersion, version.id)
        _say(session, version)


def _follows_alone(session: Session, district_id: str, code: str) -> None:
    """Nobody changes the figures by which others reckon. Raises Conflict."""
    followers = queries.followers(session, code)
    if district_id not in followers:
        raise Conflict(
            _("Your district follows another pack. Choose this one first; then you can change it.")
        )
    if followers != {district_id}:
        raise Conflict(_("Another district follows this pack too, so that neither can change it alone."))


def _locked_latest(session: Session, code: str) -> RulePackVersion:
    """The newest version; its pack is held by its first one, so that two new versions never get one number."""
    first = session.scalars(
        select(RulePackVersion.id).where(RulePackVersion.code == code, RulePackVersion.version == 1)
    ).one_or_none()
    if first is None:
        raise NotFound
    locked(session, RulePackVersion, first)
    newest = queries.latest(session, code)
    before = locked(session, RulePackVersion, newest.id) if newest else None
    assert before is not None
    return before


def _add(session: Session, version: RulePackVersion) -> None:
    session.add(version)
    session.flush()
    _say(session, version)


def _say(session: Session, version: RulePackVersion) -> None:
    state: dict[str, Any] = {
        "pack_id": version.id,
        "code": version.code,
        "version": version.version,
        "jurisdiction": version.jurisdiction,
        "name": version.name,
        "effective_from": version.effective_from,
        "effective_to": version.effective_to,
        "source": version.source,
        "parameters": version.parameters,
        "superseded": version.superseded,
    }
    emit(session, RulePackPublished, of=version, subject=version.code, **state)
    apply_rule_pack(session, state)
