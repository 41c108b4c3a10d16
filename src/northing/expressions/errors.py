"""The one error of the formula language."""


class FormulaError(ValueError):
    """A formula that cannot be used: where in the text, which rule, and the way out.

    ``start`` and ``stop`` delimit the offending part of ``text`` (0-based, half open), so that a page
    can underline it; ``rule`` says what is wrong and ``way_out`` what to do about it.
    """

    def __init__(self, text: str, start: int, stop: int, rule: str, way_out: str) -> None:
        self.text, self.start, self.stop, self.rule, self.way_out = text, start, stop, rule, way_out
        part = text[start:stop]
        place = f"{part!r} at position {start + 1}" if part else "end of the formula"
        super().__init__(f"{place}: {rule}; {way_out}")
