"""`python -m wildside`: the command line, with the tools that the composition root makes."""

from wildside.app import Tools
from wildside.inbound.cli.main import cli


def main() -> None:
    """Run the command that was typed."""
    cli(obj=Tools())


if __name__ == "__main__":
    main()
