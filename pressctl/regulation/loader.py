"""interim"""

from __future__ import annotations

from typing import Any

from pressctl.core.policy import Policy


def load(profiles: Any = (), *, kept: Any = None) -> Policy:
    return Policy()
