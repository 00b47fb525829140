"""Write the pages of the manual that are drawn from the program itself: docs/regulation.md and docs/workflow.md.

    python -m tools.manual          write them
    python -m tools.manual --check  exit 1 when one is stale

A test compares them too, so a rule, clause, command or transition cannot change without its page.
"""

from __future__ import annotations

import sys
import tomllib
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

from pressctl.core import workflow
from pressctl.core.citation import printed
from pressctl.core.names import speak
from pressctl.core.policy import Part, Policy
from pressctl.core.policy_keys import KEYS, Key
from pressctl.core.rules import DUTIES
from pressctl.core.terms import Status, named
from pressctl.core.workflow import TRANSITIONS, Guard, Transition
from pressctl.regulation import loader

ROOT = Path(__file__).resolve().parent.parent
_DAY = date(2026, 1, 1)


def regulation_page() -> str:
    """clause → treatment → rules → commands → cases, then the rules, then the values in force."""
    policy = loader.shipped()
    speak(policy.names)
    cases = _cases()
    lines = [
        "# 规定逐条对照",
        "",
        f"{policy.name}（{policy.number}），{policy.since} 起施行。本页由 `python -m tools.manual` 从规定数据生成，"
        "与程序不符时测试不通过。",
        "",
        "每一处文字都有去处：由规则检查、作为数值或表格、由办理流程保证、由人判断，或不纳入（写明原因）。"
        "“本局口径”是规定没有写明、由本局取定的数字，可在附加规定中另定。",
        "",
        "## 条款",
        "",
        "| 条款 | 文字 | 处理 | 规则 | 在哪里 | 案例 |",
        "|---|---|---|---|---|---|",
    ]
    for clause in policy.clauses.values():
        for n, part in enumerate(clause.parts):
            lines.append(_part_row(policy, printed(clause.id) if n == 0 else "", part, cases))
    lines += [
        "",
        "## 规则",
        "",
        "| 规则 | 依据 | 强度 | 检查什么 | 所依数值 | 案例 |",
        "|---|---|---|---|---|---|",
    ]
    for rule in policy.rules.values():
        values = "、".join(f"`{v}`" for v in rule.values)
        told = "；".join(cases[rule.id])
        strength = f"{rule.strength.value} {rule.strength.label}"
        lines.append(
            f"| {rule.id} | {printed(rule.clause)} | {strength} | {rule.title} | {values} | {told} |"
        )
    lines += [
        "",
        "## 期限",
        "",
        "每条规则要求的事从何时起欠着，到何时为止，以什么了结，什么算迟。“可以补”的，迟了仍要做，跨年也留在待办里，做了即不再是待办；"
        "“过时不补”的，到期即不能再做，只能说明或豁免；“现状”的，随时按当时的情况判断。",
        "",
        "| 规则 | 从何时起 | 到何时为止 | 以什么了结 | 什么算迟 | 迟了以后 |",
        "|---|---|---|---|---|---|",
    ]
    for id in dict.fromkeys((*policy.rules, *DUTIES)):
        duty = DUTIES[id]
        after = {True: "可以补", False: "过时不补", None: "现状"}[duty.good_late]
        only = "" if id in policy.rules else "（附加规定）"
        lines.append(f"| {id}{only} | {duty.opened} | {duty.due} | {duty.by} | {duty.late} | {after} |")
    lines += [
        "",
        "## 数值",
        "",
        "全部名称都在这里；写错的名称、写法不合的值，程序拒绝并说明可以怎样写。",
        "",
        "| 名称 | 说明 | 写法 | 谁用 | 依据 | 值 | 起始 | 核对日 | 出处 |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [_key_row(policy, key) for key in KEYS.values()]
    return named("\n".join(lines)) + "\n"


def _key_row(policy: Policy, key: Key[Any]) -> str:
    """A key as it is declared, and what it says here; a key that only a profile sets stands without a value."""
    value = policy.find(key, _DAY)
    title = key.title + (f"（{key.unit}）" if key.unit else "")
    used = "、".join(reader for reader in key.readers if reader in policy.rules) or "办理流程、文书"
    here = "（附加规定可设）| | | |" if key.default is None else f"{_short(key.default)} | | | 本局口径 |"
    if value is not None:
        said = "本局口径" if value.local else "原文"
        here = f"{_short(value.value)} | {value.since} | {value.checked_on} | {said} |"
    clause = printed(value.clause) if value else ""
    return f"| `{key.name}` | {title} | {_short(key.kind.said)} | {used} | {clause} | {here}"


def _part_row(policy: Policy, clause: str, part: Part, cases: dict[str, list[str]]) -> str:
    rules = "、".join(part.rules)
    where = "；".join(f"`{w}`" for w in part.where.split("；") if w)
    files = "、".join(dict.fromkeys(f for r in part.rules for f in _files(r, cases)))
    treatment = part.treatment.label + (f"：{part.why}" if part.why else "")
    return f"| {clause} | {part.text} | {treatment} | {rules} | {where} | {files} |"


def _files(rule: str, cases: dict[str, list[str]]) -> list[str]:
    return [f"{len(cases[rule])} 例"] if cases[rule] else []


def _cases() -> dict[str, list[str]]:
    """Names of the cases of each rule, from the package."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "pressctl" / "regulation" / "changzhou-2009" / "cases").glob("*.toml")):
        for case in tomllib.loads(path.read_text(encoding="utf-8")).get("case", ()):
            found[case["rule"]].append(case["name"])
    return found


def _short(value: object) -> str:
    text = str(value).replace("|", "\\|")
    return text if len(text) <= 60 else "（表，见 `pressctl rules show`）"


_MAIN = {"submit", "review", "approve", "file", "hold", "archive"}


def workflow_page() -> str:
    """The state diagram as Mermaid, and the table it is drawn from."""
    policy = loader.shipped()
    speak(policy.names)
    lines = [
        "# 一次发布的一生",
        "",
        "本页由 `python -m tools.manual` 从程序的流程表生成。图中粗线为正常办理，虚线为退回、撤回、改期、取消等。",
        "",
        "```mermaid",
        "flowchart TD",
    ]
    lines += [f"  {s.value}([{s.label}])" for s in Status]
    for t in _merged():
        arrow = "==>" if t.action.value in _MAIN and t.before is not t.after else "-.->"
        label = t.action.label + (f"（{t.condition}）" if t.condition else "")
        lines.append(f"  {t.before.value} {arrow}|{label}| {t.after.value}")
    lines += [
        "```",
        "",
        "没有列出的动作一律不许可；程序会说明现在可以做什么。",
        "",
        "| 现在 | 动作 | 之后 | 谁 | 依据 | 条件 | 要过的关 |",
        "|---|---|---|---|---|---|---|",
    ]
    for t in TRANSITIONS:
        basis = printed(policy.clause(t.basis, _DAY)) if t.basis else ""
        guards = "、".join(_GUARDS[g] for g in t.guards)
        lines.append(
            f"| {t.before.label} | {t.action.label} | {t.after.label} | {t.who} | {basis} | {t.condition} | {guards} |"
        )
    return named("\n".join(lines)) + "\n"


def _merged() -> list[Transition]:
    """Arrows of the picture: reminders go nowhere and are left to the table."""
    return [t for t in TRANSITIONS if t.action.value != "remind"]


_GUARDS: dict[Guard, str] = {
    workflow.day_fixed: "已定下日期",
    workflow.complete: "各栏和附件齐全",
    workflow.in_time: "提前规定的工作日，或紧急并已事先沟通",
    workflow.dates_forward: "日期不早于上一环节",
    workflow.before_event: "不晚于发布；同日的按钟点",
    workflow.filed_before_event: "早于发布；同日的按钟点",
    workflow.office_post_held: "签署人当日任新闻发言人办公室主任，或受其授权",
    workflow.leader_post_held: "签署人当日任该路线的领导（主要领导可代分管领导），或受其授权",
    workflow.signs_once: "同一人不签两个环节",
    workflow.opinion_given: "写明意见",
    workflow.reason_given: "写明原因",
    workflow.files_intact: "附件与收件时相同",
    workflow.on_the_day_recorded: "就是发布当日",
    workflow.something_added: "确有补记",
    workflow.only_what_was_left_out: "没有记过的",
    workflow.after_event: "不早于发布日",
    workflow.two_copies: "办公室、组织单位各一份",
    workflow.held_on_day: "与审批的日期相同",
    workflow.has_seats: "有主持和通报的人",
    workflow.something_new: "确有改变",
}


PAGES = {"docs/regulation.md": regulation_page, "docs/workflow.md": workflow_page}


def stale() -> list[str]:
    """Pages that are not what the program would write today."""
    return [
        name
        for name, page in PAGES.items()
        if not (ROOT / name).exists() or (ROOT / name).read_text(encoding="utf-8") != page()
    ]


def main() -> int:
    if "--check" in sys.argv:
        for name in stale():
            print(f"{name} is stale: run python -m tools.manual")
        return bool(stale())
    for name, page in PAGES.items():
        (ROOT / name).write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
