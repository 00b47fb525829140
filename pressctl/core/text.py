"""What a text may hold: the one judge for every door that words come in by, and the one escape where they go out.

Control characters and the marks that turn the direction of writing are never part of what somebody means to say; they
hide what stands there, or steer the terminal that shows it.
"""

from __future__ import annotations

import json
import re
from typing import Any

FORBIDDEN = re.compile(
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"  # control characters but for tabs and line ends
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # marks of direction, of mirrored signs and shapes
    "\ufff9-\ufffb\U000e0000-\U000e007f"  # notes under the line, tags: text that no screen shows
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"  # what is no character at all
)
"""What is never part of a text."""
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u3164\ufeff\uffa0\ufff0-\ufff8]"
)
"""What is made to be unseen; not the marks by which a name chooses the shape of a character."""
LINE_ENDS = re.compile(r"[^\S\n]*(?:\r\n|\r|\n|\x85|\u2028|\u2029)[^\S\n]*")
_STEERING = re.compile(f"{FORBIDDEN.pattern[:-1]}\r\x85\u2028\u2029]")
"""What a terminal may take for an order, or another line: the forbidden, and every line end but \\n."""


def fault(text: str) -> str | None:
    """What is wrong with a text wherever it comes from, as a phrase; None where nothing is."""
    if found := FORBIDDEN.search(text):
        return f"含有不可见的控制字符（U+{ord(found[0]):04X}）"
    if "\ufffd" in text:
        return "含有乱码字符（�）"
    return None


def seen(text: str) -> str:
    """The text without characters that nobody sees or types."""
    return _INVISIBLE.sub("", text)


def line_ends(text: str) -> str:
    """Every line end as \\n."""
    return LINE_ENDS.sub("\n", text)


def escaped(text: str) -> str:
    """The text as a terminal may show it: nothing in it steers, everything in it is seen."""
    return _STEERING.sub(lambda found: f"〔U+{ord(found[0]):04X}〕", text)


def json_escaped(document: str) -> str:
    """A JSON document that says the same with what would steer a terminal spelled out."""
    return _STEERING.sub(lambda found: json.dumps(found[0])[1:-1], document)


def from_json(document: str | bytes) -> Any:
    """What a JSON document says. Raises ValueError for what is none, also for one that is nested without end."""
    try:
        return json.loads(document)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def visible(text: str, longest: int = 60) -> str:
    """A text as a message may quote it: on one line, cut short, escaped."""
    shown = text if len(text) <= longest else f"{text[:longest]}…"
    return escaped(LINE_ENDS.sub("⏎", shown))
