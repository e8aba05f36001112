"""A Python that has imported what the commands import, and forks for each: see tests.cli.ready.

It has one thread and nothing open but the socket to whoever asks, so that a fork is whole.
"""

import gc
import json
import os
import runpy
import signal
import socket
import sys
from importlib import import_module
from io import TextIOWrapper
from pkgutil import walk_packages

import wildside

_FILES = 4  # whom to answer, and the three streams


def main() -> None:
    """Fork for each that asks, until there is nobody left to ask."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _import_all()
    gc.freeze()
    with socket.socket(fileno=int(sys.argv[1])) as askers:
        while files := _received(askers):
            if os.fork() == 0:
                break
            for file in files:
                os.close(file)
            _bury()
    if files:
        _become(_told(files))


def _import_all() -> None:
    """Import what any command may ask for, but the module that is run."""
    for module in walk_packages(wildside.__path__, "wildside."):
        if module.name != "wildside.__main__":
            import_module(module.name)


def _received(askers: socket.socket) -> list[int]:
    return socket.recv_fds(askers, 1, _FILES)[1]


def _bury() -> None:
    """Let go of those that have ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _told(files: list[int]) -> list[str]:
    """Fork once more: one tells how the other ends, which alone returns, with what it is to run."""
    with socket.socket(fileno=files[0]) as asker:
        words, folder, environment = json.loads(asker.makefile().readline())
        if pid := os.fork():
            for file in files[1:]:
                os.close(file)
            asker.sendall(f"{pid}\n".encode())
            asker.sendall(f"{os.waitpid(pid, 0)[1]}\n".encode())
            os._exit(0)
    for number, file in enumerate(files[1:]):
        os.dup2(file, number)
        os.close(file)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    if "PYTHONUNBUFFERED" in environment:
        for stream in (sys.stdout, sys.stderr):
            assert isinstance(stream, TextIOWrapper)
            stream.reconfigure(line_buffering=True)
    return list(words)


def _become(words: list[str]) -> None:
    """Run `-m` and a module, or a file, as Python does."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if words[0] == "-m":
        sys.argv = words[1:]
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = words
        runpy.run_path(words[0], run_name="__main__")


if __name__ == "__main__":
    main()
