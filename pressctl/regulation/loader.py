"""policy.toml → Policy. Refuses what is uncited or named twice."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pressctl import bundled
from pressctl.core.policy import Policy, Value
from pressctl.errors import BadData


def load(profiles: Iterable[Path] = (), *, kept: Mapping[str, str] | None = None) -> Policy:
    """The shipped policy, then profiles kept in the database, then those of this run; later ones replace values.

    Raises BadData naming the file and the key.
    """
    shipped = bundled.regulation_dir() / "policy.toml"
    number, name, values = _read(shipped.name, shipped.read_text(encoding="utf-8"))
    texts = dict(kept or {})
    for path in profiles:
        try:
            texts[path.name] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadData(
                "no_file", f"文件 {path} 无法读取。", next_step="附加规定为 UTF-8 的 TOML 文件。"
            ) from error
    for file, text in texts.items():
        values |= _read(file, text)[2]
    return Policy(number, name, values)


def _read(file: str, text: str) -> tuple[str, str, dict[str, Value]]:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadData(
            "bad_policy", f"{file} 不是 TOML 文件：{error}。", next_step="请改正后重试。"
        ) from error
    values: dict[str, Value] = {}
    entries = data.get("value", [])
    for entry in entries if isinstance(entries, list) else []:
        value = _value(file, entry)
        if value.key in values:
            raise BadData("bad_policy", f"{file} 中“{value.key}”写了两次。", next_step="请删去一处。")
        values[value.key] = value
    if not values:
        raise BadData("bad_policy", f"{file} 中没有任何数值（[[value]]）。", next_step="请检查文件。")
    return str(data.get("number", "")), str(data.get("title", file)), values


def _value(file: str, entry: Any) -> Value:
    missing = [k for k in ("key", "clause", "value") if not isinstance(entry, dict) or k not in entry]
    if missing:
        raise BadData(
            "bad_policy", f"{file} 中有数值缺少 {'、'.join(missing)}：{entry}。", next_step="请补全。"
        )
    return Value(entry["key"], entry["value"], entry["clause"], bool(entry.get("local", False)))
