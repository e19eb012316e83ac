"""Facts that each service says in its own name; the types differ, the shape does not."""

from shared.contracts.fields import code, count, identifier, link, moment, scalars
from shared.contracts.registry import L1, Event, optional


class NoticeRequested(Event):
    """A person, by id in `to`, should be told something.

    The template's parameters are scalars that could stand on a locked phone's screen: no occasion, no
    kind of life event, no amount that betrays one.
    """

    to = L1(identifier())
    template = L1(code())
    parameters = L1(scalars())
    link = L1(optional(link()))


class ErasureCompleted(Event):
    """A service has erased what it held of a person, after a card marked erased or a consent withdrawn."""

    person_id = L1(identifier())
    purpose_code = L1(optional(code()))
    completed_at = L1(moment())
    rows = L1(count())
