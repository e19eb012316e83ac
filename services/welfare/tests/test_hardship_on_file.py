"""Which cases are on file on a day: what the seasonal rounds ask."""

from datetime import date

from services.welfare.hardship.models import ACTIVE, LIFTED, HardshipCase
from services.welfare.hardship.queries import active_on
from shared.kit.testing.builders import a_school


def test_a_case_is_on_file_from_its_day_until_the_day_it_is_lifted(union):
    other = a_school(union.welfare, "实验小学", district=union.district)
    with union.welfare.transaction() as session:
        for school, state, first, last in (
            (union.school, ACTIVE, date(2026, 3, 1), None),
            (union.school, LIFTED, date(2026, 3, 1), date(2026, 5, 1)),
            (other, ACTIVE, date(2026, 3, 1), None),
        ):
            session.add(
                HardshipCase(
                    school_id=school.id,
                    person_id=union.colleague.id,
                    state=state,
                    level="severe",
                    begun_on=first,
                    active_from=first,
                    active_to=last,
                )
            )

    def count(day):
        with union.welfare.reading() as session:
            return len(active_on(session, union.school.id, day))

    days = (date(2026, 2, 28), date(2026, 3, 1), date(2026, 4, 30), date(2026, 5, 1))
    assert [count(day) for day in days] == [0, 2, 2, 1]
