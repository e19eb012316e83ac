"""Who is asking, and what they may do: one table of rules in words for each service, and tenancy.

Every route names its rule. A rule is a right of the service's RIGHTS (right → offices that have it), or one of
the two constants below. Rows are fetched only `within` the asker's union: a stranger's object is 404.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from shared.kit import clock, tokens
from shared.kit.config import Config
from shared.kit.database import current, locked
from shared.kit.people import MEMBERS, Organisation, Person
from shared.kit.problems import Forbidden, NotFound, Unauthenticated

Row = TypeVar("Row")

PUBLIC = "public"
ANYONE_SIGNED_IN = "anyone-signed-in"
MEMBER = "member"  # in RIGHTS: every member of the union, retired ones included

OFFICES: dict[str, tuple[str, str]] = {
    "chair": ("Chair", "主席"),
    "vice_chair": ("Vice-chair", "副主席"),
    "organiser": ("Organisation officer", "组织委员"),
    "publicist": ("Publicity officer", "宣传委员"),
    "sports": ("Culture and sports officer", "文体委员"),
    "carer": ("Welfare officer", "生活委员"),
    "women": ("Women's officer", "女工委员"),
    "auditor": ("Auditor", "经审委员"),
    "treasurer": ("Treasurer", "财务委员"),
    "group_leader": ("Group leader", "组长"),
    "principal": ("Principal", "校长"),
    "delegate": ("Delegate", "教代会代表"),
    "district_officer": ("District officer", "区工会干部"),
    "operator": ("Operator", "运维"),
}
SCHOOL_OFFICES = frozenset(OFFICES) - {"district_officer", "operator"}


@dataclass(frozen=True)
class Actor:
    """Whoever asks. `offices` are those in term today; a program has `scopes` instead."""

    person_id: str | None = None
    school_id: str | None = None
    name: str = ""
    offices: frozenset[str] = frozenset()
    groups_led: frozenset[str] = frozenset()
    group_id: str | None = None
    standing: str | None = None
    scopes: frozenset[str] = frozenset()
    is_program: bool = False
    school_name: str = ""
    rights: Mapping[str, set[str]] = field(default_factory=dict, repr=False)

    @property
    def is_anonymous(self) -> bool:
        return self.person_id is None

    @property
    def is_member(self) -> bool:
        """Whether the union counts this person among its members, retired ones too."""
        return self.standing in MEMBERS

    @property
    def is_district(self) -> bool:
        return "district_officer" in self.offices

    @property
    def is_officer(self) -> bool:
        """Whether an office in a union gives this person work there."""
        return bool(self.offices - {"delegate", "district_officer", "operator"})

    def may(self, right: str) -> bool:
        """Whether an office of the actor (or the program's scopes) gives the right."""
        if right == PUBLIC:
            return True
        if self.is_anonymous:
            return False
        if right == ANYONE_SIGNED_IN:
            return not self.is_program or right in self.scopes
        if self.is_program:
            return right in self.scopes
        offices = self.rights[right]
        return bool(offices & self.offices) or (MEMBER in offices and self.is_member)


ANONYMOUS = Actor()


def actor() -> Actor:
    """Who asks in this request."""
    from flask import g  # noqa: PLC0415  (a worker has no request, and needs no flask)

    return g.get("actor", ANONYMOUS)


def require(right: str) -> None:
    """Raise Unauthenticated or Forbidden unless the actor has the right."""
    who = actor()
    if who.may(right):
        return
    raise Unauthenticated() if who.is_anonymous else Forbidden()


def within(model: Any) -> Any:
    """WHERE: rows of the actor's own union, and no other's."""
    return model.school_id == actor().school_id


def get_within(session: Session, model: type[Row], key: Any, lock: bool = False) -> Row:
    """A row of the actor's union. Raises NotFound for a stranger's as for one that is not there."""
    row: Any = locked(session, model, key) if lock else session.get(model, key)
    if row is None or row.school_id != actor().school_id:
        raise NotFound()
    return row


def identify(session: Session, token: str | None, rights: Mapping[str, set[str]]) -> Actor:
    """The actor a token stands for; anonymous when it is no longer good or its card is not here."""
    claims = tokens.check(session, token) if token else None
    if claims is None:
        return ANONYMOUS
    if claims.kind == "program":
        return Actor(
            person_id=claims.subject,
            school_id=claims.school_id,
            scopes=claims.scopes,
            is_program=True,
            rights=rights,
        )
    card = session.get(Person, claims.subject)
    if card is None or card.disabled or card.erased or card.standing == "deceased":
        return ANONYMOUS
    if card.signed_out_before is not None and claims.issued_at < card.signed_out_before:
        return ANONYMOUS
    return actor_of(session, card, rights)


def actor_of(session: Session, card: Person, rights: Mapping[str, set[str]]) -> Actor:
    """A person as actor, with the offices in term today."""
    held = card.offices_on(clock.today())
    union = session.get(Organisation, card.school_id)
    return Actor(
        person_id=card.id,
        school_id=card.school_id,
        name=card.name,
        group_id=card.group_id,
        standing=card.standing,
        offices=frozenset(office["code"] for office in held),
        groups_led=frozenset(office["scope_id"] for office in held if office["code"] == "group_leader"),
        school_name=union.name if union else "",
        rights=rights,
    )


def check_rights(rights: Mapping[str, set[str]]) -> None:
    """Refuse a table of rights that names an office nobody can hold."""
    for right, offices in rights.items():
        if unknown := set(offices) - set(OFFICES) - {MEMBER}:
            raise ValueError(f"{right}: there is no office {', '.join(sorted(unknown))}")


def token_of(request: Any) -> str | None:
    """The bearer token of a program or test, else the cookie of a page."""
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        return str(header.removeprefix("Bearer ").strip())
    cookie: str | None = request.cookies.get(tokens.COOKIE)
    return cookie


def sign_in_cookie(response: Any, token: str) -> None:
    """Put a page token into its cookie."""
    config: Config = current().config
    response.set_cookie(
        tokens.COOKIE,
        token,
        max_age=tokens.PAGE_HOURS * 3600,
        httponly=True,
        samesite="Lax",
        secure=config.secure_cookies,
    )
