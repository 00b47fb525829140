"""A regulation to begin from: every file of a package, commented, that is whole as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.core.policy_keys import KEYS, REQUIRED
from pressctl.core.rules import CHECKS
from pressctl.core.terms import WORDS, Step

_CLAUSES = """\
# 一、规定是哪一份，以及它的全文。照着改写：逐条抄录原文，每一处写明怎样处理（treatment）：
#   checked       由规则检查，rules 写规则编号（见 rules.toml）
#   value         是一个数字、日期或表格，values 写数值的名称（见 policy.toml）
#   form workflow 是一份表格；由办理流程保证
#   people not_modelled heading   由人判断、不纳入（都要写 why）；标题
# where 写在哪一条命令里办。条款编号照原文写，报告和提示都引用它。

kind = "regulation"
number = "某公规〔2026〕1号"
title = "某市公安局新闻发布办法"
since = 2026-01-01
checked_on = 2026-01-01

[[clause]]
id = "第一条"
parts = [
  {text = "市局设新闻办公室，承担新闻发布的日常工作。", treatment = "value", values = ["bureau.name", "office.unit_name"], where = "unit add --office"},
  {text = "各分局确定新闻发言人一名。", treatment = "checked", rules = ["ROS-03"], values = ["roster.numbers", "roster.due"], where = "register import"},
]

[[clause]]
id = "第二条"
parts = [
  {text = "市局每季度召开一次新闻发布会，", treatment = "value", values = ["quota.bureau_quarterly"], where = "record held"},
  {text = "各分局每年召开一次，新设单位不足六个月的除外。", treatment = "checked", rules = ["QTA-02"], values = ["quota.units", "quota.months_minimum"], where = "record held"},
]

[[clause]]
id = "第三条"
parts = [
  {text = "以市局名义召开新闻发布会的，应当提前五个工作日将发布方案报新闻办公室，", treatment = "checked", rules = ["LED-01"], values = ["submission.lead_days", "submission.lead_count", "submission.lead_forms", "submission.rest_day_receipt", "submission.required", "submission.attachments", "submission.attachments_in_bureau_name"], where = "submit"},
  {text = "紧急情况除外。", treatment = "value", values = ["submission.urgent"], where = "submit --urgent"},
  {text = "新闻办公室审核后，报局领导批准，", treatment = "value", values = ["route.order", "route.comprehensive", "route.special"], where = "approve"},
  {text = "并在召开之前报市委宣传部备案。", treatment = "checked", rules = ["FIL-01"], values = ["filing.forms"], where = "record filed"},
  {text = "出席人员由新闻办公室商定。", treatment = "people", values = ["attendance.table"], why = "由人商定，没有固定的席位", where = "record held --seat"},
]
"""

_RULES = """\
# 二、检查哪些。规则的编号是固定的词汇，没有列在这里的不检查；clause 和 quote 是自己的条款和原文。
# strength：E 必须、应当；W 原则上、一般；A 及时、定期。E 不能豁免。
# 可用的编号（每条检查什么，见说明书“规定逐条对照”）：
{known}

[[rule]]
id = "ROS-03"
clause = "第一条"
quote = "各分局确定新闻发言人一名"
strength = "E"
title = "分局新闻发言人一名"
values = ["roster.numbers", "roster.due"]
next = "用 pressctl register add 登记。"

[[rule]]
id = "QTA-02"
clause = "第二条"
quote = "各分局每年召开一次"
strength = "E"
title = "分局每年一次新闻发布会"
values = ["quota.units"]
next = "安排并召开。"

[[rule]]
id = "LED-01"
clause = "第三条"
quote = "应当提前五个工作日将发布方案报新闻办公室"
strength = "E"
title = "提前五个工作日报送"
values = ["submission.lead_days", "submission.lead_count"]
next = "下次请提前报送。"

[[rule]]
id = "FIL-01"
clause = "第三条"
quote = "并在召开之前报市委宣传部备案"
strength = "E"
title = "召开之前备案"
values = ["filing.forms"]
next = "记录备案。"
"""

_POLICY = """\
# 三、数值。每一个都写明条款（clause）、起始日（since）、核对日（checked_on）；原文没有写明、由本机关取定的写 local = true。
# 以后改了，另写一项，since 写新的起始日；以前的日期仍按原来的判断。

