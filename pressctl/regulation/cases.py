"""Cases as data: a world that keeps every rule, and what each case changes in it, from readable TOML to Facts.

A package brings its own: `cases/world.toml`, and a file for each clause. `rules check` runs them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Any

from pressctl.core.facts import (
    Appointment,
    ApprovalStep,
    Attachment,
    Facts,
    Person,
    Record,
    Release,
    SeatTaken,
    Unit,
    UnitPeriod,
)
from pressctl.core.findings import Finding
from pressctl.core.policy import Policy
from pressctl.core.record_kinds import SHAPES
from pressctl.core.rules import check
from pressctl.core.terms import (
    AttachmentKind,
    Decision,
    Form,
    Nature,
    Occasion,
    RecordKind,
    Result,
    Role,
    Seat,
    Status,
    Step,
    Strength,
    UnitKind,
)
from pressctl.core.working_days import Calendar
from pressctl.errors import BadData
from pressctl.regulation.package import Package

_DETAILS = {shape.kind: {d.name: d.type for d in shape.details} for shape in SHAPES.values()}


@dataclass(frozen=True)
class Case:
    """What one case changes, and what the rule must then say. `expect` lists all that is neither pass nor not due.

    `quiet` lists passes and what is not due that must be among the rest, `owed` all that is then still owed under the
    rule, `says`, `quotes` and `next` words that stand in a message, a quotation or a piece of advice, `local` whether
    what is unmet is marked as a reading of the bureau's own.
    """

    file: str
    clause: str
    rule: str
    name: str
    on: date
    year: int
    expect: tuple[str, ...]
    facts: Facts
    profiles: tuple[str, ...] = ()
    quiet: tuple[str, ...] = ()
    owed: tuple[str, ...] | None = None
    says: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    local: bool | None = None

    @property
    def id(self) -> str:
        return f"{self.rule}:{self.name}"


@dataclass(frozen=True)
class Cases:
    """The case files of a package: {name: text}, `world.toml` among them."""

    files: Mapping[str, str]

    @classmethod
    def of(cls, package: Package) -> Cases | None:
        """A package's; None where it has none."""
        texts = {p.removeprefix("cases/"): package.text(p) for p in package.files if p.startswith("cases/")}
        if texts and _WORLD not in texts:
            raise _wrong(f"有案例而没有 cases/{_WORLD}。")
        return cls(texts) if texts else None

    def __iter__(self) -> Iterator[Case]:
        """Every case of every file, each on its own copy of the world. Raises BadData for one that cannot be read."""
        for name in sorted(self.files):
            if name == _WORLD:
                continue
            data = _parsed(name, self.files[name])
            for told in data.get("case", ()):
                yield self._case(name, data.get("clause", ""), told)

    def world(self) -> dict[str, Any]:
        """The bureau that keeps every rule, as data."""
        data = _parsed(_WORLD, self.files[_WORLD])
        whole = {r["ref"]: r for r in data.get("release", ())}
        for ref, release in whole.items():
            if "like" in release:
                whole[ref] = deepcopy(whole[release.pop("like")]) | release
        data["release"] = list(whole.values())
        for part in ("unit", "post", "record"):
            data.setdefault(part, [])
        return data

    def facts(self, change: Mapping[str, Any] | None = None) -> Facts:
        """The world, with one change where one is given."""
        return _Builder(self.world() if change is None else _changed(self.world(), change)).facts()

    def _case(self, file: str, clause: str, told: Mapping[str, Any]) -> Case:
        name = f"{file}：案例“{told.get('name', '？')}”"
        if unknown := set(told) - _CASE - _CHANGES:
            raise _wrong(f"{name}中不认识“{'、'.join(sorted(unknown))}”。")
        if lacking := {"rule", "name", "expect"} - set(told):
            raise _wrong(f"{name}缺少 {'、'.join(sorted(lacking))}。")
        try:
            facts = self.facts(told)
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise _wrong(f"{name}写得不对：{error}。") from error
        return Case(
            file,
            clause,
            told["rule"],
            told["name"],
            told.get("on", date(2027, 2, 1)),
            told.get("year", 2026),
            tuple(told["expect"]),
            facts,
            **{name: tuple(told[name]) for name in _LISTS if name in told},
            local=told.get("local"),
        )


_WORLD = "world.toml"


def _wrong(problem: str) -> BadData:
    return BadData("bad_case", problem, next_step="写法照随带的 changzhou-2009/cases。")


