"""`python -m wildside`: the command line, with the tools that the composition root makes."""

import signal


def main() -> None:
    """Run the command that was typed."""
    # Loading takes a moment, in which Ctrl-C ends us as it ends any program: without a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from wildside.inbound.cli.main import cli  # noqa: PLC0415
    from wildside.tools import Tools  # noqa: PLC0415

    signal.signal(signal.SIGINT, signal.default_int_handler)
    cli(obj=Tools())


if __name__ == "__main__":
    main()
