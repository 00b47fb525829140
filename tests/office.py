"""LibreOffice and poppler as tests use them: documents converted many at once, and every word where it stands."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import etree

_WITH_BLANKS = 'writer_pdf_Export:{"IsSkipEmptyPages":{"type":"boolean","value":"false"}}'
"""With the pages that are left blank on purpose."""
_AT_ONCE = 60


def program(*names: str) -> str:
    for name in names:
        if found := shutil.which(name):
            return found
    pytest.skip(f"没有安装 {' 或 '.join(names)}")


class Converter:
    """LibreOffice on a profile of its own, so that runs side by side do not meet; many files to a call."""

    def __init__(self, profile: Path) -> None:
        self._profile = profile.as_uri()

    def __call__(self, files: Sequence[Path], kind: str, folder: Path) -> list[Path]:
        """`kind` is pdf or an ending with its filter."""
        office = program("soffice", "libreoffice")
        written = kind == "pdf" and all(f.suffix == ".docx" for f in files)
        command = [office, "--headless", "--norestore", f"-env:UserInstallation={self._profile}"]
        command += ["--convert-to", f"{kind}:{_WITH_BLANKS}" if written else kind, "--outdir", str(folder)]
        for start in range(0, len(files), _AT_ONCE):
            call = [*command, *map(str, files[start : start + _AT_ONCE])]
            if subprocess.run(call, capture_output=True, timeout=600).returncode:
                # it aborts at times when it is started first on a busy machine; a document at fault aborts it again
                subprocess.run(call, check=True, capture_output=True, timeout=600)
        made = [folder / f"{f.stem}.{kind.split(':')[0]}" for f in files]
        assert all(f.exists() for f in made)
        return made


@dataclass(frozen=True)
class Word:
    """A word on a page and its box, in points."""

    page: int
    text: str
    left: float
    top: float
    right: float
    bottom: float

    def covers(self, other: Word) -> bool:
        """Whether the two stand on one another by more than a hair."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return (
            self.page == other.page
            and wide > 1
            and high > 0.35 * min(self.bottom - self.top, other.bottom - other.top)
        )


def words(pdf: Path) -> tuple[int, list[Word]]:
    """The number of pages, and every word where it stands."""
    reader = program("pdftotext")
    made = subprocess.run([reader, "-bbox", str(pdf), "-"], check=True, capture_output=True).stdout
    root = etree.fromstring(made, etree.XMLParser(recover=True))
    pages = list(root.iter("{*}page"))
    found = [
        Word(n, w.text or "", *(float(w.get(k)) for k in ("xMin", "yMin", "xMax", "yMax")))
        for n, page in enumerate(pages)
        for w in page.iter("{*}word")
    ]
    return len(pages), found


def tight(text: str) -> str:
    """Text without blanks, line ends, dashes that a line may break at, and marks without width."""
    return re.sub(r"[\s\u200b-\u200f\u202a-\u202e\u00ad\u2011\ufeff-]", "", text)


def printed(pdf: Path) -> str:
    made = subprocess.run([program("pdftotext"), "-raw", str(pdf), "-"], check=True, capture_output=True)
    return tight(made.stdout.decode())
