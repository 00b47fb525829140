"""record: filed, held and archived by hand; every other kind is made from the table of kinds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from inspect import Parameter, Signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pressctl.cli import output
from pressctl.cli.commands import Words
from pressctl.cli.desk import desk, present
from pressctl.cli.options import On
from pressctl.cli.releases import Ref, print_line
from pressctl.cli.values import choices, clock, day, moment, one_of, year
from pressctl.core.record_kinds import SHAPES, Detail, Shape
from pressctl.core.terms import RecordKind, Seat, Word

if TYPE_CHECKING:
    from pressctl.usecases.records import LedgerRow

app = Words()
record = Words("记录履职事项：{word.filing}、发布、归档，以及例会、培训、工作报告、豁免等。")
app.add_typer(record, name="record")

Reason = Annotated[str | None, typer.Option("--reason", metavar="原因", help="原因，记入日志")]
At = Annotated[
    time | None, typer.Option("--at", parser=clock, metavar="HH:MM", help="钟点；与发布同日的要写明")
]


@record.command("filed")
def filed(
    ctx: typer.Context,
    ref: Ref,
    on: On = None,
    at: At = None,
    by: Annotated[str | None, typer.Option("--by", metavar="姓名", help="经办人")] = None,
    receipt: Annotated[str | None, typer.Option("--receipt", metavar="编号", help="回执编号")] = None,
) -> None:
    """{record_kind.filed}：审批之后、{value:filing.moment}（{clause:FIL-01|filing.forms}）。

    与召开同一天的须写明钟点（--at），否则看不出先后。已{word.filing}的再运行一次，可补记钟点、经办人和回执。
    """
    from pressctl.usecases.releases import filed

    done, warnings = filed(desk(ctx), ref, on=on, at=at, by=by, receipt=receipt)
    output.warn(warnings)
    present(ctx, done, lambda r: print_line(r, f"已记录{Word.FILING.label}"))


def seat(text: str) -> tuple[Seat, str, str | None]:
    """SEAT=PERSON, or SEAT=PERSON/REPLACED."""
    name, separator, person = text.partition("=")
    if not separator or not person:
        raise typer.BadParameter(f"“{text}”应写作 席位=人员，如 host=张三；代人出席写作 host=张三/李四。")
    sitting, _, replaced = person.partition("/")
    return one_of(Seat)(name), sitting, replaced or None


@record.command("held")
def held(
    ctx: typer.Context,
    ref: Ref,
    on: On = None,
    seats: Annotated[
        list[Any] | None,
        typer.Option(
            "--seat",
            parser=seat,
            metavar="席位=人员",
            help=f"谁在什么席位：{choices(Seat)}；代人出席写作 席位=人员/被代者",
        ),
    ] = None,
    substitution_reason: Annotated[
        str | None, typer.Option("--substitution-reason", metavar="原因", help="代人出席的原因")
    ] = None,
    press_text: Annotated[
        Path | None, typer.Option("--press-text", metavar="文件", help="实际发布的新闻稿，收存并与审批的核对")
    ] = None,
    at: Annotated[
        time | None, typer.Option("--at", parser=clock, metavar="HH:MM", help="实际开始的钟点")
    ] = None,
    unfiled: Annotated[
        bool, typer.Option("--unfiled", help="如实记录未{word.filing}即已召开，须写原因")
    ] = False,
    unapproved: Annotated[
        bool, typer.Option("--unapproved", help="如实记录未经审批即已召开，须写原因")
    ] = False,
    reason: Reason = None,
) -> None:
    """记录已经发布，以及主持、通报、答问、出席的人（{clause:attendance.table}）。

    已记录的再运行一次，可补记出席、实际发布稿和钟点。
    """
    from pressctl.usecases.releases import Held, held

    event = Held(tuple(seats or ()), substitution_reason, press_text, unfiled, unapproved, reason, at)
    done, warnings = held(desk(ctx), ref, event, on=on)
    output.warn(warnings)
    present(ctx, done, lambda r: print_line(r, "已记录发布"))


def copy(text: str) -> tuple[str, str]:
    """HOLDER=PLACE."""
    holder, _, place = text.partition("=")
    return holder, place


@record.command("archived")
def archived(
    ctx: typer.Context,
    ref: Ref,
    copies: Annotated[
        list[Any] | None,
        typer.Option(
            "--copy",
            parser=copy,
            metavar="单位=存放处",
            help="两份各由谁存；缺省为{word.office_short}和组织单位",
        ),
    ] = None,
    items: Annotated[
        list[str] | None,
        typer.Option("--item", metavar="资料", help="一并归档的资料，如 通稿、录像、录音、照片"),
    ] = None,
    on: On = None,
) -> None:
    """{word.approval_form}归档：一式两份，{word.office_short}、组织单位各一份（{clause:FRM-02}）。"""
    from pressctl.usecases.releases import archived

    present(
        ctx, archived(desk(ctx), ref, copies or (), items or (), on=on), lambda r: print_line(r, "已归档")
    )


@record.command("list")
def record_list(
    ctx: typer.Context,
    kind: Annotated[
        RecordKind | None,
        typer.Option("--kind", parser=one_of(RecordKind), metavar="种类", help="只看这一种"),
    ] = None,
    year: Annotated[
        int | None, typer.Option("--year", parser=year, metavar="年份", help="只看这一年")
    ] = None,
) -> None:
    """列出台账。"""
    from pressctl.usecases.records import record_list

    def show(records: list[LedgerRow]) -> None:
        rows = [(r.id, r.on, r.label, r.about, r.text or _said(r.data)) for r in records]
        output.table(["编号>", "日期", "种类", "对象", "内容"], rows, empty="台账为空。")

    present(ctx, record_list(desk(ctx), kind, year=year), show)


def _said(data: Mapping[str, Any]) -> str:
    return "；".join(f"{k}={v}" for k, v in data.items() if k != "roster")


# -- the other kinds, from the table ------------------------------------------------------------------

_ABOUT = {
    "release": ("编号", "发布编号"),
    "person": ("人员", "人员编号或姓名"),
    "unit": ("单位", "单位名称、别名或编号"),
}
_TYPES: dict[str, tuple[Any, dict[str, Any]]] = {
    "str": (str, {"metavar": "文字"}),
    "int": (int, {"metavar": "数"}),
    "bool": (bool, {}),
    "date": (date, {"parser": day, "metavar": "日期"}),
    "moment": (datetime, {"parser": moment, "metavar": "日期 时:分"}),
    "list": (list[str], {"metavar": "文字"}),
    "unit": (str, {"metavar": "单位"}),
    "units": (list[str], {"metavar": "单位"}),
    "person": (str, {"metavar": "人员"}),
    "people": (list[str], {"metavar": "人员"}),
}


def _parameter(detail: Detail) -> Parameter:
    """A detail as an argument or an option of the command."""
    kind, more = _TYPES[detail.type]
    label = detail.label
    if detail.terms:
        kind = type(detail.terms[0])
        more = {"parser": one_of(kind, detail.terms), "metavar": detail.label}
        label += "：" + "，".join(f"{m.value} {m.label}" for m in detail.terms)
    if detail.argument:
        declared: Any = typer.Argument(help=label, **more)
    else:
        name = f"--{detail.name.replace('_', '-')}"
        if detail.type == "bool":
            name = f"{name}/--no-{detail.name.replace('_', '-')}"
        declared = typer.Option(name, help=label, **more)
    annotation: Any = Annotated[kind if detail.required else kind | None, declared]
    default = Parameter.empty if detail.required else None
    return Parameter(detail.name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _command(shape: Shape) -> Callable[..., None]:
    """A command function for a kind, with a signature that Typer can read."""

    def command(ctx: typer.Context, **values: Any) -> None:
        from pressctl.usecases.records import record

        about = values.pop("about", None)
        common = {name: values.pop(name) for name in ("text", "file", "on", "at")}
        done, warnings = record(desk(ctx), shape, about, values, **common)
        output.warn(warnings)
        present(ctx, done, lambda r: print(f"已记录 {r.id}：{r.label}（{r.on}）{r.about or ''}"))

    parameters = [Parameter("ctx", Parameter.KEYWORD_ONLY, annotation=typer.Context)]
    if shape.about:
        metavar, said = _ABOUT[shape.about]
        parameters.append(
            Parameter(
                "about",
                Parameter.KEYWORD_ONLY,
                annotation=Annotated[str, typer.Argument(metavar=metavar, help=said)],
            )
        )
    parameters += [_parameter(d) for d in shape.details]
    for name, annotation in (
        ("text", Annotated[str | None, typer.Option("--text", metavar="文字", help="说明")]),
        (
            "file",
            Annotated[Path | None, typer.Option("--file", metavar="文件", help="附上的文件，存入数据目录")],
        ),
        ("on", On),
        ("at", At),
    ):
        parameters.append(Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=annotation))
    command.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {p.name: p.annotation for p in parameters}
    command.__doc__ = f"{shape.help}（{{clause:{shape.basis}}}）。" if shape.basis else f"{shape.help}。"
    return command


for _shape in SHAPES.values():
    record.command(_shape.word)(_command(_shape))
