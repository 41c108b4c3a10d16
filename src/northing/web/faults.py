"""What the command line answers in one line instead of with a traceback."""

from __future__ import annotations


class Fault(Exception):
    """Something expected went wrong: what, and the way out. `status` becomes the exit status."""

    def __init__(self, message: str, *, status: int = 1) -> None:
        super().__init__(message)
        self.status = status
