"""三(二)1-3: who must be at a release and who does what. The demands are a table; one function walks it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pressctl.core import policy_keys as keys
from pressctl.core.facts import Release, SeatTaken
from pressctl.core.policy_keys import Demand
from pressctl.core.rules.look import Duty, Look, Verdict, of_release, rule
from pressctl.core.terms import Form, Group, RecordKind, Result, Role, Seat, UnitKind, Word

_HELD = Duty(
    opened="{word.in_bureau_name}的发布会、通气会举行之时",
    due="发布之日",
    by="",
    late="发布之后不能补，只能说明或豁免；没有出席记录的为无记录",
    good_late=False,
)
_SEATS = replace(_HELD, by="record held 所记的实际席位与当日的任职；代人出席的为豁免")


@rule("ATT-01", _SEATS)
@rule("ATT-02", _SEATS)
@rule("ATT-03", _SEATS)
@rule("ATT-04", _SEATS)
@rule("ATT-05", _SEATS)
@rule(
    "ATT-06",
    replace(
        _SEATS,
        by="主持、通报、答问的人当日在登记的新闻发言人、{word.office_head}或领导岗位上，出席的人当日在岗",
    ),
)
@rule("ATT-08", _SEATS)
def attendance(look: Look) -> Iterator[Verdict]:
    """Conferences and briefings held in the bureau's name, each row of the table that fits them."""
    for r in _met(look):
        hall = _Hall(look, r)
        for row in look.value(keys.ATTENDANCE, r.held_on):
            if row.occasion is r.occasion and row.key_matter in (None, r.key_matter):
                yield hall.demand(row)
        yield from hall.in_post()


def _met(look: Look) -> Iterator[Release]:
    return (r for r in look.bureau_held if r.form is not Form.WRITTEN)


