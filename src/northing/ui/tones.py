"""The six meanings a colour may carry."""

from typing import Literal

Tone = Literal["neutral", "accent", "good", "warn", "bad", "violet"]
