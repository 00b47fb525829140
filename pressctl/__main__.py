"""`python -m pressctl` and the `pressctl` command."""

from __future__ import annotations


def main() -> None:
    """Run the terminal interface and exit with its code."""
    from pressctl.cli.app import run

    run()


if __name__ == "__main__":
    main()
