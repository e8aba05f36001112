"""Commands that are imported when they are asked for: each needs a lot that the others do not."""

from collections import UserDict
from importlib import import_module
from typing import Any


class Lazy(UserDict[str, Any]):
    """The commands of a group by name, each as it is, or as "module:attribute" until it is asked for."""

    def __getitem__(self, name: str) -> Any:
        if isinstance(self.data[name], str):
            module, _, attribute = self.data[name].partition(":")
            self.data[name] = getattr(import_module(module), attribute)
        return self.data[name]