class _Hall:
    """Who sat where at one release, and to which groups each belongs.

    Someone sent in place of another counts for the other's groups; a demand met only so is waived, not passed (Q24).
    """

    def __init__(self, look: Look, release: Release) -> None:
        assert release.held_on is not None
        self.look, self.release, self.day = look, release, release.held_on
        self.taken = tuple(s for s in release.seats if s.actual)
        self.groups = {s.person_id: self._groups(s) for s in self.taken}
        self.sent = {s.person_id for s in self.taken if s.substitute_for}

    def _groups(self, seat: SeatTaken) -> frozenset[Group]:
        """The groups a sitter stands for, by the posts held that day, or by those of the one replaced."""
        look, release = self.look, self.release
        posts = look.posts(seat.person_id, self.day)
        if seat.substitute_for:
            posts += tuple(
                a
                for a in look.facts.appointments
                if a.person.name == seat.substitute_for and a.active_on(self.day)
            )
        found: set[Group] = set()
        for a in posts:
            if a.role is Role.OFFICE_DIRECTOR:
                found.add(Group.OFFICE_DIRECTOR)
            if a.role is Role.SPOKESPERSON:
                if a.unit_id == look.bureau_on(self.day):
                    found.add(Group.BUREAU_SPOKESPERSON)
                if a.unit_id in look.business_units(release):
                    found.add(Group.BUSINESS_SPOKESPERSON)
                if a.unit_id == release.local_unit_id:
                    found.add(Group.LOCAL_SPOKESPERSON)
        return frozenset(found)

    def demand(self, row: Demand) -> Verdict:
        """One row judged: who must be present, or who must sit in a seat."""
        if not self.taken:
            return of_release(
                self.release,
                row.rule,
                Result.NO_EVIDENCE,
                "没有出席记录。",
                strength=row.strength,
                next=f"用 pressctl record held {self.release.ref} --seat 席位=人员 补记出席。",
                part=row.seat.value if row.seat else "",
            )
        good, by_proxy, message = self._present(row) if row.seat is None else self._seated(row, row.seat)
        result = Result.PASS if good else Result.FAIL
        if good and by_proxy:
            result = Result.WAIVED
        return of_release(
            self.release,
            row.rule,
            result,
            message,
            strength=row.strength,
            evidence={"seats": [f"{s.seat.label}：{s.name}" for s in self.taken]},
            part=row.seat.value if row.seat else "",
        )

    def _present(self, row: Demand) -> tuple[bool, bool, str]:
        wanted = row.present
        places = [group for group, number in wanted.items() for _ in range(number)]
        own = {p: g for p, g in self.groups.items() if p not in self.sent}
        good = _seats_all(places, self.groups)
        said = "、".join(f"{g.label}{n}名" for g, n in wanted.items())
        lacking = [g.label for g in wanted if not any(g in groups for groups in self.groups.values())]
        message = f"应有{said}出席" + (
            f"，缺{'、'.join(lacking)}。" if lacking else "，已到齐。" if good else "，须各由不同的人。"
        )
        return good, good and not _seats_all(places, own), message

    def _seated(self, row: Demand, seat: Seat) -> tuple[bool, bool, str]:
        """A seat's takers against the groups it is for: any of them suffices, or each must be among them."""
        others = {s.person_id for s in self.taken if s.seat is row.apart}
        takers = [s for s in self.taken if s.seat is seat]
        may = [s for s in takers if s.person_id not in others]
        groups = row.groups
        met = [any(g in self.groups[s.person_id] for s in may) for g in groups]
        good = all(met) if row.each else any(met)
        own = [
            any(g in self.groups[s.person_id] for s in may if s.person_id not in self.sent) for g in groups
        ]
        by_proxy = good and not (all(own) if row.each else any(own))
        joined = "和" if row.each else "或"
        names = "、".join(s.name for s in takers) or "无记录"
        who = joined.join(g.label for g in groups)
        apart = f"，且不兼{row.apart.label}" if row.apart else ""
        return good, by_proxy, f"应由{who}{seat.label}{apart}，实为{names}。"

    def in_post(self) -> Iterator[Verdict]:
        """ATT-06: whoever sat there held a registered post that day, one that may speak where he spoke; or stood in for
        one who did."""
        by_person: dict[int, list[SeatTaken]] = {}
        for s in self.taken:
            by_person.setdefault(s.person_id, []).append(s)
        for person_id, seats in by_person.items():
            seat = next((s for s in seats if s.seat in _SPEAKING), seats[0])
            posts = [a for a in self.look.posts(person_id, self.day) if a.registered_on]
            fit = [a for a in posts if seat.seat not in _SPEAKING or a.role in _SPEAKERS]
            result = Result.WAIVED if seat.substitute_for else self.look.judged(bool(fit))
            post = "、".join(a.named_role.label for a in posts) or "没有登记的任职"
            instead = f"代{seat.substitute_for}（{seat.reason}）" if seat.substitute_for else post
            unfit = "，不是可以在此席位发言的岗位" if posts and not fit and not seat.substitute_for else ""
            said = f"{seat.seat.label}{seat.name}：{instead}{unfit}。"
            yield of_release(self.release, "ATT-06", result, said, part=str(person_id))


_SPEAKING = frozenset({Seat.HOST, Seat.PRESENTER, Seat.ANSWERER})
_SPEAKERS = frozenset({Role.SPOKESPERSON, Role.OFFICE_DIRECTOR, Role.CHIEF_LEADER, Role.DEPUTY_LEADER})


