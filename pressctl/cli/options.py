"""Options and arguments that several commands take."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from pressctl.cli.values import choices, day, word_of, year
from pressctl.core.terms import Role
from pressctl.core.words import AskedWord

On = Annotated[date | None, typer.Option("--on", parser=day, metavar="日期", help="生效日；缺省为今天")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只预演，不写入：同样的检查与结果")]
SkipBad = Annotated[
    bool, typer.Option("--skip-bad", help="跳过有错的行，其余照常导入，错行另存为“文件名.rejected.csv”")
]
Sheet = Annotated[
    str | None, typer.Option("--sheet", metavar="表名", help="工作簿中的工作表；缺省为第一张可见的表")
]
Hidden = Annotated[bool, typer.Option("--hidden", help="连同工作表中隐藏或被筛选掉的行、列一起读取")]
Yes = Annotated[bool, typer.Option("--yes", help="不再询问（在终端里导入时，先列出结果，确认后才写入）")]
Force = Annotated[bool, typer.Option("--force", help="文件已存在时覆盖")]
Full = Annotated[bool, typer.Option("--full", help="显示完整的手机号等个人信息")]
Reason = Annotated[str, typer.Option("--reason", metavar="原因", help="原因，记入日志")]
RoleOption = Annotated[
    AskedWord[Role] | None,
    typer.Option("--role", parser=word_of(Role), metavar="身份", help=f"身份：{choices(Role)}"),
]
UnitOption = Annotated[str | None, typer.Option("--unit", metavar="单位", help="只看这个单位")]
PolicyFiles = Annotated[
    list[Path] | None, typer.Option("--policy", metavar="文件", help="本次另加的附加规定（TOML）")
]
Year = Annotated[int, typer.Argument(parser=year, metavar="年份", help="年份")]
