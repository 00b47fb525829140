"""`python -m pressctl` and the `pressctl` command."""

from __future__ import annotations

import atexit
import gc


def main() -> None:
    """Run the terminal interface and exit with its code."""
    # A command lives for a second: looking for garbage among what it loads, again and again, and once more at its end,
    # takes a third of that.
    gc.set_threshold(100_000)
    atexit.register(gc.freeze)
    from pressctl.cli.app import run

    run()


if __name__ == "__main__":
    main()
