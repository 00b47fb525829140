"""A whole roster import beside its peers, each a process of its own, and the memory it takes as the file grows; the same people
as a workbook.

    python benchmarks/importing.py [--quick]

`pressctl register import` reads, judges, matches and logs 100,000 people, and takes the same file again, when each row
is matched with someone registered and nothing changes. Beside it, on the same file in the same run:
`sqlite-utils insert --csv`, which judges nothing, and pydantic validation with SQLAlchemy core's bulk insert into two
tables like pressctl's, which mends, matches and logs nothing. Prints the median of five runs, rows a second, and the ratios of the medians.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

UNITS = 400
CHUNK = 5000
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
GIVEN = "国栋建志强秀英丽华文博思远一鸣雅琴海燕春兰立新永康晓东宏伟佳怡明哲俊杰浩宇子涵欣然天佑若水静安嘉木云帆书恒念慈怀瑾景行知白"
HEADER = ["单位", "类别", "姓名", "性别", "民族", "出生年月", "政治面貌", "学历", "职务", "办公室电话", "手机", "电子邮件", "QQ", "备注"]  # fmt: skip


def invented_roster(path: Path, rows: int) -> None:
    """So many people in 400 stations, all invented."""
    dice = random.Random(36)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(rows):
            writer.writerow(
                [
                    f"第{number % UNITS + 1}派出所",
                    dice.choice(("联络员", "应对媒体负责人")),
                    dice.choice(SURNAMES) + dice.choice(GIVEN) + dice.choice(GIVEN),
                    dice.choice("男女"),
                    "汉族",
                    f"{dice.randint(1966, 1999)}-{dice.randint(1, 12):02d}",
                    dice.choice(("中共党员", "群众", "共青团员")),
                    dice.choice(("本科", "大专", "硕士研究生")),
                    dice.choice(("所长", "教导员", "内勤民警", "副所长")),
                    f"0519-{81000000 + number}",
                    str(13000000000 + number),
                    f"p{number}@example.org",
                    str(1000000000 + number),
                    "",
                ]
            )


# -- the peer ----------------------------------------------------------------------------------------


def peer(source: str, target: str) -> None:
    """The usual way: a pydantic model for each row, then SQLAlchemy core, into tables and indexes as pressctl's register
    has them: persons, and their appointments to known units."""
    from pydantic import StringConstraints, create_model
    from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, create_engine, insert

    def text(pattern: str) -> object:
        return Annotated[str, StringConstraints(pattern=pattern)]

    shapes = {"出生年月": r"^19\d\d-(0[1-9]|1[0-2])$", "办公室电话": r"^(0\d{2,3}-)?\d{4,8}$", "手机": r"^1[3-9]\d{9}$",
              "电子邮件": r"^[^@\s]+@[^@\s]+\.[a-z]+$", "QQ": r"^[1-9]\d{4,11}$", "备注": r"^.*$"}  # fmt: skip
    kinds: dict[str, object] = {name: text(shapes.get(name, r"^\S.*$")) for name in HEADER}
    kinds |= {"性别": Literal["男", "女"], "类别": Literal["联络员", "应对媒体负责人"]}
    fields: dict[str, Any] = {name: (kind, ...) for name, kind in kinds.items()}
    model = create_model("Row", **fields)
    schema = MetaData()
    unit = Table("unit", schema, Column("id", Integer, primary_key=True), Column("name", String))
    own = [name for name in HEADER if name not in ("单位", "类别", "职务", "备注")]
    columns = [Column(name, String, index=name == "姓名") for name in own]
    person = Table("person", schema, Column("id", Integer, primary_key=True), *columns)
    appointment = Table(
        "appointment",
        schema,
        Column("id", Integer, primary_key=True),
        Column("person_id", ForeignKey("person.id"), index=True),
        Column("unit_id", ForeignKey("unit.id"), index=True),
        *(Column(name, String) for name in ("类别", "职务", "备注")),
    )
    engine = create_engine(f"sqlite:///{target}")
    schema.create_all(engine)
    units = {f"第{n}派出所": n for n in range(1, UNITS + 1)}
    number = 0
    with Path(source).open(encoding="utf-8-sig", newline="") as file, engine.begin() as connection:
        connection.execute(insert(unit), [{"id": n, "name": name} for name, n in units.items()])
        reader = csv.DictReader(file)
        while some := [model.model_validate(row).model_dump() for row in islice(reader, CHUNK)]:
            for row in some:
                row["id"] = row["person_id"] = number = number + 1
                row["unit_id"] = units[row["单位"]]
            connection.execute(insert(person), [{key: row[key] for key in ("id", *own)} for row in some])
            held = ("id", "person_id", "unit_id", "类别", "职务", "备注")
            connection.execute(insert(appointment), [{key: row[key] for key in held} for row in some])


# -- running -----------------------------------------------------------------------------------------


class Run(NamedTuple):
    """Seconds by the clock and the peak of resident memory in MB."""

    seconds: float
    megabytes: float


def run(words: Sequence[str], env: dict[str, str]) -> Run:
    started = time.perf_counter()
    process = subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    if status:
        sys.exit(f"{' '.join(words)}\n{said.decode()}")
    return Run(seconds, used.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10))


class Bench:
    """A folder with rosters and a database that knows the units, copied fresh for each run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = 0
        self._env = os.environ | {"PRESSCTL_TODAY": "2026-01-15", "PRESSCTL_ACTOR": "bench"}
        units = folder / "units.csv"
        lines = [
            "单位名称,类别,上级单位",
            "某市公安局,市局,",
            *(f"第{n}派出所,基层所队,某市公安局" for n in range(1, UNITS + 1)),
        ]
        units.write_text("\n".join(lines), encoding="utf-8")
        for words in (("init",), ("unit", "import", str(units))):
            run((sys.executable, "-m", "pressctl", "--db", str(folder / "empty" / "p.db"), *words), self._env)

    def roster(self, rows: int) -> Path:
        path = self._folder / f"{rows}.csv"
        invented_roster(path, rows)
        return path

    def workbook(self, roster: Path) -> Path:
        """The roster's rows as .xlsx."""
        from openpyxl import Workbook

        book = Workbook(write_only=True)
        sheet = book.create_sheet("名册")
        with roster.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.reader(file):
                sheet.append(row)
        path = roster.with_suffix(".xlsx")
        book.save(path)
        return path

    def contestants(self, roster: Path) -> Iterator[tuple[str, Run]]:
        self._made += 1
        fresh = self._folder / str(self._made)
        shutil.copytree(self._folder / "empty", fresh)
        python = sys.executable
        importing = (python, "-m", "pressctl", "--db", str(fresh / "p.db"), "register", "import", str(roster))
        yield "pressctl", run(importing, self._env)
        yield "pressctl, again", run(importing, self._env)
        if (book := roster.with_suffix(".xlsx")).is_file():
            other = fresh / "xlsx"
            shutil.copytree(self._folder / "empty", other)
            words = (python, "-m", "pressctl", "--db", str(other / "p.db"), "register", "import", str(book))
            yield "pressctl, .xlsx", run(words, self._env)
        yield (
            "sqlite-utils",
            run(
                (python, "-m", "sqlite_utils", "insert", str(fresh / "u.db"), "person", str(roster), "--csv"),
                self._env,
            ),
        )
        yield (
            "pydantic and core",
            run((python, __file__, "--peer", str(roster), str(fresh / "c.db")), self._env),
        )
        shutil.rmtree(fresh)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small files, one run")
    parser.add_argument("--peer", nargs=2, metavar=("CSV", "DB"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.peer:
        peer(*asked.peer)
        return
    sizes, runs = ((1_000, 2_000, 4_000), 1) if asked.quick else ((25_000, 50_000, 100_000), 5)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        rosters = {rows: bench.roster(rows) for rows in sizes}
        times: dict[str, list[float]] = {}
        most: dict[str, float] = {}
        bench.workbook(rosters[sizes[-1]])
        peaks = {rows: next(bench.contestants(path))[1].megabytes for rows, path in rosters.items()}
        for _ in range(runs):
            for name, each in bench.contestants(rosters[sizes[-1]]):
                times.setdefault(name, []).append(each.seconds)
                most[name] = max(most.get(name, 0.0), each.megabytes)
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    for name, seconds in medians.items():
        print(
            f"{name:18} {sizes[-1] / seconds:>8,.0f} rows/s   pressctl takes {medians['pressctl'] / seconds:.2f} times as long"
            f"   peak {most[name]:.0f} MB"
        )
    for rows, megabytes in peaks.items():
        print(f"{rows:>8,} rows: peak {megabytes:.0f} MB")


if __name__ == "__main__":
    main()
