"""The invented district 明德区: three unions, some 290 people, their groups and offices. Every name is made up.

Ages follow the year in which it is loaded, so that there is always somebody of 34, of 70 and of 83.
"""

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.accounts.actions import open_account
from services.members.accounts.passwords import hash_password
from services.members.consents.actions import give
from services.members.groups.actions import form_group
from services.members.offices.actions import say_group
from services.members.offices.models import OfficeTerm
from services.members.people.actions import enter_many
from services.members.people.cards import publish_cards
from services.members.people.identity import check_character
from services.members.people.models import Member
from services.members.rules.actions import choose_pack, load_standard_packs
from services.members.schools.actions import found_organisation, recount_members
from services.members.schools.models import DISTRICT, JOINT_UNION, SCHOOL, WORKPLACE, Organisation
from shared.kit import clock

PASSWORD = "mingde-2026"  # noqa: S105  (printed at the first start, of invented people)

# login, name, who: the accounts that are printed.
_ACCOUNTS = (
    ("zhaolixin", "赵立新", "五马中学 · 主席"),
    ("hechunlan", "何春兰", "五马中学 · 生活委员"),
    ("zhaowenjing", "赵文静", "五马中学 · 女工委员"),
    ("qianjianping", "钱建平", "五马中学 · 组织委员"),
    ("sunyuehua", "孙月华", "五马中学 · 财务委员"),
    ("tanzhiyuan", "谭志远", "五马中学 · 经审委员"),
    ("fangdeming", "方德明", "五马中学 · 理化生组组长"),
    ("zhanghaiyan", "张海燕", "五马中学 · 语文组组长"),
    ("zhouxiaolan", "周晓岚", "五马中学 · 教代会代表"),
    ("linxiaoyu", "林晓雨", "五马中学 · 教师 (34 岁)"),
    ("zhousiyuan", "周思远", "五马中学 · 临时聘用，可入会"),
    ("guzhenhai", "顾振海", "五马中学 · 校长"),
    ("luguihua", "陆桂花", "实验小学 · 主席"),
    ("baixuemei", "白雪梅", "实验小学 · 生活委员"),
    ("qinshoushan", "秦守山", "厉庄镇联合工会 · 主席"),
    ("gongyilin", "龚一琳", "明德区教育工会 · 区工会干部"),
    ("maqiming", "马启明", "明德区教育工会 · 运维"),
)
_NAMED = {name for _login, name, _who in _ACCOUNTS}
ACCOUNTS = [(login, PASSWORD, f"{name}，{who}") for login, name, who in _ACCOUNTS]

_SURNAMES = "王李张刘陈杨黄吴徐孙胡朱高林何郭罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜肖詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边"  # noqa: E501
_WOMEN = "秀英兰芳梅玲红霞丽敏静娟艳洁琴云莲慧颖雪琳倩莹婷薇岚怡春桂淑珍素月玉凤美翠佳雯欣瑶妍彤悦"
_MEN = "国平建军志强伟明德勇刚涛斌辉鹏飞宏伟海波振华永健立新守山文博浩宇俊杰子轩思远成林启东家宝义正树森庆"
# Combinations that belong to somebody whom everybody knows.
_FAMOUS = {
    "刘翔",
    "李宁",
    "姚明",
    "李娜",
    "刘洋",
    "王菲",
    "马云",
    "成龙",
    "杨洋",
    "张国立",
    "陈建斌",
    "李玉",
    "王志文",
}
_LEAP_YEARS = (1944, 1956, 1968, 1976, 1984, 1988, 1992, 1996)


def load(session: Session) -> None:
    """Found the district, once. Needs some two seconds; the other services' parts follow when they have heard."""
    if session.scalar(select(Organisation.id).limit(1)):
        return
    load_standard_packs(session)
    district = found_organisation(session, kind=DISTRICT, name="明德区教育工会")
    choose_pack(session, district.id, "guizhou")
    people = _People(random.Random(20260910))  # noqa: S311  (the same people every time)
    _district(session, district, people)
    _wuma(session, district, people)
    _primary(session, district, people)
    _lizhuang(session, district, people)
    _accounts(session)


