"""That servers are asked in turn and set against each other, and that answers of another size are refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from bench import rounds
from bench.rounds import Ask, Question, asking, interleaved, summary
from bench.wrk import Load, Refused


def a_load(rate: float, size: float = 0) -> Load:
    return Load(answers=10, rate=rate, size=size, p50=1.0, p99=2.0, longest=3.0)


def test_every_round_begins_with_another_server() -> None:
    asked: list[tuple[str, int]] = []

    def ask(name: str) -> Ask:
        def one(connections: int) -> Load:
            asked.append((name, connections))
            return a_load(1)

        return one

    found = interleaved({"case": {name: ask(name) for name in "abc"}}, 2, [1, 32])
    assert asked == [(name, count) for names in ("abc", "bca") for count in (1, 32) for name in names]
    assert {key: len(each) for key, each in found.items()} == {
        (count, "case", name): 2 for count in (1, 32) for name in "abc"
    }


def test_ratios_are_of_servers_that_were_asked_the_same() -> None:
    found = {
        (1, "case", "ours"): [a_load(30), a_load(20)],
        (1, "case", "theirs"): [a_load(10), a_load(10)],
        (32, "case", "ours"): [a_load(7), a_load(7)],
    }
    one, many = summary(found, lambda _case: [("ours", "theirs"), ("ours", "nobody")])
    assert one["rate"]["ours"] == {"median": 25.0, "low": 20.0, "high": 30.0}
    assert one["ratio"] == {"ours / theirs": {"median": 2.5, "low": 2.0, "high": 3.0}}
    assert (many["connections"], many["ratio"]) == (32, {})


@contextmanager
def a_server(body: bytes) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("size", "known", "fits"),
    [(5200, False, True), (4900, False, False), (9000, False, False), (300, True, True), (5200, True, False)],
)
def test_answers_have_the_size_that_one_answer_has(
    monkeypatch: pytest.MonkeyPatch, size: float, known: bool, fits: bool
) -> None:
    monkeypatch.setattr(rounds, "load", lambda *_: a_load(1000, size))
    with a_server(b"x" * 5000) as port:
        ask = asking("what", Question(port, "/", known=known), 2)
        if fits:
            assert ask(32).size == size
        else:
            with pytest.raises(SystemExit, match="bytes an answer"):
                ask(32)


def test_a_question_is_asked_on_no_more_connections_than_it_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def refuse(_url: str, _headers: object, connections: int, _seconds: int) -> Load:
        seen.append(connections)
        raise Refused("no answers")

    monkeypatch.setattr(rounds, "load", refuse)
    for connections in (2, 256):
        with pytest.raises(SystemExit, match=f"what, {connections} connections: no answers"):
            asking("what", Question(1, "/", most=4), 1)(connections)
    assert seen == [2, 4]
