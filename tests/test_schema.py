"""Each command's JSON Schema, told by what its use case returns, holds for what the command really told."""

from __future__ import annotations

import json
import lzma
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pressctl.core.schema import schema_of
from pressctl.usecases.schemas import RESULTS, schema
from tests.conftest import Shell

_STORED = Path(__file__).parent / "data" / "json"
_OWN = ("record filed", "record held", "record archived", "record list")


def _faults(told: Any, wanted: dict[str, Any], at: str = "") -> Iterator[str]:
    """What of a document is not as its schema says, in the words of the schemas that are made here."""
    if "anyOf" in wanted:
        if all(any(_faults(told, each, at)) for each in wanted["anyOf"]):
            yield f"{at}: {told!r} is none of what it may be"
        return
    if "enum" in wanted and told not in wanted["enum"]:
        yield f"{at}: {told!r} is not in {wanted['enum']}"
    kinds = wanted.get("type", [])
    if kinds and _type(told) not in ([kinds] if isinstance(kinds, str) else kinds):
        yield f"{at}: {told!r} is not {kinds}"
    elif isinstance(told, dict):
        yield from (f"{at}: lacks {key}" for key in wanted.get("required", ()) if key not in told)
        for key, value in told.items():
            inner = wanted.get("properties", {}).get(key, wanted.get("additionalProperties", True))
            if inner is False:
                yield f"{at}: has {key}"
            elif isinstance(inner, dict):
                yield from _faults(value, inner, f"{at}.{key}")
    elif isinstance(told, list):
        for number, each in enumerate(told):
            yield from _faults(each, wanted.get("items", {}), f"{at}[{number}]")
    elif isinstance(told, str):
        if wanted.get("format") == "date" and not re.fullmatch(r"\d{4}-\d\d-\d\d", told):
            yield f"{at}: {told!r} is no day"
        if "pattern" in wanted and not re.search(wanted["pattern"], told):
            yield f"{at}: {told!r} is no hour"


def _type(value: Any) -> str:
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "null")


def _told() -> Iterator[tuple[str, Any]]:
    """(name in RESULTS, document) of every command that was recorded and not refused."""
    for file in ("sample_year", "story"):
        for line in lzma.decompress((_STORED / f"{file}.jsonl.xz").read_bytes()).decode().splitlines():
            command, told = json.loads(line)
            words = re.sub(r"^\d{4}-\d\d-\d\d ", "", command).split()
            if "error" in told or words[0] == "doctor":
                continue
            yield _name(words), told["result"] if "exit" in told else told


def _name(words: list[str]) -> str:
    if words == ["approve"]:
        return "approve (inbox)"
    two = " ".join(words[:2])
    if words[0] == "record":
        return two if two in _OWN else "record"
    return two if two in RESULTS else words[0]


def test_the_schema_of_every_command_holds_for_what_was_recorded() -> None:
    seen = set()
    schemas = {name: schema(name) for name in RESULTS}
    for name, told in _told():
        seen.add(name)
        told = _with_numbers(told)
        assert not (found := [*_faults(told, schemas[name])]), (name, found[:5])
    assert set(RESULTS) - seen <= {"doctor", "unit office"}, "told by the machine; moves the office"


def _with_numbers(told: Any) -> Any:
    """The ids of commands, which the recording gives as the name of their type."""
    if isinstance(told, dict):
        return {
            key: 1 if key in ("command", "undone") and value == "int" else _with_numbers(value)
            for key, value in told.items()
        }
    return [_with_numbers(each) for each in told] if isinstance(told, list) else told


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        ({"working": "yes"}, ".working"),
        ({"kind": "feast"}, "feast"),
        ({"date": "1 Oct"}, "no day"),
        ({"more": 1}, "has more"),
    ],
)
def test_a_document_that_is_otherwise_is_found(spoil: dict[str, Any], said: str) -> None:
    sound = {"date": "2026-10-01", "working": False, "kind": "holiday", "name": None, "provisional": False}
    assert not [*_faults(sound, schema("calendar is"))]
    assert said in " ".join(_faults(sound | spoil, schema("calendar is")))
    del sound["name"]
    assert [*_faults(sound, schema("calendar is"))] == [": lacks name"]


def test_what_no_result_is_made_of_is_refused() -> None:
    with pytest.raises(TypeError):
        schema_of(object)


def test_the_command_lists_them_and_gives_one(shell: Shell) -> None:
    assert shell.json("schema") == list(RESULTS)
    assert (
        shell.json("schema", "plan", "show")
        == schema("plan show")
        == json.loads(shell("schema", "plan show").stdout)
    )
    assert shell.error("schema", "plan shw", code=4)["next"]


def test_every_command_has_a_schema() -> None:
    from typer.main import get_command

    from pressctl.cli.app import COMMANDS, app

    root = get_command(app)
    names = []
    for word in COMMANDS:
        command = root.get_command(None, word)  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        names += [f"{word} {each}" for each in inner] if inner else [word]
    shared = {name for name in names if name.startswith("record ") and name not in _OWN}
    assert set(names) - shared - {"schema"} == set(RESULTS) - {"record", "approve (inbox)"}
