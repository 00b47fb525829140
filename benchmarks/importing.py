"""How fast a roster is read and validated, beside csv alone and with the memory it takes.

    python benchmarks/importing.py [ROWS]

Prints rows a second, the median of five runs, and the ratio to csv.reader over the same file in the same run.
"""

from __future__ import annotations

import csv
import random
import resource
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from datetime import date
from pathlib import Path

from pressctl.core.terms import UnitKind
from pressctl.importing.roster import RosterRow, UnitNames, read_roster

RUNS = 5
TODAY = date(2026, 1, 15)
HEADER = [
    "单位",
    "类别",
    "姓名",
    "性别",
    "民族",
    "出生年月",
    "政治面貌",
    "学历",
    "职务",
    "办公室电话",
    "手机",
    "电子邮件",
    "QQ",
    "备注",
]
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = [
    "国栋",
    "建国",
    "志强",
    "秀英",
    "丽华",
    "文博",
    "思远",
    "一鸣",
    "雅琴",
    "海燕",
    "春兰",
    "立新",
    "永康",
    "晓东",
    "宏伟",
    "佳怡",
    "明哲",
    "俊杰",
]


def invented_roster(path: Path, rows: int, units: int = 400) -> UnitNames:
    """A roster of so many people in so many stations, all invented; the names of the units."""
    names = [f"第{number}派出所" for number in range(1, units + 1)]
    dice = random.Random(36)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(rows):
            name = dice.choice(SURNAMES) + dice.choice(GIVEN)
            birth = f"{dice.randint(1966, 1999)}-{dice.randint(1, 12):02d}"
            writer.writerow(
                [
                    names[number % units],
                    dice.choice(("联络员", "应对媒体负责人")),
                    name,
                    dice.choice("男女"),
                    "汉族",
                    birth,
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
    return UnitNames.of((i, name, (), UnitKind.STATION) for i, name in enumerate(names, start=1))


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> int:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "roster.csv"
        units = invented_roster(path, rows)

        def plainly() -> int:
            with path.open(encoding="utf-8-sig", newline="") as file:
                return sum(1 for _ in csv.reader(file))

        def validated() -> int:
            return sum(isinstance(row, RosterRow) for row in read_roster(path, units=units, today=TODAY))

        both = [(timed(plainly), timed(validated)) for _ in range(RUNS)]
        plain, ours = (statistics.median(column) for column in zip(*both, strict=True))
        taken = validated()
        process = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        tracemalloc.start()
        validated()
        peak = tracemalloc.get_traced_memory()[1]
        size = path.stat().st_size
    print(f"{rows:,} rows, {size / 1e6:.1f} MB, {taken:,} taken")
    print(f"csv.reader alone      {rows / plain:>10,.0f} rows/s")
    print(f"read and validated    {rows / ours:>10,.0f} rows/s   {ours / plain:.1f} times csv.reader alone")
    print(
        f"peak of Python objects {peak / 1e6:.1f} MB ({peak / rows:.0f} bytes a row, what tells duplicates apart)"
    )
    print(f"peak of the process    {process / 1e3:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
