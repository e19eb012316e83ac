"""The form of a school year: its rows of spans as one types them, and as the schema wants them."""

import re
from collections.abc import Mapping
from typing import Any

from services.events.school_calendars.models import TERMS, YearCalendar

EMPTY_ROWS = 2


def as_typed(calendar: YearCalendar) -> dict[str, Any]:
    """What the form starts with."""
    values: dict[str, Any] = {
        "bell": f"{calendar.bell:%H:%M}",
        "make_up_workdays": " ".join(calendar.make_up_workdays),
    }
    for term in calendar.terms:
        values |= {f"{term['code']}-{end}": term[end] for end in ("starts_on", "ends_on")}
    for n, span in enumerate(calendar.holidays):
        values |= {f"holiday-{n}-{part}": span[part] for part in ("code", "starts_on", "ends_on")}
    return values | {"rows": len(calendar.holidays) + EMPTY_ROWS}


def as_entered(typed: Mapping[str, str]) -> dict[str, Any]:
    """What was typed, in the shape of the API; rows without a first day are none."""
    terms = [
        {"code": code, "starts_on": typed[f"{code}-starts_on"], "ends_on": typed.get(f"{code}-ends_on", "")}
        for code in TERMS
        if typed.get(f"{code}-starts_on")
    ]
    rows = sorted(
        int(found[1]) for name in typed if (found := re.fullmatch(r"holiday-(\d{1,3})-starts_on", name))
    )
    holidays = [
        {
            "code": typed.get(f"holiday-{n}-code", ""),
            "starts_on": typed[f"holiday-{n}-starts_on"],
            "ends_on": typed.get(f"holiday-{n}-ends_on") or typed[f"holiday-{n}-starts_on"],
        }
        for n in rows
        if typed[f"holiday-{n}-starts_on"]
    ]
    make_up = re.split(r"[\s,，、;；]+", typed.get("make_up_workdays", "").strip())
    return {
        "terms": terms,
        "holidays": holidays,
        "make_up_workdays": [day for day in make_up if day],
        "bell": typed.get("bell", ""),
    }