def _district(session: Session, district: Organisation, people: "_People") -> None:
    entries = [people.one("龚一琳", sex="female", age=41), people.one("马启明", sex="male", age=33)]
    officer, operator = enter_many(session, district.id, entries)
    _office(session, officer, "district_officer", district)
    _office(session, operator, "operator", district)
    publish_cards(session, [officer, operator])


def _wuma(session: Session, district: Organisation, people: "_People") -> None:
    """五马中学: 126 staff, 8 of them not yet members; 14 retired; 61 delegates, 38 of them teachers (62 %)."""
    union = found_organisation(session, kind=SCHOOL, name="五马中学", parent=district, headcount=126)
    sizes = {
        "语文组": 18,
        "数学组": 18,
        "英语组": 16,
        "理化生组": 12,
        "政史地组": 12,
        "音体美组": 12,
        "信息技术组": 6,
        "行政组": 14,
        "总务处": 18,
    }
    named = {
        "语文组": [
            people.one("张海燕", "female", 46),
            people.one("林晓雨", "female", 34),
            people.one("周思远", "male", 26, standing="applicant", post_kind="temporary"),
        ],
        "数学组": [people.one("钱建平", "male", 48), people.one("张立", "male", 37)],
        "英语组": [people.one("赵文静", "female", 39), people.one("何春兰", "female", 44)],
        "理化生组": [people.one("方德明", "male", 50), people.one("周晓岚", "female", 34)],
        "政史地组": [people.one("赵立新", "male", 52), people.one("谭志远", "male", 45)],
        "音体美组": [people.one("钟秀英", "female", 42), people.one("罗一鸣", "male", 34)],
        "行政组": [people.one("顾振海", "male", 54), people.one("孙月华", "female", 47)],
        "总务处": [people.one("郑国平", "male", 56)],
    }
    members = _fill(session, union, people, sizes, named, support={"行政组", "总务处"}, applicants=7)
    for member in [m for m in members if m.standing == "full" and m.name == "郑国平"]:
        member.standing = "early_retired_in_post"
    members += _retired(
        session,
        union,
        people,
        14,
        named=[
            people.one("张素芬", "female", 71, standing="retired"),
            people.one("吴德厚", "male", 83, standing="retired"),
        ],
    )
    by_name = {member.name: member for member in members}
    _committee(
        session,
        union,
        by_name,
        chair="赵立新",
        organiser="钱建平",
        carer="何春兰",
        women="赵文静",
        treasurer="孙月华",
        auditor="谭志远",
        vice_chair="方德明",
        publicist="周晓岚",
        sports="罗一鸣",
        principal="顾振海",
    )
    _leaders(session, members, {"语文组": "张海燕", "理化生组": "方德明", "音体美组": "钟秀英"})
    staff = [member for member in members if member.standing in ("full", "early_retired_in_post")]
    chosen = [by_name["周晓岚"], by_name["赵立新"], by_name["张海燕"]]
    for is_teacher, seats in ((True, 38), (False, 23)):
        others = [m for m in staff if m.is_teacher == is_teacher and m not in chosen]
        already = sum(m.is_teacher == is_teacher for m in chosen)
        chosen += people.random.sample(others, seats - already)
    for member in chosen:
        _office(session, member, "delegate", union)
    _publish(session, union, members)
    _consents(session, [m for m in staff if m not in chosen and m.name not in _NAMED])


def _consents(session: Session, members: list[Member]) -> None:
    """Some ask the union for help, so they have agreed that it may use what they tell of family and income."""
    for member in members[5:50:15]:
        give(session, member.id, "family-finance")


def _primary(session: Session, district: Organisation, people: "_People") -> None:
    """实验小学: 58 staff, all members, so all of them assemble; 6 retired."""
    union = found_organisation(session, kind=SCHOOL, name="实验小学", parent=district, headcount=58)
    sizes = {"语文组": 18, "数学组": 14, "英语组": 8, "综合组": 10, "行政后勤组": 8}
    named = {"语文组": [people.one("陆桂花", "female", 49)], "综合组": [people.one("白雪梅", "female", 38)]}
    members = _fill(session, union, people, sizes, named, support={"行政后勤组"})
    _committee(session, union, {m.name: m for m in members}, chair="陆桂花", carer="白雪梅")
    _leaders(session, members, {})
    members += _retired(session, union, people, 6)
    _publish(session, union, members)


