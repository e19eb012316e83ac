"""What every service knows of people, unions, rule packs and school calendars: local copies, kept by events.

No service asks another. Each state carries a version, and an older one never overwrites a newer. The service
that owns a state applies it to its own copy in the transaction that emits it, so these functions answer alike
everywhere.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, String, Text, cast, insert, literal_column, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from shared.contracts.events import CalendarPublished
from shared.contracts.members import OrganisationChanged, PersonChanged, RulePackPublished, SigningKeyChanged
from shared.kit import clock
from shared.kit.database import Id, Json, KitBase, UTCDateTime
from shared.kit.messages import Received, handles

WITH_VOTE = ("full", "early_retired_in_post")
MEMBERS = (*WITH_VOTE, "retired")
GONE = ("left", "deceased")


class Person(KitBase):
    """A person card (L2): enough to show a name, check an age rule and know an office."""

    __tablename__ = "person_card"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    workplace_id: Mapped[str | None] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(100))
    sex: Mapped[str | None] = mapped_column(String(10))
    birth_date: Mapped[date | None]
    group_id: Mapped[str | None] = mapped_column(Id)
    post_kind: Mapped[str | None] = mapped_column(String(30))
    standing: Mapped[str] = mapped_column(String(30))
    offices: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    pinyin: Mapped[str] = mapped_column(String(200))
    initials: Mapped[str] = mapped_column(String(50))
    signed_out_before: Mapped[datetime | None] = mapped_column(UTCDateTime)
    disabled: Mapped[bool] = mapped_column(default=False)
    erased: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int]
    __table_args__ = (Index("ix_person_card_school", "school_id", "pinyin", "id"),)

    def offices_on(self, day: date) -> list[dict[str, Any]]:
        """The offices whose term includes the day; `term_to` is the first day without rights."""
        return [
            office
            for office in self.offices
            if office["term_from"] <= day.isoformat()
            and (not office.get("term_to") or day.isoformat() < office["term_to"])
        ]

    def holds(self, code: str, on: date | None = None) -> bool:
        """Whether the person is in that office on a day (today)."""
        return any(office["code"] == code for office in self.offices_on(on or clock.today()))

    def age_on(self, day: date) -> int | None:
        """Completed years on a day; None where the birth date is not known."""
        return None if self.birth_date is None else clock.age_on(self.birth_date, day)


# WHERE: the handful of hundreds who have an office, found by an index; those who can still be asked to do something.
HAS_OFFICE = cast(Person.offices, Text) != literal_column("'[]'")
Index("ix_person_card_officer", Person.school_id, postgresql_where=HAS_OFFICE, sqlite_where=HAS_OFFICE)
IS_THERE = Person.standing.not_in(GONE) & Person.disabled.is_(False) & Person.erased.is_(False)


class Organisation(KitBase):
    """A district, a school's union, a joint union, one of its workplaces, or a group."""

    __tablename__ = "organisation_card"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    parent_id: Mapped[str | None] = mapped_column(Id, index=True)
    tenant_id: Mapped[str | None] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(30))
    headcount_band: Mapped[str | None] = mapped_column(String(30))
    member_count: Mapped[int | None]
    rule_pack_code: Mapped[str | None] = mapped_column(String(50))
    version: Mapped[int]


class RulePack(KitBase):
    """One version of a province's figures."""

    __tablename__ = "rule_pack_card"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(50), index=True)
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    jurisdiction: Mapped[str] = mapped_column(String(100))
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(Text)
    parameters: Mapped[dict[str, Any]] = mapped_column(Json)
    superseded: Mapped[bool] = mapped_column(default=False)


