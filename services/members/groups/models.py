"""Who was in which union group (工会小组) on which day: past ballots and recommendations ask for it.

A group itself is an organisation of kind `group`; its leader (组长) holds an office in it.
"""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from services.members.base import Base
from shared.kit.database import Id


class GroupMembership(Base):
    """A person in a group from one day to another, both included."""

    __tablename__ = "group_membership"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id, index=True)
    group_id: Mapped[str] = mapped_column(Id, index=True)
    member_id: Mapped[str] = mapped_column(Id, index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
