"""interim"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Value:
    key: str
    value: Any
    clause: str


V: dict[str, tuple[Any, str]] = {
    "bureau.name": ("常州市公安局", "抬头"),
    "office.unit_name": ("宣传处", "三(一)"),
    "submission.lead_days": (5, "三(三)3"),
    "submission.lead_count": ("exclusive", "三(三)3"),
    "submission.lead_forms": (["conference"], "三(三)3"),
    "submission.urgent": (True, "三(三)3"),
    "submission.required": (
        {
            "conference": [
                "name",
                "unit_id",
                "on",
                "at",
                "venue",
                "presenters",
                "liaison",
                "phone",
                "topic",
                "audience",
                "media",
                "opinion",
                "signer",
            ],
            "briefing": [
                "name",
                "unit_id",
                "on",
                "at",
                "venue",
                "presenters",
                "liaison",
                "phone",
                "topic",
                "audience",
                "opinion",
                "signer",
            ],
            "written": ["name", "unit_id", "on", "liaison", "phone", "topic", "opinion", "signer"],
        },
        "附件1",
    ),
    "submission.attachments": (
        {"conference": ["press_text"], "briefing": ["press_text"], "written": ["press_text"]},
        "附件1注3",
    ),
    "submission.attachments_in_bureau_name": (
        {"conference": ["programme", "source_material"], "briefing": [], "written": []},
        "三(三)3",
    ),
    "route.order": (True, "三(三)1"),
    "route.comprehensive": ({"office": "office_director", "leader": "chief_leader"}, "三(三)1"),
    "route.special": ({"office": "office_director", "leader": "deputy_leader"}, "三(三)1"),
    "filing.forms": (["conference"], "三(三)1"),
    "attendance.table": ({}, "三(二)"),
}


class Policy:
    def value(self, key: str, day: date) -> Value:
        return Value(key, *V[key])

    def get(self, key: str, day: date) -> Any:
        return V[key][0]

    def title(self, day: date) -> str:
        return "常公局〔2009〕36号"
