"""Who asks, where it must be a person: a program has no inbox, no password and no life events."""

from shared.kit.access import actor
from shared.kit.problems import Forbidden


def me() -> str:
    """The id of the person who asks. Raises Forbidden for programs."""
    who = actor()
    if who.is_program or who.person_id is None:
        raise Forbidden
    return who.person_id


def my_union() -> str:
    """The union (or district) of whoever asks."""
    return actor().school_id or ""