def _lizhuang(session: Session, district: Organisation, people: "_People") -> None:
    """厉庄镇联合工会: one union over three village schools, 74 members in post; 7 retired."""
    union = found_organisation(
        session, kind=JOINT_UNION, name="厉庄镇联合工会", parent=district, headcount=74
    )
    sizes = {"厉庄小学": 34, "柳河小学": 22, "石桥小学": 18}
    workplaces = {
        name: found_organisation(session, kind=WORKPLACE, name=name, parent=union, headcount=size).id
        for name, size in sizes.items()
    }
    groups = {f"{name}组": size for name, size in sizes.items()}
    named = {"厉庄小学组": [people.one("秦守山", "male", 51)]}
    members = _fill(
        session,
        union,
        people,
        groups,
        named,
        places={f"{name}组": place for name, place in workplaces.items()},
    )
    _committee(session, union, {m.name: m for m in members}, chair="秦守山")
    _leaders(session, members, {})
    members += _retired(session, union, people, 7)
    _publish(session, union, members)


def _fill(
    session: Session,
    union: Organisation,
    people: "_People",
    sizes: dict[str, int],
    named: dict[str, list[dict[str, Any]]],
    *,
    support: set[str] | None = None,
    applicants: int = 0,
    places: dict[str, str] | None = None,
) -> list[Member]:
    """Groups of given sizes: those who have a name in the story, then others."""
    entries = []
    for group_name, size in sizes.items():
        group = form_group(session, union, group_name)
        inside = [*named.get(group_name, [])]
        inside += [people.one() for _ in range(size - len(inside))]
        for entry in inside:
            entry |= {
                "group_id": group.id,
                "is_teacher": group_name not in (support or set()),
                "workplace_id": (places or {}).get(group_name),
            }
        entries += inside
    young = [
        entry
        for entry in entries
        if entry.get("joined_on") and entry["joined_on"].year > clock.today().year - 9
    ]
    for entry, post_kind in zip(
        young[:applicants], ["temporary", "external", "dispatched", "migrant"] * 9, strict=False
    ):
        entry |= {"standing": "applicant", "post_kind": post_kind, "joined_on": None}
    return enter_many(session, union.id, entries)


def _retired(
    session: Session,
    union: Organisation,
    people: "_People",
    count: int,
    named: list[dict[str, Any]] | None = None,
) -> list[Member]:
    """Retired members of 61 to 88, in a group of their own."""
    group = form_group(session, union, "离退休组")
    entries = [*(named or [])]
    ages = (61, 63, 66, 68, 70, 72, 74, 77, 79, 80, 82, 85, 88)
    entries += [people.one(age=ages[n % len(ages)], standing="retired") for n in range(count - len(entries))]
    for entry in entries:
        retired_at = 55 if entry["sex"] == "female" else 60
        entry |= {"group_id": group.id, "retired_on": date(entry["birth_date"].year + retired_at, 9, 1)}
    return enter_many(session, union.id, entries)


def _committee(session: Session, union: Organisation, by_name: dict[str, Member], **known: str) -> None:
    """Every office filled; who is not named in the story is somebody of middle age."""
    taken = set(known.values())
    others = iter(
        [
            m
            for m in by_name.values()
            if m.standing == "full"
            and m.name not in taken
            and 35 <= clock.age_on(m.birth_date, clock.today()) <= 52
        ]
    )
    for code in (
        "chair",
        "vice_chair",
        "organiser",
        "publicist",
        "sports",
        "carer",
        "women",
        "auditor",
        "treasurer",
        "principal",
    ):
        holder = (
            by_name[known[code]]
            if code in known
            else next(m for m in others if code != "women" or m.sex == "female")
        )
        _office(session, holder, code, union)


