"""The vocabulary: one term per thing. The value is what code, JSON and the CLI say; `label` is what the regulation in
force calls it, or the plain word written here."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Self

from pressctl.core.names import ASIDE, SLOT, Names, in_force


class Term(StrEnum):
    """A member carries its English value and a plain Chinese word, which a regulation may replace by its own."""

    key: str
    plain: str

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.key = f"{re.sub(r'(?<=[a-z])(?=[A-Z])', '_', cls.__name__).lower()}.{value}"
        member.plain = label
        return member

    # as it compares; that of Enum is a function call, and every look-up by a term would pay it
    __hash__ = str.__hash__

    @property
    def label(self) -> str:
        """What the regulation in force calls it."""
        return in_force().labels.get(self.key, self.plain)

    @classmethod
    def labels(cls) -> dict[str, str]:
        """`{label: value}` of every member, in order."""
        return {member.label: member.value for member in cls}


class UnitKind(Term):
    """抬头 and 三(一): whom the regulation speaks to."""

    BUREAU = "bureau", "本级机关"
    COUNTY_BUREAU = "county_bureau", "下级机关"
    SUB_BUREAU = "sub_bureau", "派出机构"
    DETACHMENT = "detachment", "直属单位"
    DIVISION = "division", "内设机构"
    STATION = "station", "基层单位"


class Role(Term):
    """三(一), 三(四)4 and the signers of 三(三)1. A bureau spokesperson is a spokesperson of the bureau."""

    SPOKESPERSON = "spokesperson", "新闻发言人"
    LIAISON = "liaison", "联络员"
    MEDIA_LEAD = "media_lead", "媒体应对负责人"
    OFFICE_DIRECTOR = "office_director", "新闻发布机构负责人"
    CHIEF_LEADER = "chief_leader", "主要领导"
    DEPUTY_LEADER = "deputy_leader", "分管领导"


class Form(Term):
    """二(一). Ranked: conference over briefing over written."""

    CONFERENCE = "conference", "新闻发布会"
    BRIEFING = "briefing", "新闻通气会"
    WRITTEN = "written", "书面发布"


class Occasion(Term):
    """三(二)1-4, 三(三)5: why a release is held; decides who must attend."""

    PERIODIC = "periodic", "定期发布"
    MAJOR = "major", "重大事项"
    OPINION = "opinion", "舆情回应"
    EMERGENCY = "emergency", "突发事件"
    OWN = "own", "单位自行"


class Nature(Term):
    """三(三)1: decides the route of approval."""

    COMPREHENSIVE = "comprehensive", "综合性"
    SPECIAL = "special", "专项性"


class Status(Term):
    """Where a release stands between plan and archive."""

    PLANNED = "planned", "已列入计划"
    SUBMITTED = "submitted", "已报送"
    REVIEWED = "reviewed", "已审核"
    APPROVED = "approved", "已审批"
    FILED = "filed", "已备案"
    HELD = "held", "已发布"
    ARCHIVED = "archived", "已归档"
    RETURNED = "returned", "已退回"
    WITHDRAWN = "withdrawn", "已撤回"
    REJECTED = "rejected", "不予批准"
    CANCELLED = "cancelled", "已取消"


class Seat(Term):
    """三(二): what a person does at a release."""

    HOST = "host", "主持"
    PRESENTER = "presenter", "通报"
    ANSWERER = "answerer", "答问"
    ATTENDEE = "attendee", "出席"


class Group(Term):
    """三(二)1-3: for whom somebody sits at a release, by the posts held that day."""

    BUREAU_SPOKESPERSON = "bureau_spokesperson", "本级新闻发言人"
    OFFICE_DIRECTOR = "office_director", "新闻发布机构负责人"
    BUSINESS_SPOKESPERSON = "business_spokesperson", "业务部门新闻发言人"
    LOCAL_SPOKESPERSON = "local_spokesperson", "事发地新闻发言人"


class Party(Term):
    """三(三)4: who prepares the material of a release."""

    OFFICE = "office", "新闻发布机构"
    BUSINESS = "business", "业务部门"
    LOCAL = "local", "事发地单位"


class AttachmentKind(Term):
    """三(三)3, 附件1注3, 三(一)."""

    PROGRAMME = "programme", "发布方案"
    SOURCE_MATERIAL = "source_material", "新闻素材"
    PRESS_TEXT = "press_text", "新闻发布稿"
    LINE = "line", "发布口径"
    RELEASED_TEXT = "released_text", "实际发布稿"
    OTHER = "other", "其他材料"


class Step(Term):
    """附件1: the three opinions, level by level (三(三)1)."""

    UNIT = "unit", "组织单位意见"
    OFFICE = "office", "审核意见"
    LEADER = "leader", "审批意见"

    @property
    def short(self) -> str:
        """The label where a line names several: without whose opinion it is."""
        return in_force().labels.get(
            f"{self.key}.short", {"unit": "组织单位", "office": "审核", "leader": "审批"}[self.value]
        )


class Decision(Term):
    """What a signer of a step decided."""

    AGREE = "agree", "同意"
    RETURN = "return", "退回"
    REJECT = "reject", "不予批准"


class Action(Term):
    """What can happen to a release."""

    SUBMIT = "submit", "报送"
    WITHDRAW = "withdraw", "撤回"
    REVIEW = "review", "审核"
    APPROVE = "approve", "审批"
    RETURN = "return", "退回"
    SEND_BACK = "send_back", "退回上一环节"
    REJECT = "reject", "不予批准"
    FILE = "file", "备案"
    HOLD = "hold", "记录发布"
    ARCHIVE = "archive", "归档"
    MOVE = "move", "改期、变更"
    CANCEL = "cancel", "取消"
    REMIND = "remind", "催办"


class RecordKind(Term):
    """Acts of duty that are no approval: rows of one ledger."""

    FILED = "filed", "备案"
    ARCHIVED = "archived", "审批表归档"
    STATEMENT = "statement", "新闻发言人年度工作报告"
    HALF_YEAR = "half_year", "半年工作报送"
    MEETING = "meeting", "工作例会"
    TRAINING = "training", "业务培训"
    LINE = "line", "发布口径"
    COORGANISE = "coorganise", "报请共同组织"
    JOINT = "joint", "会同商议"
    OFFICE_SETUP = "office_setup", "设立新闻发布机构"
    COUNTY_SYSTEM = "county_system", "新闻发布工作制度"
    REGISTRATION = "registration", "登记表收存"
    ROSTER = "roster", "名单报送"
    ASSESSMENT = "assessment", "绩效考评"
    TRIGGER = "trigger", "应予发布的事项"
    WAIVER = "waiver", "豁免"
    REVIEWED = "reviewed", "审阅新闻发布稿"
    MATERIAL = "material", "准备新闻材料"
    INVITATION = "invitation", "邀请记者"
    INTERVIEW = "interview", "记者采访"
    DELEGATION = "delegation", "授权代签"
    REMINDER = "reminder", "催办"
    FREEZE = "freeze", "名册封存"
    PLAN = "plan", "年度计划报送"
    SCHEDULE = "schedule", "全年统筹安排"
    RESPONSE = "response", "事项处置经过"
    FIELD = "field", "领导分管范围"
    IMPACT = "impact", "涉及面和影响的认定"
    CONSULTED = "consulted", "事先沟通"


class FormKind(Term):
    """附件1, 附件2, 附件3; the label is the form's title."""

    APPROVAL = "approval", "新闻发布审批表"
    SPOKESPERSON = "spokesperson", "新闻发言人登记表"
    LIAISON = "liaison", "联络员登记表"


