"""A Bot API server for tests: what a bot can tell from the real one is a fault of this package."""

from .emulator import Emulator
from .serving import serve

__all__ = ["Emulator", "serve"]
