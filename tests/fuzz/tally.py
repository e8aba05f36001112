"""What came of a run: how many requests, what was answered, and what failed."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from schemathesis.engine import Status, events
from schemathesis.engine.recorder import ScenarioRecorder

from tests.fuzz.requests import mode_of, operation_of

_SHOWN = 1000
"""Characters of a request and of an answer that failed."""


@dataclass
class Tally:
    """Counts, over as many runs as are given to it."""

    answers: defaultdict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    """By operation and status; requests of checks, which follow others, are not among them."""
    checks: Counter[str] = field(default_factory=Counter)
    failures: dict[tuple[str, str, str], str] = field(default_factory=dict)
    """By who asked, operation and check: the first of each."""
    errors: list[str] = field(default_factory=list)
    """What kept schemathesis itself from asking."""
    requests: int = 0

    @property
    def cases(self) -> int:
        """How many requests were made up and answered."""
        return sum(counted.total() for counted in self.answers.values())

    def reached(self) -> set[str]:
        """Return the operations that did what was asked of them, at least once."""
        return {name for name, counted in self.answers.items() if any(200 <= one < 300 for one in counted)}

    def take(self, who: str, stream: Iterable[events.EngineEvent]) -> None:
        """Count what happens."""
        for event in stream:
            if isinstance(event, events.ScenarioFinished):
                self._take(who, event.recorder)
            elif isinstance(event, events.NonFatalError):
                self.errors.append(f"{who}, {event.label}: {event.value!r}")
            elif isinstance(event, events.FatalError):
                self.errors.append(f"{who}: {event.exception!r}")

    def _take(self, who: str, recorder: ScenarioRecorder) -> None:
        self.requests += len(recorder.interactions)
        for number, node in recorder.cases.items():
            interaction = recorder.interactions.get(number)
            if interaction and interaction.response and mode_of(node.value):
                self.answers[operation_of(node.value)][interaction.response.status_code] += 1
        for number, checks in recorder.checks.items():
            for check in checks:
                self.checks[check.name] += 1
                if check.status is Status.FAILURE and check.failure_info:
                    told = check.failure_info
                    answer = recorder.find_response(case_id=told.failure.case_id or number)
                    body = answer.content[:_SHOWN].decode("utf-8", "replace") if answer else "no answer"
                    text = (
                        f"{told.failure.title}: {told.failure.message}\n{told.code_sample[:_SHOWN]}\n{body}"
                    )
                    self.failures.setdefault((who, str(told.failure.operation), check.name), text)
