"""Values that are each well written but ask for nothing together: refused in words, not half obeyed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from pressctl.core import policy_keys as keys
from pressctl.core.policy import Policy
from pressctl.core.policy_keys import Key
from pressctl.core.working_days import LeadUnit


def at_odds(policy: Policy) -> Iterator[tuple[str, str]]:
    """(what does not go together, what to write instead), on the days on which one of the values begins."""
    for day in _beginnings(policy, keys.LEAD_UNIT, keys.LEAD_COUNT):
        count = policy.find(keys.LEAD_COUNT, day)  # what is lacking is told elsewhere
        if policy.get(keys.LEAD_UNIT, day) is LeadUnit.HOUR and count is not None and count.typed == "clear":
            yield (
                'submission.lead_unit = "hour" 与 submission.lead_count = "clear" 不能同用：按小时的没有“隔满”。',
                '按小时提前的，submission.lead_count 应写作 "exclusive"。',
            )
    for day in _beginnings(policy, keys.FILING_WHEN):
        if policy.get(keys.FILING_WHEN, day) == "before":
            continue
        if policy.find(keys.FILING_DAYS, day) is None:
            yield (
                f'filing.when = "after"（自 {day}）却没有写明几天之内（filing.days_after）。',
                '请写明 filing.days_after，如 3；按自然日的再写 filing.days_unit = "day"。',
            )
        if "FIL-02" in policy.rules and policy.rules["FIL-02"].in_force(day):
            yield (
                'filing.when = "after" 与规则 FIL-02（不事后补报备）不能同用。',
                "请从规则中去掉 FIL-02；期限由 FIL-01 判断。",
            )
    for day in _beginnings(policy, keys.ROUTE_LEVELS, keys.REQUIRED_FIELDS, keys.LEAD_UNIT):
        if policy.get(keys.ROUTE_LEVELS, day) != 2:
            continue
        fields = policy.find(keys.REQUIRED_FIELDS, day)
        asked = {name for names in fields.typed.values() for name in names} if fields else set()
        if asked & {"opinion", "signer"}:
            yield (
                "route.levels = 2 没有组织单位的意见，submission.required 却要求 opinion 或 signer。",
                "请从 submission.required 中去掉 opinion、signer，或写 route.levels = 3。",
            )
        if policy.get(keys.LEAD_UNIT, day) is LeadUnit.HOUR:
            yield (
                'route.levels = 2 与 submission.lead_unit = "hour" 不能同用：报送的钟点随组织单位的意见记录。',
                "请写 route.levels = 3，或按天、工作日提前。",
            )


def _beginnings(policy: Policy, *of: Key[Any]) -> list[date]:
    return sorted({value.since for key in of for value in policy.values.get(key.name, ())})
