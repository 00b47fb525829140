"""The text of a result is the one that the standard library writes."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pressctl.core import json_text

_PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.dates()
_RESULTS = st.recursive(
    _PLAIN,
    lambda held: st.lists(held) | st.tuples(held, held) | st.dictionaries(st.text(), held),
    max_leaves=30,
)


@given(_RESULTS)
def test_it_is_what_the_library_writes(result: Any) -> None:
    assert json_text.document(result) == json.dumps(result, ensure_ascii=False, indent=2, default=str)


def test_empty_and_nested() -> None:
    result = {
        "单位": [],
        "人员": [{}, {"姓名": "顾远", "任职": [{"自": date(2026, 1, 5)}]}],
        "数": (),
        3: [[1, 2], 0],
    }
    assert json_text.document(result) == json.dumps(result, ensure_ascii=False, indent=2, default=str)
