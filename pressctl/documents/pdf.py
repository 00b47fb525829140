"""Word documents as PDF, through LibreOffice where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from pressctl import durable
from pressctl.documents import files
from pressctl.errors import BadData

_NAMES = ("soffice", "libreoffice")
_USUAL_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
)
_AT_ONCE = 50  # documents to one run: starting takes a second, a command line has an end
# a page left blank so that the next copy begins a sheet is left blank in the PDF too
_TO_PDF = 'pdf:writer_pdf_Export:{"IsSkipEmptyPages":{"type":"boolean","value":"false"}}'
_SECONDS_TO_START, _SECONDS_EACH = 60, 5


_FACES = {
    "方正小标宋简体": ("方正小标宋简体", "方正小标宋_GBK", "FZXiaoBiaoSong-B05S"),
    "仿宋_GB2312": ("仿宋_GB2312", "仿宋", "FangSong"),
    "黑体": ("黑体", "SimHei"),
}
"""The faces that the forms ask for, each with the names it or its declared substitute goes by."""


def missing_faces() -> list[str]:
    """Which of the forms' faces this machine lacks, as far as fontconfig can tell; none where there is no fontconfig."""
    lister = shutil.which("fc-list")
    if lister is None:
        return []
    listed = subprocess.run(  # noqa: S603  a fixed command, no shell
        [lister, "--format=%{family}\n"], capture_output=True, check=False, stdin=subprocess.DEVNULL
    )
    families = set(listed.stdout.decode("utf-8", "replace").replace(",", "\n").split("\n"))
    return [face for face, names in _FACES.items() if families.isdisjoint(names)]


def to_pdf(
    documents: Sequence[Path], *, force: bool = False, tell: Callable[[int], None] | None = None
) -> list[Path]:
    """A PDF beside each document; `tell` hears how many are converted.

    Raises BadData when LibreOffice is missing, fails or does not come back.

    LibreOffice runs without a shell, on a profile of its own, in a folder of its own, and never on a network.
    """
    office = _office()
    targets = [document.with_suffix(".pdf") for document in documents]
    files.refuse_taken(targets, force=force)
    with durable.workshop(Path(tempfile.gettempdir())) as folder:
        for start in range(0, len(documents), _AT_ONCE):
            _convert(office, documents[start : start + _AT_ONCE], folder)
            if tell:
                tell(min(start + _AT_ONCE, len(documents)))
        made = [(target, (folder / target.name).read_bytes) for target in targets]
        return files.write_batch(made, force=force)


def _office() -> str:
    for name in (*_NAMES, *_USUAL_PLACES):
        if found := shutil.which(name):
            return found
    raise BadData(
        "no_libreoffice",
        "没有找到 LibreOffice，转不成 PDF；Word 文件已经写出。",
        next_step="安装 LibreOffice，或用 Word、WPS 打开后另存为 PDF。",
    )


def _convert(office: str, documents: Sequence[Path], folder: Path) -> None:
    profile = (folder / "profile").as_uri()
    command = [office, "--headless", "--norestore", f"-env:UserInstallation={profile}"]
    command += ["--convert-to", _TO_PDF, "--outdir", str(folder), *(str(d.resolve()) for d in documents)]
    try:
        subprocess.run(  # noqa: S603  a fixed command, no shell, absolute paths
            command,
            check=True,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_SECONDS_TO_START + _SECONDS_EACH * len(documents),
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise _failed("LibreOffice 没有正常结束") from error
    for document in documents:
        if not (folder / f"{document.stem}.pdf").exists():
            raise _failed(f"LibreOffice 没有转出 {document.name}")


def _failed(why: str) -> BadData:
    return BadData(
        "pdf_failed",
        f"转 PDF 失败：{why}；Word 文件已经写出。",
        next_step="用 Word、WPS 打开后另存为 PDF。",
    )