class Treatment(Term):
    """What becomes of a clause's words."""

    CHECKED = "checked", "逐条检查"
    VALUE = "value", "作为数值"
    FORM = "form", "作为表格"
    WORKFLOW = "workflow", "由办理流程保证"
    PEOPLE = "people", "由人判断"
    NOT_MODELLED = "not_modelled", "不纳入"
    HEADING = "heading", "标题"


class Strength(Term):
    """The text's modal word: 必须/应/要/请, 原则上/一般, 及时/定期/第一时间."""

    MUST = "E", "应当"
    PRINCIPLE = "W", "原则"
    ADVISORY = "A", "提示"
    INFO = "I", "记录"


class Result(Term):
    """What a rule found. No evidence is not a pass."""

    PASS = "pass", "符合"
    FAIL = "fail", "不符合"
    WAIVED = "waived", "已豁免"
    NOT_DUE = "not_due", "未到期"
    NO_EVIDENCE = "no_evidence", "无记录"
    PROVISIONAL = "provisional", "推定"


class DayKind(Term):
    """What kind of day it is."""

    WORKDAY = "workday", "工作日"
    WEEKEND = "weekend", "周末"
    HOLIDAY = "holiday", "放假"
    MAKEUP = "makeup", "调休上班"


class Word(Term):
    """What else a regulation has a name for: whom it calls what, as sentences need it."""

    SUPERIOR = "superior", "本级"
    IN_BUREAU_NAME = "in_bureau_name", "以本级名义"
    OFFICE = "office", "新闻发布机构"
    OFFICE_SHORT = "office_short", "新闻发布机构"
    OFFICE_HEAD = "office_head", "新闻发布机构负责人"
    OFFICE_HEAD_SHORT = "office_head_short", "负责人"
    LEADERS = "leaders", "领导"
    CHIEF = "chief", "主要领导"
    DEPUTY = "deputy", "分管领导"
    AUTHORITY = "authority", "备案机关"
    FILING = "filing", "备案"
    PERIODIC = "periodic", "定期新闻发布会"
    LOCAL = "local", "事发地单位"
    WHOLE = "whole", "各单位"
    ADDRESSEE = "addressee", "各有关单位"
    OWN_READING = "own_reading", "本机关口径"
    LAW = "law", "《规定》"
    KEY_MATTER = "key_matter", "重点工作、重大案件"
    APPROVAL_FORM = "approval_form", "审批表"
    REGISTRATION_FORM = "registration_form", "登记表"
    URGENT = "urgent", "紧急情况"
    WIDE = "wide", "影响较大"