"""

_SAMPLES = {
    "bureau.name": ("第一条", '"某市公安局"'),
    "office.unit_name": ("第一条", '"新闻办公室"'),
    "roster.numbers": ("第一条", '{sub_bureau = [["ROS-03", "spokesperson", 1, 0]]}'),
    "roster.due": ("第一条", "[12, 31]"),
    "quota.bureau_quarterly": ("第二条", "1"),
    "quota.units": ("第二条", '{sub_bureau = {number = 1, forms = ["conference"]}}'),
    "quota.months_minimum": ("第二条", "6"),
    "submission.lead_days": ("第三条", "5"),
    "submission.lead_count": ("第三条", '"exclusive"'),
    "submission.lead_forms": ("第三条", '["conference"]'),
    "submission.rest_day_receipt": ("第三条", '"next"'),
    "submission.urgent": ("第三条", "true"),
    "submission.required": (
        "第三条",
        '{conference = ["name", "unit_id", "on", "opinion", "signer"], briefing = ["name", "unit_id", "on"], written = ["name"]}',
    ),
    "submission.attachments": ("第三条", "{conference = [], briefing = [], written = []}"),
    "submission.attachments_in_bureau_name": (
        "第三条",
        '{conference = ["programme"], briefing = [], written = []}',
    ),
    "route.order": ("第三条", "true"),
    "route.comprehensive": ("第三条", '{office = "office_director", leader = "chief_leader"}'),
    "route.special": ("第三条", '{office = "office_director", leader = "deputy_leader"}'),
    "filing.forms": ("第三条", '["conference"]'),
    "attendance.table": ("第三条", "[]"),
}
_READINGS = frozenset(
    {"roster.due", "submission.lead_count", "submission.rest_day_receipt", "attendance.table"}
)

_NAMES = """\
# 四、叫法。没有写的用 pressctl 自己的通称（就是注释里的）；去掉行首的 # 改成自己的。
# categories 是发布内容的各类，一至八类。
# [names.spellings] 写表格里另外的写法，如 "role.liaison" = ["通联员"]。

kind = "part"

[names]
categories = ["重大决策", "重大行动", "其他情况"]
"""

_WORDING = """\
# 五、年度报告自己的文字。这里没有写到的句子用随程序的；名称和可用的事实见说明书 docs/reports.md。
# 圆点和冒号的花括号是规定自己的叫法、条款和数字：{word.office}、{role.liaison}、{clause:LED-01}、{value:submission.lead_days}。
#
# [report]
# closing = "特此报告。"
"""

_OWN = """
# 在一个核心名称之下另立自己的名称：按它存放、显示、计数，规则按所属的核心名称判断。of 写 role、form 或 unit_kind。
# [[own]]
# of = "unit_kind"
# name = "高校"
# under = "division"
# aliases = ["院校"]
"""

_README = """\
这个文件夹是一份规定。改写的次序：
1  clauses.toml   规定的名称、文号和全文
2  rules.toml     检查哪些
3  policy.toml    数字、日期和表格
4  names.toml     各种叫法
5  wording.toml   年度报告自己的句子（可以没有）
6  forms/         approval.docx、spokesperson.docx、liaison.docx（可以没有，没有就用随程序的）
7  cases/         案例：虚构的一年，改一处，规则应当怎样说（可以没有）
改一处，检查一次：pressctl rules check 文件夹
全部改好以后：pressctl init --regulation 文件夹
"""


def files() -> dict[str, bytes]:
    """The files of a new package by name."""
    told = {
        "clauses.toml": _CLAUSES,
        "rules.toml": _RULES.format(known="\n".join(_known_rules())),
        "policy.toml": _POLICY + "\n".join(_values()),
        "names.toml": _NAMES + "".join(_words()) + _OWN,
        "wording.toml": _WORDING,
        "说明.txt": _README,
    }
    return {name: text.encode() for name, text in told.items()}


def _known_rules() -> Iterator[str]:
    ids = sorted(CHECKS)
    for start in range(0, len(ids), 12):
        yield "#   " + " ".join(ids[start : start + 12])


def _values() -> Iterator[str]:
    """Every key: those a regulation must have as values, the others to be uncommented."""
    for name, key in KEYS.items():
        unit = f"（{key.unit}）" if key.unit else ""
        yield f"# {key.title}{unit}。写作：{key.kind.said}"
        clause, value = _SAMPLES.get(name, ("第几条", ""))
        lines = [
            "[[value]]",
            f'key = "{name}"',
            f'clause = "{clause}"',
            "since = 2026-01-01",
            "checked_on = 2026-01-01",
            *(["local = true"] if name in _READINGS else []),
            f"value = {value}",
        ]
        needed = name in REQUIRED or name in _SAMPLES
        yield "\n".join(lines if needed else [f"# {line}" for line in lines]) + "\n"


def _words() -> Iterator[str]:
    """Every word with its plain form, to be uncommented, kind by kind."""
    kinds: dict[str, list[tuple[str, str]]] = {}
    for key, term in WORDS.items():
        group, _, name = key.partition(".")
        if group in _TOLD:
            kinds.setdefault(group, []).append((name, term.plain))
    for group, words in kinds.items():
        yield f"\n[names.{group}]\n"
        yield from (f'# {name} = "{said}"\n' for name, said in words)
    yield "\n[names.step_short]\n"
    yield from (f'# {step.value} = "{re.sub("意见$", "", step.plain)}"\n' for step in Step)


_TOLD = (
    "unit_kind",
    "role",
    "form",
    "occasion",
    "nature",
    "status",
    "group",
    "party",
    "step",
    "action",
    "record_kind",
    "form_kind",
    "word",
)
