"""For whom a roll is made, and how a form's one choice says it: `members`, `delegates` or `group:<id>`."""

from typing import Final
from uuid import UUID

from flask_babel import lazy_gettext as _l

MEMBERS: Final = "members"  # every member with a vote
DELEGATES: Final = "delegates"  # 教代会代表
GROUP: Final = "group"  # one union group (工会小组)
AUDIENCES: Final = {MEMBERS: _l("All members"), DELEGATES: _l("Delegates"), GROUP: _l("One union group")}


def as_choice(audience: str, group_id: str | None) -> str:
    return f"{audience}:{group_id}" if group_id else audience


def chosen(choice: str) -> tuple[str, str | None]:
    """Audience and group of a choice. Raises ValueError for what no form of ours offers."""
    audience, _colon, group_id = choice.partition(":")
    if audience not in AUDIENCES or (audience == GROUP) != bool(group_id):
        raise ValueError(choice)
    return audience, str(UUID(group_id)) if group_id else None
