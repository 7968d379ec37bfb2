"""What is wrong with a YAML file, with the line that it stands in."""

from collections.abc import Collection
from pathlib import Path
from typing import Any


def complaint(file: Path, node: Any, loc: Collection[int | str], reason: str) -> str:
    """`node`: the file's root as ruamel read it. The line is that of the deepest key of `loc` that is there."""
    line, where = 1, ".".join(map(str, loc))
    for key in loc:
        try:
            line = (node.lc.item(key) if isinstance(key, int) else node.lc.key(key))[0] + 1
            node = node[key]
        except (KeyError, IndexError, TypeError, AttributeError):
            break
    return f"{file}, line {line}: {where}: {reason}"
