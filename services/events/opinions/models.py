"""How an activity was liked (满意度): who has answered, and apart from that how many gave which mark.

Nothing joins the two, not even a time: nobody can be asked why they gave a two.
"""

from flask_babel import lazy_gettext as _l
from sqlalchemy import Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.events.base import Base
from shared.kit.database import Id
from shared.kit.problems import Conflict

MARKS = {5: _l("Very good"), 4: _l("Good"), 3: _l("All right"), 2: _l("Not so good"), 1: _l("Bad")}
FEWEST = 5  # fewer answers than this would point to persons


class NotAsked(Conflict):
    """Those who came are asked, once, from its end until its books are closed."""

    slug = "opinion-not-asked"
    title = _l("Your opinion is not asked for now")


class OpinionGiven(Base):
    """Somebody has answered; what, stands nowhere."""

    __tablename__ = "opinion_given"
    __table_args__ = (UniqueConstraint("activity_id", "person_id"),)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    activity_id: Mapped[str] = mapped_column(Id)
    person_id: Mapped[str] = mapped_column(Id)


class MarkCount(Base):
    """How often a mark was given to an activity."""

    __tablename__ = "mark_count"
    __table_args__ = (UniqueConstraint("activity_id", "mark"),)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    activity_id: Mapped[str] = mapped_column(Id)
    mark: Mapped[int] = mapped_column(Integer)
    number: Mapped[int] = mapped_column(Integer, default=0)