def named(text: str, *, names: Names | None = None, printed: Callable[[str], str] = str) -> str:
    """A text with what it names in braces, as the regulation in force calls and numbers it; other braces stay.

    A bracket that is there for a clause goes with it where the regulation has none. `printed` writes a clause id.
    """
    if "{" not in text:
        return text
    names = names or in_force()

    def aside(found: re.Match[str]) -> str:
        whole = found[0]
        wanted = [s.removeprefix("clause:") for s in SLOT.findall(whole) if s.startswith("clause:")]
        kept = [c for w in wanted if (c := names.found(w)) is not None]
        return whole if kept else ""

    def word(found: re.Match[str]) -> str:
        slot = found[1]
        if slot.startswith("clause:"):
            clause = names.found(slot.removeprefix("clause:"))
            return printed(clause) if clause else ""
        if slot.startswith("value:"):
            figure = names.figure(slot.removeprefix("value:"))
            return found[0] if figure is None else str(figure)
        if slot.endswith(".short"):
            return names.labels.get(slot, Step(slot.split(".")[1]).short)
        term = WORDS.get(slot)
        return found[0] if term is None else printed(names.labels.get(term.key, term.plain))

    return SLOT.sub(word, ASIDE.sub(aside, text))


def _words() -> dict[str, Term]:
    """Every word by its key."""
    return {member.key: member for term in Term.__subclasses__() for member in term}


WORDS = _words()
