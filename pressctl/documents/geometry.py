"""The room that a template's cell leaves a field: widths, heights and pitches read from WordprocessingML.

Lengths in the file are twips, a twentieth of a point, and sizes half-points; all that leaves here is points.
"""

from __future__ import annotations

from typing import Any

from pressctl.documents.layout import Box, Level, measure

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STEPS = (Level(10.5, 13.0), Level(9.0, 10.7))
"""五号 and 小五: what a text steps down to. Smaller cannot be read."""
_CELL_MARGIN = 5.4  # Word's own, left and right
_EASY_PITCH = 1.3  # line height by size where no exact pitch is set
_WORD_DEFAULT = 10.0


def w(name: str) -> str:
    """A qualified name: w("p")."""
    return f"{{{W}}}{name}"


class Styles:
    """The size of type that a paragraph's style gives."""

    def __init__(self, root: Any) -> None:
        self._styles = {} if root is None else {s.get(w("styleId")): s for s in root.iter(w("style"))}
        default = (
            None if root is None else root.find(f"{w('docDefaults')}/{w('rPrDefault')}/{w('rPr')}/{w('sz')}")
        )
        self._default = _number(default, "val", _WORD_DEFAULT * 2) / 2

    def size(self, paragraph: Any, run: Any) -> float:
        """Points: the run's own, else its style's, else that of the style it is based on, else the default."""
        own = run.find(f"{w('rPr')}/{w('sz')}")
        if own is not None:
            return _number(own, "val", 0) / 2
        style = _value(paragraph.find(f"{w('pPr')}/{w('pStyle')}"))
        seen: set[str | None] = set()
        while style in self._styles and style not in seen:
            seen.add(style)
            size = self._styles[style].find(f"{w('rPr')}/{w('sz')}")
            if size is not None:
                return _number(size, "val", 0) / 2
            style = _value(self._styles[style].find(w("basedOn")))
        return self._default


def room(paragraph: Any, run: Any, fixed: str, styles: Styles) -> Box:
    """What a field in a run of a paragraph may fill; `fixed` is the text that shares its line.

    Endless outside tables, in merged cells, and where the template leaves width or height to Word; of no width where
    its lines cannot be foreseen.
    """
    size = styles.size(paragraph, run)
    base = Level(size, _pitch(paragraph, size))
    cell = next(paragraph.iterancestors(w("tc")), None)
    width = height = None
    if cell is not None and cell.find(f"{w('tcPr')}/{w('vMerge')}") is None:
        width, height = _width(cell), _height(cell)
    if cell is None or width is None:
        return Box(0.0, None, (base,))
    left, right, first = _indents(paragraph)
    if height is None:
        return Box(width - left - right, None, (base,), first + measure(fixed) * size, _around(paragraph))
    others = sum(_taken(p, styles) for p in cell.findall(w("p")) if p is not paragraph)
    levels = (base, *(step for step in STEPS if step.size < size))
    return Box(
        width - left - right,
        max(height - others, 0.0),
        levels,
        first + measure(fixed) * size,
        _around(paragraph),
    )


def row_height(row: Any) -> float | None:
    """The least height that a row states."""
    stated = row.find(f"{w('trPr')}/{w('trHeight')}")
    return None if stated is None else _number(stated, "val", 0) / 20


def labels_height(row: Any, styles: Styles) -> float:
    """What the fixed texts of a row's own cells need; those merged downward have other rows besides."""
    cells = (c for c in row.findall(w("tc")) if c.find(f"{w('tcPr')}/{w('vMerge')}") is None)
    return max((sum(_taken(p, styles) for p in c.findall(w("p"))) for c in cells), default=0.0)


def _width(cell: Any) -> float | None:
    stated = cell.find(f"{w('tcPr')}/{w('tcW')}")
    if stated is None or stated.get(w("type")) != "dxa":
        return None
    table = next(cell.iterancestors(w("tbl")))
    margins = (_margin(cell, table, ("left", "start")), _margin(cell, table, ("right", "end")))
    return _number(stated, "w", 0) / 20 - sum(margins)


def _margin(cell: Any, table: Any, sides: tuple[str, str]) -> float:
    for parent in (cell.find(f"{w('tcPr')}/{w('tcMar')}"), table.find(f"{w('tblPr')}/{w('tblCellMar')}")):
        for side in sides:
            found = None if parent is None else parent.find(w(side))
            if found is not None:
                return _number(found, "w", 0) / 20
    return _CELL_MARGIN


def _height(cell: Any) -> float | None:
    return row_height(next(cell.iterancestors(w("tr"))))


def _indents(paragraph: Any) -> tuple[float, float, float]:
    """Left, right, and how much further in the first line begins (out, if negative)."""
    stated = paragraph.find(f"{w('pPr')}/{w('ind')}")
    if stated is None:
        return 0.0, 0.0, 0.0
    left, right, first, hanging = (
        next((_number(stated, name, 0) / 20 for name in names if stated.get(w(name))), 0.0)
        for names in (("left", "start"), ("right", "end"), ("firstLine",), ("hanging",))
    )
    return left, right, first - hanging


def _pitch(paragraph: Any, size: float) -> float:
    spacing = paragraph.find(f"{w('pPr')}/{w('spacing')}")
    if spacing is not None and spacing.get(w("lineRule")) == "exact":
        return _number(spacing, "line", 0) / 20
    return size * _EASY_PITCH


def _around(paragraph: Any) -> float:
    spacing = paragraph.find(f"{w('pPr')}/{w('spacing')}")
    return 0.0 if spacing is None else (_number(spacing, "before", 0) + _number(spacing, "after", 0)) / 20


def _taken(paragraph: Any, styles: Styles) -> float:
    """The height of a paragraph of one line."""
    run = paragraph.find(w("r"))
    size = _WORD_DEFAULT if run is None else styles.size(paragraph, run)
    return _pitch(paragraph, size) + _around(paragraph)


def _number(element: Any, name: str, otherwise: float) -> float:
    """An attribute as a number; templates from other hands may hold anything."""
    text = None if element is None else element.get(w(name))
    try:
        return float(text) if text else float(otherwise)
    except ValueError:
        return float(otherwise)


def _value(element: Any) -> str | None:
    return None if element is None else element.get(w("val"))
