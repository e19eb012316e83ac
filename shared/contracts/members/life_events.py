"""What happened in a person's life, reported so that the union can come: one type for each kind.

The kind is the one sensitive fact on the bus. Each kind has a type of its own so that a queue can be
bound to exactly these, and only welfare's is.
"""

from typing import Final

from shared.contracts.fields import code, identifier, iso_date, moment
from shared.contracts.registry import L1, L3, Event, event, optional


class LifeEvent(Event):
    """What all kinds say. `occurred_on` may lie ahead (a wedding); `privacy` limits who is told."""

    life_event_id = L1(identifier())
    person_id = L1(identifier())
    group_id = L1(optional(identifier()))
    occurred_on = L1(iso_date())
    reported_at = L1(moment())
    privacy = L1(code("normal", "restricted"))
    consent_ref = L1(optional(identifier()))


@event("members.life-event.hospitalized.v1", audience="internal")
class MemberHospitalized(LifeEvent):
    """A person is in hospital (生病住院). Reacts: welfare plans a visit by the school's scheme."""

    kind = L3(code("hospitalized"))


@event("members.life-event.childbirth.v1", audience="internal")
class ChildBorn(LifeEvent):
    """A child was born to a person (生育). Reacts: welfare plans a visit by the school's scheme."""

    kind = L3(code("childbirth"))


@event("members.life-event.marriage.v1", audience="internal")
class MemberMarried(LifeEvent):
    """A person marries (结婚). Reacts: welfare plans a visit by the school's scheme."""

    kind = L3(code("marriage"))


@event("members.life-event.bereavement.v1", audience="internal")
class MemberBereaved(LifeEvent):
    """A person lost somebody near (亲属去世). Reacts: welfare plans a visit, due the next day."""

    kind = L3(code("bereavement"))


@event("members.life-event.hardship.v1", audience="internal")
class HardshipReported(LifeEvent):
    """A person has fallen into need (生活困难). Reacts: welfare plans a first visit, then quarterly ones."""

    kind = L3(code("hardship"))


@event("members.life-event.accident.v1", audience="internal")
class AccidentReported(LifeEvent):
    """An accident or disaster befell a person (意外灾害). Reacts: welfare plans a visit and escalates at once."""

    kind = L3(code("accident"))


@event("members.life-event.family-dispute.v1", audience="internal")
class FamilyDisputeReported(LifeEvent):
    """A person asked for help with a dispute at home (家庭纠纷). Reacts: welfare plans a talk with the chair alone."""

    kind = L3(code("family-dispute"))


@event("members.life-event.neighbour-dispute.v1", audience="internal")
class NeighbourDisputeReported(LifeEvent):
    """A person asked for help with a dispute next door (邻里纠纷). Reacts: welfare plans a talk with the chair alone."""

    kind = L3(code("neighbour-dispute"))


@event("members.life-event.housing.v1", audience="internal")
class HousingTroubleReported(LifeEvent):
    """A person's dwelling needs mending or is lost (住房困难). Reacts: welfare plans a visit by the school's scheme."""

    kind = L3(code("housing"))


@event("members.life-event.sick-leave.v1", audience="internal")
class SickLeaveTaken(LifeEvent):
    """A person is on long sick leave (病休). Reacts: welfare plans a visit by the school's scheme."""

    kind = L3(code("sick-leave"))


@event("members.life-event.achievement.v1", audience="internal")
class AchievementReported(LifeEvent):
    """A person achieved something great (重大成绩). Reacts: welfare plans the congratulation where the scheme has one."""

    kind = L3(code("achievement"))


@event("members.life-event.closed.v1", audience="internal")
class LifeEventClosed(Event):
    """A life event ended (a stay in hospital at discharge), was withdrawn, or was an error.

    It does not repeat the kind. Reacts: welfare cancels open visits, or plans the follow-up after the end.
    """

    life_event_id = L1(identifier())
    person_id = L1(identifier())
    outcome = L1(code("ended", "withdrawn", "error"))
    ended_on = L1(optional(iso_date()))


LIFE_EVENTS: Final[dict[str, type[LifeEvent]]] = {
    "hospitalized": MemberHospitalized,
    "childbirth": ChildBorn,
    "marriage": MemberMarried,
    "bereavement": MemberBereaved,
    "hardship": HardshipReported,
    "accident": AccidentReported,
    "family-dispute": FamilyDisputeReported,
    "neighbour-dispute": NeighbourDisputeReported,
    "housing": HousingTroubleReported,
    "sick-leave": SickLeaveTaken,
    "achievement": AchievementReported,
}
