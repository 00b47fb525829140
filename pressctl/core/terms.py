"""The regulation's vocabulary: one term per thing. The value is what code, JSON and the CLI say; `label` is the text's own word."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Term(StrEnum):
    """A member carries its English value and the regulation's Chinese word for it."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    @classmethod
    def labels(cls) -> dict[str, str]:
        """`{label: value}` of every member, in order."""
        return {member.label: member.value for member in cls}


class UnitKind(Term):
    """抬头 and 三(一): whom the regulation speaks to."""

    BUREAU = "bureau", "市局"
    COUNTY_BUREAU = "county_bureau", "辖市(区)局"
    SUB_BUREAU = "sub_bureau", "分局"
    DETACHMENT = "detachment", "支队"
    DIVISION = "division", "机关处室"
    STATION = "station", "基层所队"


class Role(Term):
    """三(一), 三(四)4 and the signers of 三(三)1. A bureau spokesperson is a spokesperson of the bureau."""

    SPOKESPERSON = "spokesperson", "新闻发言人"
    LIAISON = "liaison", "新闻发布工作联络员"
    MEDIA_LEAD = "media_lead", "应对媒体负责人"
    OFFICE_DIRECTOR = "office_director", "新闻发言人办公室主任"
    CHIEF_LEADER = "chief_leader", "市局主要领导"
    DEPUTY_LEADER = "deputy_leader", "市局分管领导"


class Form(Term):
    """二(一). Ranked: conference over briefing over written."""

    CONFERENCE = "conference", "新闻发布会"
    BRIEFING = "briefing", "新闻通气会"
    WRITTEN = "written", "书面发布"


class Occasion(Term):
    """三(二)1-4, 三(三)5: why a release is held; decides who must attend."""

    PERIODIC = "periodic", "定期发布"
    MAJOR = "major", "重大举措、大要案件、专项斗争"
    OPINION = "opinion", "热点敏感舆情"
    EMERGENCY = "emergency", "突发案(事)件现场"
    OWN = "own", "单位自行"


class Nature(Term):
    """三(三)1: decides the route of approval."""

    COMPREHENSIVE = "comprehensive", "全局性、综合性"
    SPECIAL = "special", "专项性、业务性"


class Status(Term):
    """Where a release stands between plan and archive."""

    PLANNED = "planned", "已列入计划"
    SUBMITTED = "submitted", "已报送"
    REVIEWED = "reviewed", "办公室已审核"
    APPROVED = "approved", "领导已审批"
    FILED = "filed", "已报备"
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

    BUREAU_SPOKESPERSON = "bureau_spokesperson", "市局新闻发言人"
    OFFICE_DIRECTOR = "office_director", "新闻发言人办公室主任"
    BUSINESS_SPOKESPERSON = "business_spokesperson", "业务部门新闻发言人"
    LOCAL_SPOKESPERSON = "local_spokesperson", "事发地公安机关新闻发言人"


class Party(Term):
    """三(三)4: who prepares the material of a release."""

    OFFICE = "office", "新闻发言人办公室"
    BUSINESS = "business", "业务部门"
    LOCAL = "local", "事发地公安机关"


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
    OFFICE = "office", "市局新闻发言人办公室审核意见"
    LEADER = "leader", "市局领导审批意见"

    @property
    def short(self) -> str:
        """The label where a line names several: without whose opinion it is."""
        return {"unit": "组织单位", "office": "办公室审核", "leader": "领导审批"}[self.value]


class Decision(Term):
    """What a signer of a step decided."""

    AGREE = "agree", "同意"
    RETURN = "return", "退回"
    REJECT = "reject", "不予批准"


class RecordKind(Term):
    """Acts of duty that are no approval: rows of one ledger."""

    FILED = "filed", "向市政府新闻办报备"
    ARCHIVED = "archived", "审批表归档"
    STATEMENT = "statement", "新闻发言人年度工作报告"
    HALF_YEAR = "half_year", "辖市(区)局半年工作报送"
    MEETING = "meeting", "工作例会"
    TRAINING = "training", "业务培训"
    LINE = "line", "发布口径"
    COORGANISE = "coorganise", "报请市政府新闻办共同组织"
    JOINT = "joint", "会同商议"
    OFFICE_SETUP = "office_setup", "设立新闻发言人办公室"
    COUNTY_SYSTEM = "county_system", "辖市(区)局新闻发布工作制度"
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

    APPROVAL = "approval", "新闻发布会审批表"
    SPOKESPERSON = "spokesperson", "新闻发言人登记表"
    LIAISON = "liaison", "新闻发布工作联络员登记表"


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
