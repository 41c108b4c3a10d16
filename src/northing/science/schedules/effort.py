"""How much a solve may cost: seconds on the clock, or a count of work that gives the same result on any machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

# What one schedule counts for in the solver's own deterministic measure of time: about as long on the clock.
DETERMINISTIC_SECONDS = 2e-6


@dataclass
class Effort:
    """What is spent of ``seconds`` or of ``work`` schedules; ``cancelled`` is asked between pieces of work.

    With ``work`` the clock is never looked at.
    """

    seconds: float | None
    work: int | None
    cancelled: Callable[[], bool] | None = None
    schedules: int = 0
    began: float = field(default_factory=time.perf_counter)

    @property
    def elapsed(self) -> float:
        """Seconds since the solve began."""
        return time.perf_counter() - self.began

    def is_cancelled(self) -> bool:
        """Whether the caller wants it to end."""
        return self.cancelled is not None and self.cancelled()

    def spent(self, share: float = 1.0) -> bool:
        """Whether that share of the whole is used up."""
        if self.is_cancelled():
            return True
        if self.work is not None:
            return self.schedules >= share * self.work
        return self.seconds is not None and self.elapsed >= share * self.seconds

    def share_of(self, seconds: float, deterministic: float) -> float:
        """The share of the whole that a solver has taken, told both ways."""
        if self.work is not None:
            return deterministic / (self.work * DETERMINISTIC_SECONDS) if self.work else 1.0
        return seconds / self.seconds if self.seconds else 1.0

    def solver_limits(self, share: float) -> tuple[float | None, float | None]:
        """Seconds, or deterministic seconds, that a solver may take for a share of the whole."""
        if self.work is not None:
            return None, share * self.work * DETERMINISTIC_SECONDS
        if self.seconds is None:
            return None, None
        return max(0.0, min(share * self.seconds, self.seconds - self.elapsed)), None
