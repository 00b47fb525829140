"""schema: the JSON Schema of what commands tell with --json."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from pressctl.cli.commands import Words
from pressctl.cli.desk import present
from pressctl.core import json_text

app = Words()


@app.command("schema")
def schema(
    ctx: typer.Context,
    name: Annotated[
        list[str] | None,
        typer.Argument(metavar="命令", help="命令，如 plan show；不带则列出全部"),
    ] = None,
) -> None:
    """命令以 --json 输出的结果有哪些项目、各是什么（JSON Schema）。"""
    from pressctl.usecases import schemas

    if not name:
        present(ctx, tuple(schemas.RESULTS), lambda names: print("\n".join(names)))
        return

    def show(told: dict[str, Any]) -> None:
        print(json_text.document(told))

    present(ctx, schemas.schema(" ".join(name)), show)
