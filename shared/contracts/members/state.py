"""State that every service keeps a copy of: organisations, person cards, keys and rule packs.

Each bears the whole state and its version; a copy never takes an older one.
"""

from marshmallow import Schema, fields

from shared.contracts.fields import code, count, flag, identifier, iso_date, many, moment, ordinal, text, tree
from shared.contracts.registry import L0, L1, L2, Event, event, optional

# Standing (会籍): the first two full members, `retired` keeps the membership without a vote (保留会籍).
STANDINGS = ("full", "early_retired_in_post", "retired", "applicant", "left", "deceased")
# Kind of post: 在编, 合同, 临时聘用, 外聘, 劳务派遣, 务工.
POST_KINDS = ("established", "contract", "temporary", "external", "dispatched", "migrant")


@event("members.organization.changed.v1", audience="public")
class OrganisationChanged(Event):
    """An organisation of the tree was founded or changed (district, school, joint union, workplace, group).

    `tenant_id` is the union with the committee, whose data it belongs to; a district's `rule_pack_code`
    is its choice of provincial ceilings. Reacts: members, events, welfare and voting keep their copies;
    voting chooses the form of assembly by the headcount; district systems keep the list of schools.
    """

    organisation_id = L0(identifier())
    kind = L0(code("district", "school", "joint_union", "workplace", "group"))
    name = L0(text(120))
    parent_id = L0(optional(identifier()))
    tenant_id = L0(optional(identifier()))
    status = L0(code())
    headcount_band = L0(optional(text(20)))
    member_count = L0(optional(count()))
    rule_pack_code = L0(optional(code()))
    version = L0(ordinal())


class OfficeHeld(Schema):
    """An office with its term; rights last no longer than it."""

    code = L1(code())
    scope_id = L1(identifier())
    term_from = L1(iso_date())
    term_to = L1(optional(iso_date()))


@event("members.person.changed.v1", audience="internal")
class PersonChanged(Event):
    """The person card: all that other services may know of a person, and the only place names travel.

    `signed_out_before` ends sessions older than it; an erased card has its personal fields empty.
    Reacts: members, events, welfare and voting keep their copies for names, ages, audiences and rights.
    """

    person_id = L1(identifier())
    school_id = L1(identifier())
    workplace_id = L1(optional(identifier()))
    group_id = L1(optional(identifier()))
    name = L2(text(60, shortest=0))
    pinyin = L2(text(200, shortest=0))
    pinyin_initials = L2(text(60, shortest=0))
    sex = L2(optional(code("female", "male")))
    birth_date = L2(optional(iso_date()))
    post_kind = L2(optional(code(*POST_KINDS)))
    standing = L2(code(*STANDINGS))
    offices = L1(many(fields.Nested(OfficeHeld)))
    signed_out_before = L1(optional(moment()))
    disabled = L1(flag())
    erased = L1(flag())
    version = L1(ordinal())


class PublicJwk(Schema):
    """The public half of a P-256 key. A private `d` is an unknown key here, and so cannot be said."""

    kty = L1(code("EC"))
    crv = L1(code("P-256"))
    x = L1(text(64))
    y = L1(text(64))
    kid = L1(optional(text(64)))
    alg = L1(optional(code("ES256")))
    use = L1(optional(code("sig")))


@event("members.signing-key.changed.v1", audience="internal")
class SigningKeyChanged(Event):
    """A key that signs tokens came into use or was retired. Reacts: members, events, welfare and voting
    verify tokens with their copy, and ask nobody."""

    kid = L1(text(64))
    public_jwk = L1(fields.Nested(PublicJwk))
    valid_from = L1(moment())
    retired_at = L1(optional(moment()))


@event("members.rule-pack.published.v1", audience="internal")
class RulePackPublished(Event):
    """A province's ceilings and lists, dated (规则包). Two versions of one code overlap never: the later one
    begins where the earlier ends. Reacts: members, events, welfare and voting keep their copies and name the
    pack on each decision."""

    pack_id = L0(identifier())
    code = L0(code())
    version = L0(ordinal())
    jurisdiction = L0(text(60))
    name = L0(text(120))
    effective_from = L0(iso_date())
    effective_to = L0(optional(iso_date()))
    source = L0(text(500))
    parameters = L0(tree())
    superseded = L0(flag())
