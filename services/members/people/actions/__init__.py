"""What changes the register: entering and correcting people, retiring and leaving, moving between unions."""

from services.members.people.actions.entering import (
    IdentityKnown,
    change_phone,
    correct,
    enter,
    identity_is_known,
    read_sensitive,
)
from services.members.people.actions.leaving import RetirementDue, close_memberships, leave, retire
from services.members.people.actions.many import enter_many
from services.members.people.actions.moving import (
    accept_transfer,
    decline_transfer,
    release_transfer,
    request_transfer,
)

__all__ = [
    "IdentityKnown",
    "RetirementDue",
    "accept_transfer",
    "change_phone",
    "close_memberships",
    "correct",
    "decline_transfer",
    "enter",
    "enter_many",
    "identity_is_known",
    "leave",
    "read_sensitive",
    "release_transfer",
    "request_transfer",
    "retire",
]
