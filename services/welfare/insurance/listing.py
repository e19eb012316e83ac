"""The list that the school hands to the insurer (参保名单): names and consents; identity numbers are added at the school."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from services.welfare.insurance.actions import premiums
from services.welfare.insurance.models import ANSWERS, CONSENTED, InsurancePlan
from services.welfare.insurance.queries import Line
from services.welfare.wording import in_yuan


@dataclass(frozen=True)
class InsurerList:
    """Lines by name; `total_fen` is what they cost together."""

    plan: InsurancePlan
    lines: list[Line]

    @property
    def line_count(self) -> int:
        return len(self.lines)

    @property
    def consent_count(self) -> int:
        return sum(line.enrolment.answer in CONSENTED for line in self.lines)

    @property
    def total_fen(self) -> int:
        return premiums(self.line_count, self.plan.premium_fen)

    def header(self) -> list[str]:
        return [_("No."), _("Name"), _("Identity number (added by the school)"), _("Premium in yuan"),
                _("Consent"), _("Consent of")]  # fmt: skip

    def rows(self) -> list[list[Any]]:
        """A row for each line, and a last one with both counts and the sum."""
        each = in_yuan(self.plan.premium_fen)
        found: list[list[Any]] = [
            [
                number,
                line.person.name,
                "",
                each,
                str(ANSWERS[line.enrolment.answer]),
                line.enrolment.consented_on,
            ]
            for number, line in enumerate(self.lines, start=1)
        ]
        lines = _("Lines on the list: %(n)s", n=self.line_count)
        consents = _("Consents: %(n)s", n=self.consent_count)
        return [*found, [None, lines, "", in_yuan(self.total_fen), consents, None]]
