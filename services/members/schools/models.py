"""The organisations of a district as a tree: the district itself, its schools, their workplaces and groups.

A tenant (the union with the committee) is a school, or a joint union (联合工会) of several small schools,
which are then its workplaces. Everything inside a tenant bears the tenant's id as `school_id`.
"""

from datetime import date

from sqlalchemy import Date, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from services.members.base import Base
from shared.kit.database import Id

DISTRICT, SCHOOL, JOINT_UNION, WORKPLACE, GROUP = "district", "school", "joint_union", "workplace", "group"
KINDS = (DISTRICT, SCHOOL, JOINT_UNION, WORKPLACE, GROUP)
TENANTS = (SCHOOL, JOINT_UNION)
ACTIVE, CLOSED = "active", "closed"


class Organisation(Base):
    """One place in the tree. `version` counts what was published of it."""

    __tablename__ = "organisation"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    parent_id: Mapped[str | None] = mapped_column(Id, index=True)
    school_id: Mapped[str] = mapped_column(Id, index=True)  # the tenant it lies in; a district is its own
    name: Mapped[str] = mapped_column(String(100))
    status: Mapped[str] = mapped_column(String(10), default=ACTIVE)
    opened_on: Mapped[date]
    closed_on: Mapped[date | None] = mapped_column(Date)
    headcount: Mapped[int] = mapped_column(
        Integer, default=0
    )  # staff, members or not, as the school reports it
    member_count: Mapped[int] = mapped_column(Integer, default=0)
    last_card_number: Mapped[int] = mapped_column(Integer, default=0)  # of the tenant's member cards (会员证)
    rule_pack_code: Mapped[str | None] = mapped_column(String(40))  # the district's choice
    version: Mapped[int] = mapped_column(Integer, default=0)
    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012
    __table_args__ = (
        # One living group, workplace or school of a name under one parent.
        Index(
            "uq_organisation_living_name",
            "parent_id",
            "kind",
            "name",
            unique=True,
            postgresql_where=closed_on.is_(None),
            sqlite_where=closed_on.is_(None),
        ),
    )

    @property
    def is_tenant(self) -> bool:
        return self.kind in TENANTS

    @property
    def is_active(self) -> bool:
        return self.status == ACTIVE
