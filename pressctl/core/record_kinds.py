"""The ledger's kinds: what each record is about and what it must say. The `record` command is built from this table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pressctl.core.names import clause_of
from pressctl.core.terms import Occasion, RecordKind, Term


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing a record says. `type` is str, list, date, moment, int, bool, person, people, unit or units; people and units are kept as ids,
    a moment as YYYY-MM-DDTHH:MM. `terms`, where a word of the regulation is meant: those that it may be, in Chinese or
    English, kept as the English value.

    `argument` marks what the command takes by position instead of as an option.
    """

    name: str
    label: str
    type: str = "str"
    required: bool = False
    argument: bool = False
    terms: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of record: the command's word, whom or what it is about, its details, and what it proves.

    `basis` names the rules or values on whose clause it rests: the first that the regulation in force has.
    """

    kind: RecordKind
    word: str
    about: str | None
    basis: str
    details: tuple[Detail, ...] = ()
    help: str = ""

    @property
    def clause(self) -> str | None:
        """The clause it proves; None where the regulation in force has none."""
        return clause_of(self.basis) if self.basis else None


_SHAPES = (
    Shape(
        RecordKind.STATEMENT,
        "statement",
        "person",
        "REP-01",
        (Detail("year", "年度", "int", True),),
        "新闻发言人的年度工作报告",
    ),
    Shape(
        RecordKind.HALF_YEAR,
        "half-year",
        "unit",
        "REP-02",
        (Detail("year", "年度", "int", True), Detail("half", "上下半年（1 或 2）", "int", True)),
        "{unit_kind.county_bureau}每半年报送工作情况",
    ),
    Shape(
        RecordKind.MEETING,
        "meeting",
        None,
        "MTG-01",
        (
            Detail("topics", "议题", "str", True),
            Detail("minutes", "纪要"),
            Detail("people", "参加人", "people"),
        ),
        "{word.office}工作例会",
    ),
    Shape(
        RecordKind.TRAINING,
        "training",
        None,
        "TRN-01",
        (
            Detail("topic", "内容", "str", True),
            Detail("hours", "学时", "int"),
            Detail("people", "参加人", "people", True),
        ),
        "新闻发言人、联络员业务培训",
    ),
    Shape(
        RecordKind.LINE,
        "line",
        "release",
        "EMG-03|OPN-01",
        (Detail("decided_by", "决定人", "person", True), Detail("line", "口径", "str", True)),
        "发布口径及其决定人",
    ),
    Shape(
        RecordKind.COORGANISE,
        "coorganise",
        "release",
        "COO-01",
        (
            Detail("asked_on", "报请日", "date", True),
            Detail("answer", "答复"),
            Detail("answered_on", "答复日", "date"),
        ),
        "{record_kind.coorganise}",
    ),
    Shape(
        RecordKind.JOINT,
        "joint",
        "release",
        "RTE-03|RTE-01|route.order",
        (Detail("units", "会同单位", "units"), Detail("people", "参加人", "people")),
        "{word.office_short}与业务部门共同商议",
    ),
    Shape(
        RecordKind.REVIEWED,
        "reviewed",
        "release",
        "MAT-03",
        (Detail("person", "审阅人", "person", True),),
        "新闻发言人发布前审阅新闻发布稿",
    ),
    Shape(
        RecordKind.MATERIAL,
        "material",
        "release",
        "MAT-01|material.table",
        (
            Detail("by", "准备材料的单位", "units", True),
            Detail("supplied", "提供素材的单位", "units"),
            Detail("author", "起草人", "person"),
        ),
        "材料由谁准备、谁提供素材",
    ),
    Shape(
        RecordKind.INVITATION,
        "invitation",
        "release",
        "INV-01",
        (Detail("by", "邀请单位", "unit", True), Detail("media", "媒体", "list")),
        "邀请记者",
    ),
    Shape(
        RecordKind.INTERVIEW,
        "interview",
        "unit",
        "DUT-02",
        (
            Detail("outlet", "媒体", "str", True),
            Detail("matter", "采访事由", "str", True),
            Detail("arranged_by", "接受或安排采访的新闻发言人", "person"),
        ),
        "接受记者采访",
    ),
    Shape(
        RecordKind.OFFICE_SETUP,
        "office-setup",
        "unit",
        "ROS-02",
        (Detail("document", "文号"),),
        "{unit_kind.sub_bureau}{record_kind.office_setup}",
    ),
    Shape(
        RecordKind.COUNTY_SYSTEM,
        "county-system",
        "unit",
        "CTY-01",
        (
            Detail("document", "文号"),
            Detail("spokesperson", "明确新闻发言人", "bool"),
            Detail("department", "明确主管部门", "bool"),
            Detail("flow", "明确审批和发布流程", "bool"),
            Detail("requirements", "明确工作要求", "bool"),
        ),
        "{unit_kind.county_bureau}建立的新闻发布工作制度",
    ),
    Shape(RecordKind.REGISTRATION, "registration", "person", "ROS-09", (), "收存{word.registration_form}"),
    Shape(
        RecordKind.ROSTER,
        "roster",
        "unit",
        "ROS-08|ROS-10",
        (Detail("year", "年度", "int", True),),
        "单位报送年度名单",
    ),
    Shape(
        RecordKind.ASSESSMENT,
        "assessment",
        "unit",
        "PRF-01",
        (Detail("year", "年度", "int", True), Detail("score", "得分", "int", True)),
        "纳入年度绩效考评的结果",
    ),
    Shape(
        RecordKind.TRIGGER,
        "trigger",
        "unit",
        "OCC-01|OPN-02|EMG-04",
        (
            Detail("matter", "事项", "str", True),
            Detail("kind", "类别", terms=(Occasion.MAJOR, Occasion.OPINION, Occasion.EMERGENCY)),
            Detail("ref", "对应的发布"),
            Detail("happened", "发生（发现）时间", "moment"),
            Detail("informed", "新闻发言人知悉时间", "moment"),
            Detail("responded", "首次发布（回应）时间", "moment"),
            Detail("conference", "召开发布会时间", "moment"),
            Detail("facts", "公布的事实真相"),
            Detail("handling", "公布的处理情况"),
            Detail("regulation", "所依规定"),
            Detail("level", "突发事件的级别，如 特别重大"),
            Detail("line", "回应的统一口径"),
            Detail("decided_by", "口径的决定人", "person"),
            Detail("decided", "决定口径的时间", "moment"),
        ),
        "应予发布的重大事项、舆情或突发事件",
    ),
    Shape(
        RecordKind.RESPONSE,
        "response",
        None,
        "OCC-01|OPN-02|EMG-04",
        (
            Detail("trigger", "事项的记录编号（record list --kind trigger）", "int", True, argument=True),
            Detail("ref", "对应的发布"),
            Detail("happened", "发生（发现）时间，登记时没有写明的", "moment"),
            Detail("informed", "新闻发言人知悉时间", "moment"),
            Detail("responded", "首次发布（回应）时间", "moment"),
            Detail("conference", "召开发布会时间", "moment"),
            Detail("facts", "公布的事实真相"),
            Detail("handling", "公布的处理情况"),
            Detail("regulation", "所依规定"),
            Detail("level", "突发事件的级别，如 特别重大"),
            Detail("line", "回应的统一口径"),
            Detail("decided_by", "口径的决定人", "person"),
            Detail("decided", "决定口径的时间", "moment"),
        ),
        "已登记的事项后来怎样处置：知悉、回应、发布会、事实、处理",
    ),
    Shape(
        RecordKind.PLAN,
        "plan",
        "unit",
        "PLN-04|plan.due",
        (Detail("year", "年度", "int", True), Detail("by", "制订计划的新闻发言人", "person")),
        "单位报送年度新闻发布计划，由谁制订",
    ),
    Shape(
        RecordKind.SCHEDULE,
        "schedule",
        None,
        "PLN-02|plan.due",
        (Detail("year", "年度", "int", True),),
        "{word.office}作出全年统筹安排",
    ),
    Shape(
        RecordKind.FIELD,
        "field",
        "person",
        "route.special",
        (Detail("units", "分管的单位", "units", True), Detail("matters", "分管的业务")),
        "领导分管哪些单位，自 --on 之日起",
    ),
    Shape(
        RecordKind.IMPACT,
        "impact",
        "release",
        "COO-01",
        (Detail("wide", "{word.wide}", "bool", True),),
        "认定是否{word.wide}",
    ),
    Shape(
        RecordKind.CONSULTED,
        "consulted",
        "release",
        "URG-01|submission.urgent",
        (Detail("whom", "与谁沟通"), Detail("channel", "沟通方式")),
        "{word.urgent}与{word.office_short}事先沟通的日期、钟点",
    ),
    Shape(
        RecordKind.DELEGATION,
        "delegation",
        "person",
        "route.order",
        (
            Detail("deputy", "代签人", "person", True),
            Detail("role", "岗位", "str", True),
            Detail("until", "至", "date", True),
        ),
        "授权他人在一段时间内代签",
    ),
    Shape(
        RecordKind.REMINDER,
        "reminder",
        "release",
        "route.order",
        (Detail("to", "催办对象", "str", True),),
        "催办",
    ),
    Shape(
        RecordKind.WAIVER,
        "waiver",
        None,
        "",
        (
            Detail("rule", "规则，如 QTA-02", "str", True, argument=True),
            Detail("subject", "对象：单位、人员、发布编号，或时段如 2026Q1、2026H1", "str", True),
            Detail("by", "批准人", "str", True),
            Detail("reason", "原因", "str", True),
            Detail("year", "年度", "int"),
        ),
        "豁免一项“原则上”的要求",
    ),
)

SHAPES: Mapping[str, Shape] = {shape.word: shape for shape in _SHAPES}

BEFORE_EVENT = frozenset({
    RecordKind.LINE, RecordKind.REVIEWED, RecordKind.JOINT, RecordKind.INVITATION, RecordKind.COORGANISE,
    RecordKind.IMPACT, RecordKind.CONSULTED,
})  # fmt: skip
"""What must come before the event it is about: entered after it, a record proves nothing (Q29)."""
