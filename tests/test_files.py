"""Output files: whole or not at all, the owner's alone, under names that every system takes."""

from __future__ import annotations

import errno
import os
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressctl.documents.files import (
    distinct,
    new_file,
    safe_name,
    write_batch,
    write_folder,
    write_new,
    write_zip,
)
from pressctl.errors import BadData, UsageError


def left_in(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


# -- names ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("天宁分局-新闻发言人-张三", "天宁分局-新闻发言人-张三"),
        ("治安/交警: 联合?", "治安／交警： 联合？"),
        ("../../etc/passwd", "／..／etc／passwd"),
        ("张三. . ", "张三"),
        ("NUL", "_NUL"),
        ("com1.表", "_com1.表"),
        ("CONFERENCE", "CONFERENCE"),
        ("张\x00三\n", "张三"),
        ("xcod\u202e.exe", "xcod.exe"),
        ("", "_"),
        ("㛃𬭚䶮", "㛃𬭚䶮"),
    ],
)
def test_safe_name(text: str, name: str) -> None:
    assert safe_name(text) == name


@given(st.text())
def test_every_text_becomes_a_name_that_windows_takes(text: str) -> None:
    name = safe_name(text)
    assert name and not set(name) & set('<>:"/\\|?*') and name.isprintable() | (not name.isascii())
    assert not name.endswith((".", " ")) and len(f"{name}.docx".encode()) < 200
    assert safe_name(name) == name


@given(st.lists(st.sampled_from(["张三", "张三-2", "李四", "Ann", "ANN"])))
def test_names_alike_are_numbered_and_the_first_keeps_its_own(names: list[str]) -> None:
    made = distinct(names)
    assert len({n.casefold() for n in made}) == len(names)
    assert all(new.startswith(old) for old, new in zip(names, made, strict=True))
    assert distinct(made) == made


# -- one file ------------------------------------------------------------------------------------------


def test_a_file_is_its_owners_alone(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        path = write_new(tmp_path / "表.docx", b"a")
    finally:
        os.umask(old)
    assert path.read_bytes() == b"a"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert left_in(tmp_path) == ["表.docx"]


def test_what_exists_is_kept_unless_forced(tmp_path: Path) -> None:
    path = write_new(tmp_path / "表.docx", b"old")
    with pytest.raises(UsageError, match="已存在") as caught:
        write_new(path, b"new")
    assert caught.value.code == "file_exists" and "--force" in str(caught.value.next_step)
    assert path.read_bytes() == b"old"
    write_new(path, b"new", force=True)
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("target", ["elsewhere", "nowhere"])
def test_a_link_is_never_written_through(tmp_path: Path, force: bool, target: str) -> None:
    (tmp_path / "elsewhere").write_bytes(b"mine")
    link = tmp_path / "link.docx"
    link.symlink_to(tmp_path / target)
    with pytest.raises(UsageError, match="符号链接"):
        write_new(link, b"new", force=force)
    assert (tmp_path / "elsewhere").read_bytes() == b"mine" and link.is_symlink()


def test_a_folder_that_is_missing_or_in_the_way_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"目录 .*没有 不存在"):
        write_new(tmp_path / "没有" / "表.docx", b"a")
    (tmp_path / "表.docx").mkdir()
    with pytest.raises(UsageError, match="是目录"):
        write_new(tmp_path / "表.docx", b"a", force=True)


def test_half_a_file_is_never_seen(tmp_path: Path) -> None:
    path = write_new(tmp_path / "表.docx", b"old")
    with pytest.raises(RuntimeError), new_file(path, force=True) as file:
        file.write(b"ne")
        assert path.read_bytes() == b"old"
        raise RuntimeError
    assert path.read_bytes() == b"old" and left_in(tmp_path) == ["表.docx"]


def test_what_the_system_refuses_is_said_in_chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "open", full)
    with pytest.raises(BadData, match="无法写入：磁盘已满。") as caught:
        write_new(tmp_path / "表.docx", b"a")
    assert caught.value.code == "not_written" and "磁盘" in str(caught.value.next_step)


# -- many ----------------------------------------------------------------------------------------------


def test_a_batch_is_written_in_order_and_told(tmp_path: Path) -> None:
    told: list[int] = []
    paths = [tmp_path / "新" / f"{n}.docx" for n in range(3)]
    made = write_batch([(p, p.name.encode) for p in paths], tell=told.append)
    assert made == paths and told == [1, 2, 3]
    assert [p.read_bytes() for p in paths] == [b"0.docx", b"1.docx", b"2.docx"]
    assert stat.S_IMODE((tmp_path / "新").stat().st_mode) & 0o077 == 0


def test_a_batch_with_one_place_taken_makes_nothing(tmp_path: Path) -> None:
    write_new(tmp_path / "2.docx", b"old")

    def never() -> bytes:
        raise AssertionError("made before all places were judged")

    with pytest.raises(UsageError):
        write_batch([(tmp_path / f"{n}.docx", never) for n in range(3)])
    assert left_in(tmp_path) == ["2.docx"]


def test_a_batch_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    def breaks() -> bytes:
        raise BadData("bad", "坏了")

    with pytest.raises(BadData, match="坏了"):
        write_batch([(tmp_path / "1.docx", lambda: b"a"), (tmp_path / "2.docx", breaks)])
    assert left_in(tmp_path) == []


def test_a_zip_holds_the_documents_under_chinese_names(tmp_path: Path) -> None:
    first = write_zip(tmp_path / "甲.zip", [("天宁分局-张三.docx", b"a"), ("㛃.docx", b"b")])
    again = write_zip(tmp_path / "乙.zip", [("天宁分局-张三.docx", b"a"), ("㛃.docx", b"b")])
    with zipfile.ZipFile(first) as package:
        assert package.namelist() == ["天宁分局-张三.docx", "㛃.docx"]
        assert package.read("㛃.docx") == b"b"
    assert first.read_bytes() == again.read_bytes()


def test_a_folder_comes_with_all_that_is_in_it_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"一.txt": b"1", "二.txt": b"2"}
    (tmp_path / "empty").mkdir()
    for place in (tmp_path / "new" / "deep", tmp_path / "empty"):
        assert [p.read_bytes() for p in write_folder(place, files)] == [b"1", b"2"]
        assert {stat.S_IMODE(p.stat().st_mode) for p in place.iterdir()} == {0o600}
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
    (tmp_path / "link").symlink_to("empty")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for place, code in ((tmp_path / "new", "exists"), (tmp_path / "link", "symlink"), (Path(), "current")):
        with pytest.raises(UsageError) as caught:
            write_folder(place, files)
        assert caught.value.code == code
    for place in (tmp_path / "new" / "deep" / "一.txt" / "x", Path("/proc/x")):
        with pytest.raises((BadData, UsageError)):
            write_folder(place, files)

    def refused(_self: Path, _target: Path) -> Path:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(BadData, match="磁盘已满"):
        write_folder(tmp_path / "full", files)
    assert {p.name for p in tmp_path.iterdir()} == {"new", "empty", "link", "here"}