class SchoolCalendar(KitBase):
    """Terms, holidays and make-up workdays (调休) of a school's year."""

    __tablename__ = "calendar_card"
    school_id: Mapped[str] = mapped_column(Id, primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    version: Mapped[int]


class SigningKey(KitBase):
    """A public key with which tokens are checked."""

    __tablename__ = "signing_key_card"
    kid: Mapped[str] = mapped_column(String(64), primary_key=True)
    public_jwk: Mapped[dict[str, Any]] = mapped_column(Json)
    valid_from: Mapped[datetime] = mapped_column(UTCDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


# --- questions


def person(session: Session, person_id: str) -> Person | None:
    """The card of a person, or None."""
    return session.get(Person, person_id)


def people_in(
    session: Session, school_id: str, *, standing: str | None = None, group_id: str | None = None
) -> list[Person]:
    """The people of a school, by pinyin; those who left or were erased are not among them."""
    query = select(Person).where(Person.school_id == school_id, Person.erased.is_(False))
    query = query.where(Person.standing == standing if standing else Person.standing.not_in(GONE))
    if group_id:
        query = query.where(Person.group_id == group_id)
    return list(session.scalars(query.order_by(Person.pinyin, Person.id)))


def matching(text: str) -> Any:
    """WHERE: the name contains the Han text, or its pinyin or initials start with the Latin text."""
    text = text.strip().lower().replace(" ", "")
    if not text.isascii():
        return Person.name.contains(text, autoescape=True)
    return or_(
        Person.pinyin.startswith(text, autoescape=True), Person.initials.startswith(text, autoescape=True)
    )


def search(session: Session, school_id: str, text: str, limit: int = 20) -> list[Person]:
    """People of a school by Han, pinyin or initials (zs → 张三)."""
    query = select(Person).where(
        Person.school_id == school_id,
        Person.erased.is_(False),
        Person.standing.not_in(GONE),
        matching(text),
    )
    return list(session.scalars(query.order_by(Person.pinyin, Person.id).limit(limit)))


def officers(session: Session, school_id: str, code: str, on: date | None = None) -> list[Person]:
    """Who holds an office in a school on a day (today)."""
    query = select(Person).where(Person.school_id == school_id, HAS_OFFICE, IS_THERE)
    return [p for p in session.scalars(query.order_by(Person.pinyin, Person.id)) if p.holds(code, on)]


def organisation(session: Session, organisation_id: str) -> Organisation | None:
    """A union, district, workplace or group, or None."""
    return session.get(Organisation, organisation_id)


def schools_under(session: Session, district_id: str) -> list[Organisation]:
    """The unions with a committee (schools, joint unions) below a district, by name."""
    query = select(Organisation).where(
        Organisation.parent_id == district_id, Organisation.kind.in_(("school", "joint_union"))
    )
    return list(session.scalars(query.order_by(Organisation.name)))


def rule_pack(session: Session, school_id: str, on: date) -> RulePack | None:
    """The version of the district's chosen pack that is in force on a day, or None."""
    union = session.get(Organisation, school_id)
    while union is not None and not union.rule_pack_code:
        union = session.get(Organisation, union.parent_id) if union.parent_id else None
    if union is None:
        return None
    query = select(RulePack).where(
        RulePack.code == union.rule_pack_code,
        RulePack.superseded.is_(False),
        RulePack.effective_from <= on,
        or_(RulePack.effective_to.is_(None), RulePack.effective_to >= on),
    )
    return session.scalars(
        query.order_by(RulePack.effective_from.desc(), RulePack.version.desc()).limit(1)
    ).first()


def rule_pack_used(session: Session, code: str | None, version: int | None) -> RulePack | None:
    """The very version that a record was checked against, whatever was published since."""
    query = select(RulePack).where(RulePack.code == code, RulePack.version == version)
    return session.scalars(query).one_or_none()


def calendar(session: Session, school_id: str, year: int) -> dict[str, Any] | None:
    """The published calendar of a school (else of its district) for a year, as in the contract; or None."""
    union = session.get(Organisation, school_id)
    for owner in (school_id, union.parent_id if union else None):
        if owner and (found := session.get(SchoolCalendar, (owner, year))):
            return found.content
    return None


# --- keeping the copies


def apply_card(session: Session, data: dict[str, Any]) -> None:
    """Take over a person card (as loaded from `members.person.changed`), unless a newer one is here."""
    apply_cards(session, [data])


def apply_cards(session: Session, cards: Sequence[dict[str, Any]]) -> None:
    """Take over many person cards with one look at what is here."""
    ids = [card["person_id"] for card in cards]
    here = {kept.id: kept for kept in session.scalars(select(Person).where(Person.id.in_(ids)))}
    new: dict[str, dict[str, Any]] = {}
    for data in cards:
        values = {
            "school_id": data["school_id"],
            "workplace_id": data.get("workplace_id"),
            "name": data["name"],
            "sex": data.get("sex"),
            "birth_date": data.get("birth_date"),
            "group_id": data.get("group_id"),
            "post_kind": data.get("post_kind"),
            "standing": data["standing"],
            "offices": [_office(office) for office in data["offices"]],
            "pinyin": data["pinyin"],
            "initials": data["pinyin_initials"],
            "signed_out_before": data.get("signed_out_before"),
            "disabled": data["disabled"],
            "erased": data["erased"],
        }
        key, version = data["person_id"], data["version"]
        if key in here:
            _renew(here[key], version, values)
        elif key not in new or version > new[key]["version"]:
            new[key] = {"id": key, "version": version, **values}
    if new:  # in one statement: a roster brings thousands
        session.execute(insert(Person), list(new.values()))


def _office(office: dict[str, Any]) -> dict[str, Any]:
    def iso(value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value

    return {name: iso(value) for name, value in office.items()}


def apply_organisation(session: Session, data: dict[str, Any]) -> None:
    """Take over the state of an organisation, unless a newer one is here."""
    names = (
        "kind",
        "parent_id",
        "tenant_id",
        "name",
        "status",
        "headcount_band",
        "member_count",
        "rule_pack_code",
    )
    _keep(session, Organisation, data["organisation_id"], data["version"], {n: data.get(n) for n in names})


def apply_rule_pack(session: Session, data: dict[str, Any]) -> None:
    """Take over one version of a rule pack."""
    names = (
        "code",
        "version",
        "name",
        "jurisdiction",
        "effective_from",
        "effective_to",
        "source",
        "parameters",
        "superseded",
    )
    pack = session.get(RulePack, data["pack_id"])
    if pack is None:
        session.add(RulePack(id=data["pack_id"], **{name: data.get(name) for name in names}))
        return
    for name in names:
        setattr(pack, name, data.get(name))


def apply_calendar(session: Session, content: dict[str, Any]) -> None:
    """Take over a published school calendar (JSON-ready), unless a newer one is here."""
    key = (content["school_id"], content["year"])
    kept = session.get(SchoolCalendar, key)
    if kept is None:
        session.add(
            SchoolCalendar(school_id=key[0], year=key[1], content=content, version=content["version"])
        )
    elif content["version"] > kept.version:
        kept.content, kept.version = content, content["version"]


def apply_signing_key(session: Session, data: dict[str, Any]) -> None:
    """Take over a public key, or its retirement."""
    session.merge(
        SigningKey(
            kid=data["kid"],
            public_jwk=data["public_jwk"],
            valid_from=data["valid_from"],
            retired_at=data.get("retired_at"),
        )
    )


def _keep(session: Session, model: Any, key: str, version: int, values: dict[str, Any]) -> None:
    kept = session.get(model, key)
    if kept is None:
        session.add(model(id=key, version=version, **values))
    else:
        _renew(kept, version, values)


def _renew(kept: Any, version: int, values: dict[str, Any]) -> None:
    """Let a newer state take the place of what is kept; an older one does nothing."""
    if version > kept.version:
        for name, value in {**values, "version": version}.items():
            setattr(kept, name, value)


NOT_MEMBERS = ("events", "welfare", "voting")
NOT_EVENTS = ("members", "welfare", "voting")


@handles(PersonChanged, services=NOT_MEMBERS)
def on_person_changed(session: Session, event: Received) -> None:
    apply_card(session, event.data)


@handles(OrganisationChanged, services=NOT_MEMBERS)
def on_organisation_changed(session: Session, event: Received) -> None:
    apply_organisation(session, event.data)


@handles(RulePackPublished, services=NOT_MEMBERS)
def on_rule_pack_published(session: Session, event: Received) -> None:
    apply_rule_pack(session, event.data)


@handles(SigningKeyChanged, services=NOT_MEMBERS)
def on_signing_key_changed(session: Session, event: Received) -> None:
    apply_signing_key(session, event.data)


@handles(CalendarPublished, services=NOT_EVENTS)
def on_calendar_published(session: Session, event: Received) -> None:
    apply_calendar(session, CalendarPublished.check(event.data))
