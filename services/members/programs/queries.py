"""Which programs a union or district has."""

from sqlalchemy import Select, select

from services.members.programs.models import Program


def programs(school_id: str) -> Select[Program]:
    return select(Program).where(Program.school_id == school_id)