def _parsed(name: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise _wrong(f"cases/{name} 不是完好的 TOML 文件。") from error


# -- what a case says ------------------------------------------------------------------------------

QUIET = (Result.PASS, Result.NOT_DUE)


def said(finding: Finding) -> str:
    """`result subject`, and the strength where it is not the rule's own word E."""
    about = finding.subject or finding.unit or ""
    mark = "" if finding.strength is Strength.MUST else f" {finding.strength.value}"
    return f"{finding.result.value} {about}{mark}".strip()


def problems(case: Case, policy: Policy) -> Iterator[str]:
    """What the rules say of a case otherwise than it expects."""
    found = check(case.facts, policy, Calendar(case.on), case.on, year=case.year, rules=[case.rule])
    loud = [f for f in found if f.result not in QUIET]
    told = sorted(map(said, loud))
    if told != sorted(case.expect):
        yield f"应为 {sorted(case.expect)}，得出 {told}：{'；'.join(f.message for f in loud)}"
    quiet = {said(f) for f in found if f.result in QUIET}
    if not set(case.quiet) <= quiet:
        yield f"应有 {sorted(case.quiet)}，得出 {sorted(quiet)}"
    for words, texts in (
        (case.says, [f.message for f in found]),
        (case.quotes, [f.quote for f in loud or found]),
        (case.next, [f.next or "" for f in found]),
    ):
        yield from (f"没有说“{word}”：{texts}" for word in words if not any(word in text for text in texts))
    if case.local is not None and {f.local_reading for f in loud} != {case.local}:
        yield "本局口径的标注不对"


def run(package: Package, policy: Policy) -> int:
    """How many cases a package has. Raises BadData `cases_fail` with all that do not come out as they say."""
    cases = Cases.of(package)
    if cases is None:
        return 0
    wrong, number = [], 0
    for case in cases:
        number += 1
        if case.rule not in policy.rules:
            if not case.profiles:
                wrong.append(f"{case.file}：案例“{case.name}”的规则 {case.rule} 不在本规定中")
            continue
        if not case.profiles:  # what a profile adds is no part of the package
            wrong += [f"{case.file}：案例“{case.name}”（{case.rule}）{p}" for p in problems(case, policy)]
    if wrong:
        raise BadData(
            "cases_fail",
            f"{len(wrong)} 处与案例不符：" + "".join(f"\n  {w}" for w in wrong[:50]),
            next_step="请核对规定数据和案例，哪一个写错了。",
            details={"problems": wrong},
        )
    return number


_LISTS = ("profiles", "quiet", "owed", "says", "quotes", "next")
_CASE = {"rule", "name", "on", "year", "expect", "local", *_LISTS}
_CHANGES = {"without", "set", "unit", "post", "release", "record", "log_sound"}


def _changed(data: dict[str, Any], case: Mapping[str, Any]) -> dict[str, Any]:
    """The world without what `without` names, with what `set` alters and with what the case adds.

    `without` names a unit, a person, a release, a kind of record, or `ref/kind` for a release's record or step; `set`
    names the same, but of records only those of a release.
    """
    gone = set(case.get("without", ()))
    unknown = gone - {
        *(u["name"] for u in data["unit"]),
        *(p["who"] for p in data["post"]),
        *(r["ref"] for r in data["release"]),
        *(r["kind"] for r in data["record"]),
        *(f"{r['ref']}/{k['kind']}" for r in data["release"] for k in r.get("records", ())),
        *(f"{r['ref']}/{s['step']}" for r in data["release"] for s in r.get("steps", ())),
    }
    if unknown:
        raise ValueError(f"{'、'.join(sorted(unknown))} 不在 world.toml 中")
    data["people"] = [dict(p) for p in data["post"]] + case.get("post", [])
    data["unit"] = [u for u in data["unit"] if u["name"] not in gone]
    data["post"] = [p for p in data["post"] if p["who"] not in gone and p["unit"] not in gone]
    data["release"] = [r for r in data["release"] if r["ref"] not in gone and r["unit"] not in gone]
    data["record"] = [
        r
        for r in data["record"]
        if not gone & {r["kind"], r.get("unit"), r.get("person")}
    ]  # fmt: skip
    for release in data["release"]:
        for part, key in (("records", "kind"), ("steps", "step")):
            release[part] = [x for x in release.get(part, ()) if f"{release['ref']}/{x[key]}" not in gone]
    for name, values in case.get("set", {}).items():
        targets = list(_named(data, name))
        if not targets:
            raise ValueError(f"{name} 不在 world.toml 中")
        for target in targets:
            target |= values
    for kind in ("unit", "post", "release", "record"):
        data[kind] += case.get(kind, [])
    data["log_sound"] = case.get("log_sound", True)
    return data


def _named(data: Mapping[str, Any], name: str) -> Iterator[dict[str, Any]]:
    """A unit, a post or a release; with a stroke, those of a release's records and steps that are of a kind."""
    ref, _, part = name.partition("/")
    if part:
        (release,) = (r for r in data["release"] if r["ref"] == ref)
        yield from (r for r in release["records"] if r["kind"] == part)
        yield from (s for s in release["steps"] if s["step"] == part)
        return
    listed = (x for kind in ("unit", "post", "release") for x in data[kind])
    found = next((x for x in listed if name in (x.get("name"), x.get("who"), x.get("ref"))), None)
    if found is not None:
        yield found


def _hour(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


class _Builder:
    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.units = {u["name"]: n for n, u in enumerate(data["unit"], start=1)}
        self.people: dict[str, Person] = {}
        told = {p.get("as", p["who"]): p for p in data["post"]}
        for post in data.get("people", data["post"]):  # one who left the register is still a person
            key = post.get("as", post["who"])
            private = {k: v for k, v in told.get(key, post).items() if k in ("mobile", "birth", "gender")}
            self.people.setdefault(key, Person(len(self.people) + 1, post["who"], **private))
        self.records: list[Record] = []

    def facts(self) -> Facts:
        releases = tuple(self._release(r) for r in self.data["release"])
        for record in self.data["record"]:
            self._record(record, record["on"])
        return Facts(
            tuple(self._unit(u) for u in self.data["unit"]),
            tuple(self._post(n, p) for n, p in enumerate(self._spans(), start=1)),
            releases,
            tuple(self.records),
            log_sound=self.data.get("log_sound", True),
        )

    def _unit(self, u: Mapping[str, Any]) -> Unit:
        parent = self.units.get(u["parent"]) if "parent" in u else None
        period = UnitPeriod(
            u["name"], UnitKind(u["kind"]), parent, u.get("office", False), u.get("since"), u.get("until")
        )
        periods = [period]
        for change in u.get("then", ()):  # what it became: on, and a name, a kind or whether it is the office
            last = periods[-1]
            kind = UnitKind(change.get("kind", last.kind))
            office = change.get("office", last.office)
            periods[-1] = replace(last, until=change["on"])
            name = change.get("name", last.name)
            periods.append(replace(last, name=name, kind=kind, office=office, since=change["on"], until=None))
        if "closed" in u:
            periods[-1] = replace(periods[-1], until=u["closed"])
        return Unit(self.units[u["name"]], tuple(periods))

    def _spans(self) -> Iterator[Mapping[str, Any]]:
        """A post, or one for each of its `spans`: [since] or [since, until]."""
        for post in self.data["post"]:
            for span in post.get("spans", (None,)):
                yield post if span is None else {**post, **dict(zip(("since", "until"), span, strict=False))}

    def _post(self, number: int, p: Mapping[str, Any]) -> Appointment:
        since = p.get("since", date(2025, 1, 6))
        return Appointment(
            number,
            self.people[p.get("as", p["who"])],
            self.units[p["unit"]],
            Role(p["role"]),
            p.get("title", "民警"),
            since,
            p.get("until"),
            p.get("registered_on", since) or None,
        )

    def _release(self, r: Mapping[str, Any]) -> Release:
        held = r.get("held_on", r["on"]) if r.get("status", "archived") in ("held", "archived") else None
        unit = self.units[r["unit"]]
        submitted = r["on"] - timedelta(r["submitted"]) if r.get("submitted", "") != "" else None
        for record in r.get("records", ()):
            self._record(record, self._moment(r, record), r["ref"], unit)
        filed = next((x for x in r.get("records", ()) if x["kind"] == "filed"), None)
        return Release(
            r["ref"],
            r["name"],
            unit,
            Form(r.get("form", "conference")),
            r["on"],
            r.get("planned_on", r["on"]),
            Occasion(r.get("occasion", "own")),
            Nature(r.get("nature", "special")),
            Status(r.get("status", "archived")),
            r.get("in_bureau_name", False),
            r.get("key_matter", False),
            wide if isinstance(wide := r.get("wide_impact"), bool) else None,
            r.get("topic", "专题"),
            tuple(r.get("categories", (1,))),
            r.get("venue"),
            _hour(r.get("at")),
            liaison_id=self._person(r["liaison"]) if r.get("liaison") else None,
            phone=r.get("phone", "8100"),
            audience=r.get("audience", "社会公众"),
            media=r.get("media"),
            urgent=r.get("urgent", False),
            urgent_reason=r.get("urgent_reason"),
            consulted_on=r.get("consulted_on"),
            consulted_time=_hour(r.get("consulted_at")),
            received_on=self._received(r, submitted),
            closed_on=r.get("closed_on"),
            period=r.get("period"),
            planned_at=r.get("planned_at", date(2026, 1, 15)),
            submitted_on=submitted,
            held_on=held,
            filed_on=r.get("filed_on") or (self._moment(r, filed) if filed else None),
            filed_time=_hour(filed.get("at")) if filed else None,
            held_time=_hour(r.get("held_at")),
            business_units=tuple(self.units[u] for u in r.get("business_units", ())),
            joint_units=tuple(self.units[u] for u in r.get("joint_units", ())),
            local_unit_id=self.units[r["local_unit"]] if r.get("local_unit") else None,
            void_round=r.get("void_round"),
            round=max((s.get("round", 1) for s in r.get("steps", ())), default=0),
            steps=tuple(self._step(r, s, unit) for s in r.get("steps", ())),
            seats=tuple(self._seats(r)),
            attachments=tuple(
                Attachment(AttachmentKind(k), f"{k}.txt", self._sha256(r, k), 1, self._attached(r, k))
                for k in r.get("attachments", ())
            ),
        )  # fmt: skip

    def _received(self, r: Mapping[str, Any], submitted: date | None) -> date | None:
        """The first complete receipt: that of the only submission, unless a case tells it; "" where there is none."""
        told = r.get("received")
        if told is None:
            return submitted
        on: date = r["on"]
        return None if told == "" else on - timedelta(told)

    def _moment(self, r: Mapping[str, Any], x: Mapping[str, Any]) -> date:
        on: date = r["on"]
        return on - timedelta(x["before"]) if "before" in x else on + timedelta(x.get("after", 0))

    def _step(self, r: Mapping[str, Any], s: Mapping[str, Any], unit: int) -> ApprovalStep:
        person = self.people.get(s["by"])
        return ApprovalStep(
            s.get("round", 1),
            Step(s["step"]),
            s["by"],
            s.get("title", "负责人"),
            Decision(s.get("decision", "agree")),
            s.get("opinion", "同意。"),
            self._moment(r, s),
            person.id if person else None,
            Role(s["role"]) if "role" in s else None,
            s.get("on_behalf_of"),
            self.units[s["unit"]] if "unit" in s else unit if s["step"] == "unit" else None,
            _hour(s.get("at")),
            r["on"] + timedelta(s["desk_after"]) if "desk_after" in s else None,
        )

    def _sha256(self, r: Mapping[str, Any], kind: str) -> str:
        """The text that went out is the one approved, unless a case says otherwise."""
        return ("1" if kind == "released_text" and r.get("other_text") else "0") * 64

    def _attached(self, r: Mapping[str, Any], kind: str) -> date:
        on: date = r["on"]
        if kind == "released_text":
            return on
        return on - timedelta(r.get("attached", r.get("submitted")) or 0)

    def _seats(self, r: Mapping[str, Any]) -> Iterator[SeatTaken]:
        for seat, names in r.get("seats", {}).items():
            for text in names:
                name, _, instead = text.partition("/")
                reason = "因公外出" if instead else None
                yield SeatTaken(Seat(seat), self._person(name), name, True, instead or None, reason)
                if seat == "presenter":
                    yield SeatTaken(Seat(seat), self._person(name), name)

    def _person(self, name: str) -> int:
        return self.people[name].id

    def _record(
        self, x: Mapping[str, Any], on: date, ref: str | None = None, unit: int | None = None
    ) -> None:
        kind = RecordKind(x["kind"])
        types = _DETAILS.get(kind, {})
        data = {k: self._detail(types.get(k, "str"), v) for k, v in x.get("data", {}).items()}
        about = self.units[x["unit"]] if x.get("unit") else unit if kind is RecordKind.ARCHIVED else None
        person = self._person(x["person"]) if "person" in x else None
        self.records.append(
            Record(
                x.get("id", 1000 + len(self.records)),
                kind,
                on,
                about,
                person,
                x.get("ref", ref),
                x.get("text"),
                data=data,
                at=_hour(x.get("at")),
                entered=self._entered(x),
            )
        )

    def _entered(self, x: Mapping[str, Any]) -> date | None:
        """The desk's day; `desk_after` counts from the day of the release that the record is about."""
        if "desk_after" not in x:
            entered: date | None = x.get("entered")
            return entered
        on: date = next(r["on"] for r in self.data["release"] if x in r.get("records", ()))
        return on + timedelta(x["desk_after"])

    def _detail(self, of: str, value: Any) -> Any:
        match of:
            case "date":
                return value.isoformat() if isinstance(value, date) else value
            case "person":
                return self._person(value)
            case "people":
                return [self._person(name) for name in value]
            case "unit":
                return self.units[value]
            case "units":
                return [self.units[name] for name in value]
            case _:
                return value
