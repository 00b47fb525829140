"""What is demanded on a given day: values with the clause that fixes each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pressctl.errors import BadData


@dataclass(frozen=True, slots=True)
class Value:
    """A figure or table of the regulation; `local` marks 本局口径, which the text itself does not say."""

    key: str
    value: Any
    clause: str
    local: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """The regulation's values by key."""

    number: str
    name: str
    values: Mapping[str, Value]

    def value(self, key: str, day: date) -> Value:
        """The value in force on a day. Raises BadData when the policy has none."""
        found = self.values.get(key)
        if found is None:
            raise BadData(
                "no_policy_value", f"规定数据中没有“{key}”在 {day} 的值。", next_step="请检查规定数据文件。"
            )
        return found

    def get(self, key: str, day: date) -> Any:
        return self.value(key, day).value

    def title(self, day: date) -> str:
        """The regulation's name and number."""
        return f"{self.name}（{self.number}）"
