"""Who an activity is for: a rule as data, the judgement by it, and the rule in plain words.

Bounds of age are inclusive and in completed years (周岁) on a named day: 以上 and 以下 include the number
itself (Civil Code art. 1259), so 「35周岁以下」 admits whoever has not yet had the 36th birthday.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Self

from babel.dates import format_date
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared.kit.people import Person

ACTIVITY_DAY = "activity day"
IN_POST = ("full", "early_retired_in_post")

STANDINGS = {
    "full": _l("members in post"),
    "early_retired_in_post": _l("members retired early in post"),
    "retired": _l("retired members"),
}
POST_KINDS = {
    "established": _l("established posts"),
    "contract": _l("contract staff"),
    "temporary": _l("temporary staff"),
    "external": _l("external staff"),
    "dispatched": _l("dispatched staff"),
    "migrant": _l("migrant workers"),
}


@dataclass(frozen=True)
class Audience:
    """A rule; an empty part asks for nothing."""

    sex: str | None = None
    age_min: int | None = None
    age_max: int | None = None
    age_on: str | date = ACTIVITY_DAY
    group_ids: tuple[str, ...] = ()
    standings: tuple[str, ...] = ()
    post_kinds: tuple[str, ...] = ()

    @classmethod
    def of(cls, rule: Mapping[str, Any]) -> Self:
        """The rule as it lies in the table (JSON)."""
        day = rule.get("age_on") or ACTIVITY_DAY
        return cls(
            sex=rule.get("sex"),
            age_min=rule.get("age_min"),
            age_max=rule.get("age_max"),
            age_on=day if day == ACTIVITY_DAY else date.fromisoformat(str(day)),
            group_ids=tuple(rule.get("group_ids") or ()),
            standings=tuple(rule.get("standings") or ()),
            post_kinds=tuple(rule.get("post_kinds") or ()),
        )

    def as_rule(self) -> dict[str, Any]:
        """The rule as it lies in the table and in the API."""
        lists = {"group_ids", "standings", "post_kinds"}
        rule = {name: list(value) if name in lists else value for name, value in asdict(self).items()}
        return rule | {"age_on": str(self.age_on)}

    @property
    def code(self) -> str:
        """The rule in one word, for those who may know no more of it."""
        parts = {
            "women": self.sex == "female",
            "men": self.sex == "male",
            "age": self.age_min is not None or self.age_max is not None,
            "groups": bool(self.group_ids),
            "standing": bool(self.standings),
            "posts": bool(self.post_kinds),
        }
        return "-".join(word for word, holds in parts.items() if holds) or "everyone"

    def day_for_age(self, activity_day: date) -> date:
        """The day on which ages are counted."""
        return self.age_on if isinstance(self.age_on, date) else activity_day

    def admits(self, person: Person, activity_day: date) -> bool:
        """Whether the rule lets the person take part."""
        return not any(True for _why in self._misses(person, activity_day))

    def _misses(self, person: Person, activity_day: date) -> Iterator[str]:
        if self.sex and person.sex != self.sex:
            yield "sex"
        if self.age_min is not None or self.age_max is not None:
            age = person.age_on(self.day_for_age(activity_day)) if person.birth_date else None
            if age is None or not (self.age_min or 0) <= age <= (
                self.age_max if self.age_max is not None else age
            ):
                yield "age"
        if self.group_ids and person.group_id not in self.group_ids:
            yield "group"
        if self.standings and person.standing not in self.standings:
            yield "standing"
        if self.post_kinds and person.post_kind not in self.post_kinds:
            yield "post"

    def words(self, activity_day: date, group_names: Mapping[str, str]) -> str:
        """The rule for people to read, e.g. 「女教职工，35周岁以下（含35周岁，按2026年9月10日计算）」."""
        parts = [
            *self._words_for_sex(),
            *self._words_for_age(activity_day),
            *_one_of(STANDINGS, self.standings),
            *_one_of(POST_KINDS, self.post_kinds),
            *_one_of(group_names, self.group_ids),
        ]
        return _(", ").join(parts) or _("everyone of the union")

    def _words_for_sex(self) -> list[str]:
        return {"female": [_("women")], "male": [_("men")]}.get(self.sex or "", [])

    def _words_for_age(self, activity_day: date) -> list[str]:
        on = {"day": format_date(self.day_for_age(activity_day), "long", locale=get_locale() or "zh_Hans")}
        match self.age_min, self.age_max:
            case None, None:
                return []
            case None, high:
                return [
                    _(
                        "aged %(high)s or under (%(high)s included, completed years on %(day)s)",
                        high=high,
                        **on,
                    )
                ]
            case low, None:
                return [
                    _("aged %(low)s or over (%(low)s included, completed years on %(day)s)", low=low, **on)
                ]
            case low, high:
                return [
                    _(
                        "aged %(low)s to %(high)s (both included, completed years on %(day)s)",
                        low=low,
                        high=high,
                        **on,
                    )
                ]


def _one_of(names: Mapping[str, Any], codes: tuple[str, ...]) -> list[str]:
    return [_(" or ").join(str(names.get(code, code)) for code in codes)] if codes else []
