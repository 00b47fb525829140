"""form and report: what leaves the program on paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pressctl.cli import output
from pressctl.cli.commands import Words
from pressctl.cli.desk import desk, present
from pressctl.cli.options import Force, On, PolicyFiles, Year
from pressctl.cli.values import day, one_of
from pressctl.core.terms import FormKind, Result
from pressctl.core.wording import Genre

if TYPE_CHECKING:
    from pressctl.usecases.forms import FieldView, FormsWritten
    from pressctl.usecases.reports import AnnualWritten, SectionsWritten

app = Words()
form = Words(
    "{form_kind.approval}、{form_kind.spokesperson}、{form_kind.liaison}（Word）：填好的或空白的。\n\n表格模板在 forms_templates 目录，可用 Word 或 WPS 修改。"
)
report = Words("年度、季度、名册、单位报告；按文件后缀写出 .docx .xlsx .html .csv .json。")
app.add_typer(form, name="form")
app.add_typer(report, name="report")

Output = Annotated[Path | None, typer.Option("-o", "--output", metavar="文件", help="写到哪个文件")]
Outputs = Annotated[
    list[Path] | None, typer.Option("-o", "--output", metavar="文件", help="写到哪个文件，格式看后缀")
]
Template = Annotated[Path | None, typer.Option("--template", metavar="文件", help="用本单位自己的模板")]
Plain = Annotated[bool, typer.Option("--plain", help="不印页脚的编号与日志校验值")]
Sign = Annotated[bool, typer.Option("--sign", help="留待手签：不印签署人和日期，只留签名处和年月日")]
Copies = Annotated[
    int, typer.Option("--copies", metavar="N", min=1, max=2, help="2 为一式两份，各标第1份、第2份")
]
Pdf = Annotated[bool, typer.Option("--pdf", help="另用 LibreOffice 转成 PDF")]


def _print_files(done: FormsWritten) -> None:
    for file in done.files[:10]:
        print(f"已写出 {file}")
    if len(done.files) > 10:
        print(f"……共 {len(done.files)} 个文件")
    for said in done.advice:
        output.say(f"提示：{said}")


# -- form ------------------------------------------------------------------------------------------


@form.command("approval")
def form_approval(
    ctx: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="编号", help="发布编号")],
    target: Output = None,
    copies: Copies = 1,
    plain: Plain = False,
    sign: Sign = False,
    template: Template = None,
    pdf: Pdf = False,
    force: Force = False,
) -> None:
    """填好的{form_kind.approval}，各环节意见、签署人、日期在其格内。"""
    from pressctl.usecases.forms import approval_form

    present(
        ctx,
        approval_form(
            desk(ctx),
            ref,
            target,
            copies=copies,
            plain=plain,
            sign=sign,
            template=template,
            pdf=pdf,
            force=force,
        ),
        _print_files,
    )


People = Annotated[list[str] | None, typer.Argument(metavar="人员", help="人员编号或姓名")]
UnitOption = Annotated[str | None, typer.Option("--unit", metavar="单位", help="这个单位的全部")]
AllOption = Annotated[bool, typer.Option("--all", help="在册的全部")]
OutDir = Annotated[Path | None, typer.Option("--out", metavar="目录", help="写到哪个目录，一人一个文件")]
Zip = Annotated[Path | None, typer.Option("--zip", metavar="文件", help="全部打成一个 ZIP")]
Merge = Annotated[
    Path | None, typer.Option("--merge", metavar="文件", help="合成一个 Word 文件，一人一页，供打印")
]


def _registration(kind: FormKind, said: str) -> Callable[..., None]:
    """附件2 and 附件3 are filled by the same command, each under its own name."""

    def command(
        ctx: typer.Context,
        people: People = None,
        unit: UnitOption = None,
        everyone: AllOption = False,
        target: Output = None,
        out: OutDir = None,
        zip: Zip = None,
        merge: Merge = None,
        on: On = None,
        plain: Plain = False,
        sign: Sign = False,
        template: Template = None,
        pdf: Pdf = False,
        force: Force = False,
    ) -> None:
        from pressctl.usecases.forms import Batch, registration_forms

        wanted = Batch(
            people=tuple(people or ()), unit=unit, everyone=everyone, target=target, out=out,
            zip=zip, merge=merge, on=on, plain=plain, sign=sign, template=template, pdf=pdf, force=force,
        )  # fmt: skip
        present(ctx, registration_forms(desk(ctx), kind, wanted, progress=output.progress), _print_files)

    command.__doc__ = said
    return command


form.command("spokesperson")(_registration(FormKind.SPOKESPERSON, "{form_kind.spokesperson}。"))
form.command("liaison")(_registration(FormKind.LIAISON, "{form_kind.liaison}。"))


Kind = Annotated[
    FormKind,
    typer.Argument(parser=one_of(FormKind), metavar="种类", help="approval、spokesperson 或 liaison"),
]


@form.command("blank")
def form_blank(
    ctx: typer.Context,
    kind: Kind,
    target: Output = None,
    template: Template = None,
    pdf: Pdf = False,
    force: Force = False,
) -> None:
    """空白表格，供手填。"""
    from pressctl.usecases.forms import blank_form

    present(ctx, blank_form(desk(ctx), kind, target, template=template, pdf=pdf, force=force), _print_files)


@form.command("fields")
def form_fields(ctx: typer.Context, kind: Kind) -> None:
    """模板可用的项目名、含义与例子，以及哪些栏目是规定原文、哪些是补全的。"""
    from pressctl.usecases.forms import form_fields

    def show(fields: tuple[FieldView, ...]) -> None:
        rows = [
            (f"{{{{{f.name}}}}}", f.label, f.meaning, f.example, f.origin_label, "是" if f.required else "")
            for f in fields
        ]
        output.table(["项目名", "栏目", "含义", "例", "栏目出处", "必有"], rows)

    present(ctx, form_fields(kind), show)


# -- report ----------------------------------------------------------------------------------------

Strict = Annotated[bool, typer.Option("--strict", help="有不符合项时以 1 退出")]


def _finish(ctx: typer.Context, written: SectionsWritten, *, strict: bool) -> None:
    present(ctx, written, _print_sections)
    _exit(written.report.summary, strict=strict)


def _exit(found: Mapping[Result, int], *, strict: bool) -> None:
    if strict and found[Result.FAIL]:
        raise typer.Exit(1)


@report.command("annual")
def report_annual(
    ctx: typer.Context,
    year: Year,
    on: Annotated[
        date | None, typer.Option("--on", parser=day, metavar="日期", help="截至哪一天；缺省为今天")
    ] = None,
    targets: Outputs = None,
    genre: Annotated[
        Genre,
        typer.Option(
            "--as", parser=one_of(Genre), metavar="文种", help="报告（报{word.leaders}）或 通报（发各单位）"
        ),
    ] = Genre.REPORT,
    brief: Annotated[bool, typer.Option("--brief", help="Word 报告只要一页，不带附件")] = False,
    redhead: Annotated[bool, typer.Option("--redhead", help="Word 报告用红头")] = False,
    number: Annotated[str, typer.Option("--number", metavar="序号", help="红头的发文顺序号；缺省留空")] = "",
    signer: Annotated[str, typer.Option("--signer", metavar="姓名", help="红头报告的签发人；缺省留空")] = "",
    force: Force = False,
    strict: Strict = False,
    policy: PolicyFiles = None,
) -> None:
    """年度报告：各单位应做与已做、迟报与紧急、名册缺口，{word.superior}各季度，{unit_kind.county_bureau}另列。"""
    from pressctl.usecases.reports import Paper, annual_report

    paper = Paper(genre, brief, redhead, number, signer)
    written = annual_report(desk(ctx, policy), year, on=on, targets=targets or (), paper=paper, force=force)
    present(ctx, written, _print_annual)
    _exit(written.report.summary.results, strict=strict)


def _print_annual(written: AnnualWritten) -> None:
    r = written.report
    print(f"{r.year} 年度新闻发布工作（截至 {r.as_of}）" + ("　含推定日期" if r.provisional else ""))
    print()
    rows = [
        (
            u.unit,
            u.named_kind.label,
            u.required,
            u.held,
            u.state or "—",
            u.late,
            u.urgent,
            u.spokespersons,
            u.liaisons,
        )
        for u in r.units
    ]
    output.table(["单位", "类别", "应做>", "已做>", "完成", "迟报>", "紧急>", "发言人>", "联络员>"], rows)
    print()
    kinds = {p.every for p in r.periods}
    head = kinds.pop().label if len(kinds) == 1 else "时段"
    output.table([head, "召开>", "完成"], [(p.name, p.held, p.state) for p in r.periods])
    for file in written.files:
        output.say(f"已写出 {file}")
    print(f"\n日志校验值：{r.log_head}")


@report.command("quarter")
def report_quarter(
    ctx: typer.Context,
    year: Year,
    quarter: Annotated[int, typer.Argument(metavar="季度", help="1 至 4", min=1, max=4)],
    on: On = None,
    targets: Outputs = None,
    force: Force = False,
    strict: Strict = False,
    policy: PolicyFiles = None,
) -> None:
    """季度报告：本季度的发布与{word.periodic}。"""
    from pressctl.usecases.reports import quarter_report

    _finish(
        ctx,
        quarter_report(desk(ctx, policy), year, quarter, on=on, targets=targets or (), force=force),
        strict=strict,
    )


@report.command("roster")
def report_roster(
    ctx: typer.Context,
    on: On = None,
    targets: Outputs = None,
    force: Force = False,
    strict: Strict = False,
    policy: PolicyFiles = None,
) -> None:
    """名册报告：各单位在任人员与缺口（{clause:roster.numbers}）。"""
    from pressctl.usecases.reports import roster_report

    _finish(
        ctx,
        roster_report(desk(ctx, policy), on=on, targets=targets or (), force=force),
        strict=strict,
    )


@report.command("unit")
def report_unit(
    ctx: typer.Context,
    unit: Annotated[str, typer.Argument(metavar="单位", help="名称、别名或编号")],
    year: Year,
    on: On = None,
    targets: Outputs = None,
    force: Force = False,
    strict: Strict = False,
    policy: PolicyFiles = None,
) -> None:
    """一个单位一年的计划、发布、人员与检查结果。"""
    from pressctl.usecases.reports import unit_report

    _finish(
        ctx,
        unit_report(desk(ctx, policy), unit, year, on=on, targets=targets or (), force=force),
        strict=strict,
    )


def _print_sections(written: SectionsWritten) -> None:
    """Title, then each table of the report."""
    report = written.report
    print(f"{report.title}（截至 {report.as_of}）")
    for section in report.tables:
        print(f"\n{section.title}")
        output.table(section.columns, section.rows)
    for file in written.files:
        output.say(f"已写出 {file}")