def _leaders(session: Session, members: list[Member], known: dict[str, str]) -> None:
    groups: dict[str, list[Member]] = {}
    for member in members:
        if member.group_id and member.standing == "full":
            groups.setdefault(member.group_id, []).append(member)
    for group_id, inside in groups.items():
        group = session.get(Organisation, group_id)
        assert group is not None
        leader = next((m for m in inside if m.name == known.get(group.name)), inside[len(inside) // 2])
        _office(session, leader, "group_leader", group)


def _office(session: Session, member: Member, code: str, scope: Organisation) -> None:
    """A term of three years that began last March."""
    year = clock.today().year - (1 if clock.today().month < 3 else 0)
    session.add(
        OfficeTerm(
            school_id=member.school_id,
            member_id=member.id,
            code=code,
            scope_id=scope.id,
            term_from=date(year, 3, 1),
            term_to=date(year + 3, 3, 1),
            duties="",
            awaits_approval=False,
        )
    )


def _publish(session: Session, union: Organisation, members: list[Member]) -> None:
    session.flush()
    publish_cards(session, members)
    recount_members(session, union.id)
    for group_id in sorted({member.group_id for member in members if member.group_id}):
        say_group(session, group_id)


def _accounts(session: Session) -> None:
    password_hash = hash_password(PASSWORD)  # one for all: hashing seventeen times would take a second
    members = {
        m.name: m
        for m in session.scalars(select(Member).where(Member.name.in_([n for _l, n, _w in _ACCOUNTS])))
    }
    for login, name, _who in _ACCOUNTS:
        open_account(session, members[name], login, password_hash)


class _People:
    """Makes people up, no two of one name."""

    def __init__(self, source: random.Random) -> None:
        self.random = source
        self._names = _NAMED | {
            "张素芬",
            "吴德厚",
            "郑国平",
            "钟秀英",
            "张立",
            "罗一鸣",
        }
        self._leap_years = iter(_LEAP_YEARS * 4)
        self._number = 0
        self._new_names = {
            sex: self._making_names(letters) for sex, letters in (("female", _WOMEN), ("male", _MEN))
        }

    def one(
        self,
        name: str | None = None,
        sex: str | None = None,
        age: int | None = None,
        *,
        standing: str = "full",
        post_kind: str = "established",
    ) -> dict[str, Any]:
        """The fields of one person; two women to each man, as schools are."""
        self._number += 1
        sex = sex or self.random.choice(("female", "female", "male"))
        born = self._born(age or self.random.choice((*range(24, 56), *range(28, 48))))
        started = date(born.year + self.random.randint(22, 25), 9, 1)
        return {
            "name": name or next(self._new_names[sex]),
            "sex": sex,
            "birth_date": born,
            "standing": standing,
            "post_kind": post_kind if self._number % 9 else "contract",
            "joined_on": min(started, date(clock.today().year - 1, 9, 1))
            if standing != "applicant"
            else None,
            "staff_number": f"{self._number:04d}",
            "phone": f"139{self.random.randint(0, 99_999_999):08d}",
            "identity_number": self._identity_number(born, sex),
        }

    def _born(self, age: int) -> date:
        """A birth date that makes somebody `age` today; every thirtieth is a 29 February, whatever the age."""
        if self._number % 30 == 0:
            return date(next(self._leap_years), 2, 29)
        today = clock.today()
        born = date(today.year - age, self.random.randint(1, 12), self.random.randint(1, 28))
        return born if clock.age_on(born, today) == age else born.replace(year=born.year - 1)

    def _identity_number(self, born: date, sex: str) -> str:
        # 999999 is no place's code: a good check digit, and nobody's number.
        order = self._number * 2 % 1000 + (sex == "male")
        first17 = f"999999{born:%Y%m%d}{order:03d}"
        return first17 + check_character(first17)

    def _making_names(self, letters: str) -> Iterator[str]:
        while True:
            given = "".join(self.random.sample(letters, self.random.choice((1, 2, 2, 2))))
            name = self.random.choice(_SURNAMES[: self.random.choice((30, 60, len(_SURNAMES)))]) + given
            if name not in self._names and name not in _FAMOUS:
                self._names.add(name)
                yield name
