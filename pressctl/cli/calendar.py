"""calendar: working days, make-up days, deadlines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pressctl.cli import output
from pressctl.cli.commands import Words
from pressctl.cli.desk import desk, present
from pressctl.cli.options import DryRun, Force, Year
from pressctl.cli.values import choices, clock, day, given_file, one_of, year
from pressctl.core.moments import Moment
from pressctl.core.working_days import LeadUnit

if TYPE_CHECKING:
    from pressctl.core.working_days import Day
    from pressctl.usecases.calendar import Imported, YearOverview
    from pressctl.usecases.views import DeadlineCount

app = Words()
calendar = Words(
    "工作日、调休与期限。\n\n"
    "放假安排以国务院办公厅每年的通知为准，调休上班日算工作日；通知尚未公布的年份只能推定，结果会注明“推定”。"
)
app.add_typer(calendar, name="calendar")

PROVISIONAL = "（所依的放假安排尚未公布，推定）"
OnDay = Annotated[date, typer.Argument(parser=day, metavar="日期", help="如 2026-10-09 或 2026年10月9日")]


def _certain(provisional: bool) -> str:
    return PROVISIONAL if provisional else ""


@calendar.command("is")
def is_day(ctx: typer.Context, on: OnDay) -> None:
    """某日是不是工作日。"""
    from pressctl.usecases import calendar as use

    def show(d: Day) -> None:
        name = f"（{d.name}）" if d.name else ""
        print(
            f"{d.date} {'是' if d.working else '不是'}工作日：{d.kind.label}{name}{_certain(d.provisional)}"
        )

    present(ctx, use.is_day(desk(ctx), on), show)


@calendar.command("add", context_settings={"ignore_unknown_options": True})
def add(
    ctx: typer.Context,
    on: OnDay,
    days: Annotated[int, typer.Argument(metavar="天数", help="工作日数；负数为此前")],
) -> None:
    """某日之后（或此前）第 N 个工作日。"""
    from pressctl.usecases import calendar as use

    def show(s: use.Reached) -> None:
        way = "之后" if s.days >= 0 else "此前"
        print(f"{s.from_} {way}第 {abs(s.days)} 个工作日是 {s.date}{_certain(s.provisional)}")

    present(ctx, use.add(desk(ctx), on, days), show)


@calendar.command("between")
def between(ctx: typer.Context, start: OnDay, end: OnDay) -> None:
    """两日之间的工作日数：不含前一日，含后一日。"""
    from pressctl.usecases import calendar as use

    def show(s: use.Between) -> None:
        print(f"{s.from_} 之后至 {s.to}（含）共 {s.days} 个工作日{_certain(s.provisional)}")

    present(ctx, use.between(desk(ctx), start, end), show)


@calendar.command("deadline")
def deadline(
    ctx: typer.Context,
    event: OnDay,
    days: Annotated[
        int | None,
        typer.Option(
            "--days",
            metavar="N",
            min=0,
            max=250,
            help="提前多少：工作日，或 --unit 的单位；缺省按规定（{value:submission.lead}）",
        ),
    ] = None,
    unit: Annotated[
        LeadUnit | None,
        typer.Option(
            "--unit",
            parser=one_of(LeadUnit),
            metavar="单位",
            help=f"按什么计：{choices(LeadUnit)}；缺省按规定",
        ),
    ] = None,
    at: Annotated[
        time | None,
        typer.Option("--time", parser=clock, metavar="HH:MM", help="发布时间；按小时计的从此倒数"),
    ] = None,
    clear: Annotated[
        bool | None, typer.Option("--clear/--no-clear", help="另一种算法：中间须隔满 N 个工作日")
    ] = None,
) -> None:
    """发布会最迟哪一天报送，以及是怎样数出来的（{clause:LED-01|submission.lead_days}）。"""
    from pressctl.usecases import calendar as use

    present(ctx, use.deadline(desk(ctx), event, days, clear=clear, unit=unit, at=at), _print_deadline)


def _print_deadline(d: DeadlineCount) -> None:
    """Each counted and each skipped day, in order, and the sentence to paste into a reply."""
    each = "工作日" if d.unit is LeadUnit.WORKING_DAY else ""
    rows = [(c.date, str(c.n), "调休上班，计入" if c.makeup else each) for c in d.counted]
    rows += [(s.date, "", f"不计：{s.why}") for s in d.skipped]
    ahead = "提前" if len(d.counted) == d.days or d.unit is LeadUnit.HOUR else "中间隔满"
    of = "" if d.unit is LeadUnit.HOUR else "（不计）"
    last = Moment(d.deadline, d.hour)
    print(
        f"发布日 {d.event}{of}，{ahead} {d.days} {d.unit.measure}：最迟 {last} 报送{_certain(d.provisional)}\n"
    )
    if rows:
        output.table(["日期", "第几日>", "说明"], sorted(rows, reverse=True))
    print(f"\n{d.sentence}")


@calendar.command("show")
def show(
    ctx: typer.Context,
    year: Year,
    ics: Annotated[
        Path | None, typer.Option("--ics", metavar="文件", help="另存为日历文件，可用 Outlook、手机打开")
    ] = None,
    force: Force = False,
) -> None:
    """一年的放假、调休上班与发布，以及依据。"""
    from pressctl.usecases import calendar as use

    overview = use.year_overview(desk(ctx), year)
    if ics:
        use.write_calendar(desk(ctx), ics, year=year, force=force)
        output.say(f"已写出日历文件：{ics}")
    present(ctx, overview, print_year)


@calendar.command("import")
def notice_import(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(metavar="文件", help="通知的文本（从网页复制即可），或 CSV（date,kind,name）"),
    ],
    year: Annotated[
        int | None,
        typer.Option("--year", parser=year, metavar="年份", help="通知里没有写年份的，是哪一年的安排"),
    ] = None,
    whole_year: Annotated[
        bool, typer.Option("--whole-year", help="CSV 写全了一年的安排；缺省只叠加所列的日子")
    ] = False,
    dry_run: DryRun = False,
    yes: Annotated[bool, typer.Option("--yes", help="改动已公布的年份时不再询问")] = False,
) -> None:
    """导入国务院办公厅的放假通知：逐句核对星期和天数，列出因此改变的报送期限。

    调整某个节日的通知，取代该节日原来的放假和调休上班日，前后都列出。
    """
    from pressctl.usecases import calendar as use

    file = given_file(ctx, file)
    read = use.notice_read(desk(ctx), file, year=year, whole=whole_year)
    if read.question and not dry_run:
        output.warn(read.changed)
        output.confirm(read.question, yes=yes, declined="没有导入，未作任何改动。")
    done = use.notice_import(desk(ctx), read, dry_run=dry_run)
    output.warn(done.warnings)
    present(ctx, done, _print_import)


def _print_import(done: Imported) -> None:
    said = "此前已导入，没有改动" if done.unchanged else "预演，没有写入" if done.dry_run else "已导入"
    source = "，".join(str(t) for t in (done.number, done.issued) if t)
    print(f"{done.year} 年放假安排{f'（{source}）' if source else ''}：{said}")
    print(f"放假 {len(done.off)} 天：{_spans(done.off)}")
    print(f"调休上班 {len(done.work)} 天：{_days(done.work)}")
    for one in done.replaced:
        print(f"{one.name}")
        for when, arranged in (("原", one.before), ("现", one.after)):
            print(f"  {when}：放假 {_spans(arranged.off)}；调休上班 {_days(arranged.work)}")
    for change in done.changed:
        print(f"改动：{change}")
    if done.affected:
        print(f"\n报送期限因此改变的 {len(done.affected)} 项：")
        output.table(["编号", "原为", "现为"], done.affected)


def _days(days: Iterable[date]) -> str:
    return "、".join(map(str, days)) or "无"


def _spans(days: Iterable[date]) -> str:
    return "、".join(map(_span, _runs(days))) or "无"


def _runs(days: Iterable[date]) -> Iterator[list[date]]:
    """Days in order → stretches of consecutive days."""
    run: list[date] = []
    for at in days:
        if run and at - run[-1] != timedelta(1):
            yield run
            run = []
        run.append(at)
    if run:
        yield run


def _span(run: list[date]) -> str:
    """2026-10-01 至 10-07"""
    return f"{run[0]}" if len(run) == 1 else f"{run[0]} 至 {run[-1]:%m-%d}"


def print_year(year: YearOverview) -> None:
    """Twelve months at 80 columns: * off, + make-up day, # a release; then the lists."""
    status = "已公布" if year.official else "尚未公布，以下为按法定假日推定"
    print(f"{year.year} 年放假安排：{status}（依据：{year.source}）\n")
    names = dict(year.off)
    marks = dict.fromkeys(year.work, "+") | dict.fromkeys(names, "*")
    marks |= dict.fromkeys((r.date for r in year.releases if r.date), "#")
    blocks = [_month(year.year, month, marks) for month in range(1, 13)]
    for row in range(0, 12, 3):
        for lines in zip(*blocks[row : row + 3], strict=True):
            print("   ".join(lines).rstrip())
        print()
    print("*休  +调休上班  #发布\n")
    rows = [(_span(run), len(run), "、".join(dict.fromkeys(names[d] for d in run))) for run in _runs(names)]
    output.table(["放假", "天数>", "名称"], rows)
    if year.work:
        print(f"\n调休上班：{_days(year.work)}")
    if year.releases:
        print()
        planned = [
            (r.date or r.period, r.ref, r.unit, r.name, r.status.label, r.deadline) for r in year.releases
        ]
        output.table(["日期", "编号", "单位", "名称", "状态", "最迟报送"], planned)


def _month(year: int, month: int, marks: Mapping[date, str]) -> list[str]:
    """Eight lines, each 24 columns wide."""
    import calendar as months

    title = f"{month} 月"
    lines = [" " * 9 + title + " " * (24 - 9 - len(title) - 1), "一 二 三 四 五 六 日    "]
    for week in months.Calendar().monthdatescalendar(year, month):
        cells = [f"{d.day:2d}{marks.get(d, ' ')}" if d.month == month else "   " for d in week]
        lines.append("".join(cells) + " " * 3)
    return [*lines, *([" " * 24] * (8 - len(lines)))]
