"""What metrics say, as numbers."""

from collections.abc import Mapping

from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from wildside.inbound.http.metrics import Metrics

Counts = dict[tuple[str, ...], float]


class Told:
    """The samples of an answer to a scrape: each has a name, labels and a value."""

    def __init__(self, text: str) -> None:
        self.samples = [
            (sample.name, sample.labels, sample.value)
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        ]

    def labels(self) -> Mapping[str, set[str]]:
        """The names of samples, and the labels that any of that name has."""
        found: dict[str, set[str]] = {}
        for name, labels, _ in self.samples:
            found.setdefault(name, set()).update(labels)
        return found

    def value(self, name: str, **labels: str) -> float:
        """The one sample of a name that has these labels, among others perhaps."""
        (found,) = [
            value for one, has, value in self.samples if one == name and labels.items() <= has.items()
        ]
        return found

    def counts(self, name: str, *labels: str) -> Counts:
        """Values above 0 of a name, by the values of these labels."""
        return {
            tuple(has[label] for label in labels): value
            for one, has, value in self.samples
            if one == name and value
        }


def told(metrics: Metrics) -> Told:
    return Told(generate_latest(metrics.registry).decode())
