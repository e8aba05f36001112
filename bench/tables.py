"""Print the tables of README.md from bench/results, as the commands printed them.

python -m bench.tables
"""

import json

from bench import bootstrap, listeners, pages, people, releases
from bench.figures import RESULTS
from bench.peers import __main__ as peers


def main() -> None:
    def result(name: str) -> dict[str, object]:
        found: dict[str, object] = json.loads((RESULTS / f"{name}.json").read_text())
        return found

    print(bootstrap.report(result("bootstrap")["rows"]))  # type: ignore[arg-type]
    print(peers.report(result("peers")["rows"]))  # type: ignore[arg-type]
    print(peers.report(result("people")["rows"], people.SERVING))  # type: ignore[arg-type]
    print(listeners.report(result("listeners")))
    print()
    print(releases.report(result("releases")))
    print()
    print(pages.report(result("pages")))


if __name__ == "__main__":
    main()
