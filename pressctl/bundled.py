"""Where the files that ship beside the code are: in a wheel inside the package, in a checkout beside it.

Located by this file alone: an editable install leaves a stale copy of them in site-packages.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _find(name: str) -> Path:
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def migrations_dir() -> Path:
    """The Alembic script directory."""
    return _find("migrations")


def form_templates_dir() -> Path:
    """The Word templates of the regulation's three forms."""
    return _find("forms_templates")


def regulation_dir() -> Path:
    """`clauses.toml` and `policy.toml` as shipped."""
    return _PACKAGE / "regulation"


def sample_dir() -> Path:
    """The invented bureau that `demo` plays through."""
    return _PACKAGE / "sample"
