"""schema: what each command's JSON looks like, told by what its use case returns."""

from __future__ import annotations

from importlib import import_module
from typing import Any, get_args, get_origin, get_type_hints

from pressctl.core.schema import Schema, schema_of
from pressctl.errors import BadData
from pressctl.usecases.desk import near

RESULTS = {
    "init": "upkeep.init",
    "demo": "demo.run",
    "unit add": "units.unit_add",
    "unit import": "units.unit_import",
    "unit list": "units.unit_list",
    "unit show": "units.unit_show",
    "unit rename": "units.unit_rename",
    "unit kind": "units.unit_change_kind",
    "unit close": "units.unit_close",
    "unit office": "units.unit_make_office",
    "register add": "register.register_add",
    "register import": "register.register_import",
    "register list": "register.register_list",
    "register show": "register.register_show",
    "register change": "register.register_change",
    "register end": "register.register_end",
    "register replace": "register.register_replace",
    "register export": "register.register_export",
    "register template": "register.register_template",
    "register freeze": "register.register_freeze",
    "register diff": "register.register_diff",
    "register forget": "register.register_forget",
    "plan add": "releases.plan_add",
    "plan import": "plans.plan_import",
    "plan list": "releases.plan_list",
    "plan show": "releases.plan_show",
    "plan move": "releases.plan_move",
    "plan cancel": "releases.plan_cancel",
    "plan export": "plans.plan_export",
    "plan progress": "progress.progress",
    "plan calendar": "calendar.year_overview",
    "submit": "releases.submit",
    "approve": "releases.approve",
    "approve (inbox)": "releases.inbox",
    "record filed": "releases.filed",
    "record held": "releases.held",
    "record archived": "releases.archived",
    "record list": "records.record_list",
    "record": "records.record",
    "form approval": "forms.approval_form",
    "form spokesperson": "forms.registration_forms",
    "form liaison": "forms.registration_forms",
    "form blank": "forms.blank_form",
    "form fields": "forms.form_fields",
    "due": "compliance.due",
    "check": "compliance.check",
    "rules list": "compliance.rules_list",
    "rules show": "compliance.rules_show",
    "rules check": "regulations.check_package",
    "rules new": "regulations.new_package",
    "rules adopt": "regulations.adopt",
    "report annual": "reports.annual_report",
    "report quarter": "reports.quarter_report",
    "report roster": "reports.roster_report",
    "report unit": "reports.unit_report",
    "calendar is": "calendar.is_day",
    "calendar add": "calendar.add",
    "calendar between": "calendar.between",
    "calendar deadline": "calendar.deadline",
    "calendar show": "calendar.year_overview",
    "calendar import": "calendar.notice_import",
    "log list": "history.log_list",
    "log show": "history.log_show",
    "log verify": "history.log_verify",
    "undo": "history.undo",
    "db path": "upkeep.db_path",
    "db check": "upkeep.db_check",
    "db clean": "upkeep.db_clean",
    "db upgrade": "upkeep.db_upgrade",
    "db backup": "upkeep.db_backup",
    "db restore": "upkeep.db_restore",
    "doctor": "upkeep.doctor",
}
"""The use case behind each command; those of `record` that have none of their own share one."""


def schema(name: str) -> Schema:
    """The JSON Schema of what a command tells. Raises BadData for a name that is none."""
    wanted = " ".join(name.split())
    if wanted not in RESULTS:
        raise BadData(
            "unknown_command",
            f"没有名为“{name}”的命令，或它的结果没有模式。",
            next_step=near(wanted, RESULTS) or "用 pressctl schema 列出全部。",
        )
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"pressctl {wanted} --json"}
    return head | schema_of(_told(RESULTS[wanted]))


def _told(place: str) -> Any:
    """What a use case returns, without the warnings beside it."""
    module, name = place.split(".")
    told = get_type_hints(getattr(import_module(f"pressctl.usecases.{module}"), name))["return"]
    both = get_args(told)
    return both[0] if get_origin(told) is tuple and both[1:] == (list[str],) else told