@rule(
    "ATT-07",
    replace(
        _HELD,
        by="发布写明的组织、会同、业务和事发地单位，以及不晚于发布当日的会同商议的记录（record joint）；单位按当日的名称对照",
        late="发布之后会同的不算；没有写明的为无记录，只能说明或豁免",
    ),
)
def responsible(look: Look) -> Iterator[Verdict]:
    """The units the clause posts as responsible take part, as named on the release."""
    for r in _met(look):
        wanted = look.value(keys.RESPONSIBLE, r.held_on).get(r.occasion)
        if not wanted:
            continue
        named = {r.unit_id, *r.joint_units, *r.business_units}
        for record in look.records_of(r.ref, RecordKind.JOINT):
            if record.on <= r.day:
                named |= set(record.data.get("units", ()))
        there = {look.name(u, r.day) for u in named}
        business = r.business_units or named - {look.office_on(r.day), look.bureau_on(r.day)} - _named_in(
            look, wanted, r
        )
        there |= {"business"} if business else set()
        there |= {"local"} if r.local_unit_id is not None else set()
        told = {"business": "业务部门", "local": Word.LOCAL.label}
        lacking = [told.get(w, w) for w in wanted if w not in there]
        yield of_release(
            r,
            "ATT-07",
            Result.NO_EVIDENCE if lacking else Result.PASS,
            f"没有写明由{'、'.join(lacking)}负责。" if lacking else "负责的单位齐全。",
            cite=r.occasion.value,
            next=f"会同过的，用 pressctl record joint {r.ref} --units 单位 --on 日期 补记；没有的，只能说明或豁免。",
        )


def _named_in(look: Look, wanted: tuple[str, ...], r: Release) -> set[int]:
    """Units that the policy names for another part, by the name they had that day."""
    return {
        u.id
        for name in wanted
        for u in look.facts.units_by_name.get(name, ())
        if (p := u.on(r.day)) is not None and p.name == name
    }


def _seats_all(places: list[Group], groups: Mapping[int, frozenset[Group]]) -> bool:
    """Whether distinct people can fill all the places (Kuhn's matching; a hall has a handful of either)."""
    taken: dict[int, int] = {}

    def fill(place: int, tried: set[int]) -> bool:
        for person, of in groups.items():
            if places[place] in of and person not in tried:
                tried.add(person)
                if person not in taken or fill(taken[person], tried):
                    taken[person] = place
                    return True
        return False

    return all(fill(place, set()) for place in range(len(places)))


@rule(
    "ATT-09",
    Duty(
        opened="每年1月1日，有主要领导在任的单位",
        due="当年12月31日",
        by="当年举行的发布中，当日在任的主要领导本人的席位（record held）；由人代替出席的不算",
        late="年度过后不能补，只能说明或豁免",
        good_late=False,
        recorded="record held 编号 --seat attendee=人员",
    ),
)
def leaders_in_person(look: Look) -> Iterator[Verdict]:
    """How often the chief leader of the bureau, and of each unit that has one on record, took a seat in the year."""
    if look.policy.find(keys.LEADER_YEARLY, look.last) is None:
        return
    wanted = look.value(keys.LEADER_YEARLY, look.last)
    for m in look.members if look.begun else ():
        chiefs = look.active(m.unit.id, Role.CHIEF_LEADER, look.upto)
        if not chiefs and m.period.kind is not UnitKind.BUREAU:
            continue
        refs = [r.ref for r in look.held if _chief_sat(look, r, m.unit.id)]
        met = len(refs) >= wanted
        names = "、".join(a.person.name for a in chiefs) or "（无人登记在任）"
        unknown = not chiefs and not met and look.day > look.last
        yield Verdict(
            "ATT-09",
            Result.NO_EVIDENCE if unknown else look.judged(met, look.last),
            f"{m.period.name}{Role.CHIEF_LEADER.label}{names}{look.year}年应出席发布{wanted}场，已出席{len(refs)}场。",
            m.unit.id,
            due=None if met else look.last,
            evidence={"wanted": wanted, "refs": refs},
        )


def _chief_sat(look: Look, r: Release, unit_id: int) -> bool:
    """Whether one who was the unit's chief leader that day sat there in person."""
    day = r.held_on or r.day
    chiefs = {a.person.id for a in look.active(unit_id, Role.CHIEF_LEADER, day)}
    return any(s.actual and s.person_id in chiefs for s in r.seats)
