"""One line for each figure: what was measured, against what, and the budget it has."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A figure and its yardstick, in one unit; `budget` is the highest ratio that is right.

    Where no yardstick makes sense, `yardstick` is None and the budget is of the figure itself.
    """

    what: str
    figure: float
    unit: str
    yardstick: str = ""
    against: float | None = None
    budget: float | None = None

    @property
    def compared(self) -> float:
        """What the budget speaks of: the ratio, or the figure where there is none."""
        return self.figure if self.against is None else self.figure / self.against

    @property
    def verdict(self) -> str:
        """Whether the budget is kept."""
        if self.budget is None:
            return ""
        return "kept" if self.compared <= self.budget else "OVER"


def print_head() -> None:
    """Print the titles of the columns."""
    print(f"{'what':<50} {'figure':>13}  {'yardstick':<38} {'ratio':>6} {'budget':>7}")


def print_row(row: Row) -> None:
    """Print one figure."""
    figure = f"{row.figure:.1f} {row.unit}"
    ratio = "" if row.against is None else f"{row.compared:.2f}"
    against = "" if row.against is None else f"{row.yardstick}: {row.against:.1f} {row.unit}"
    budget = "" if row.budget is None else f"{row.budget:.2f}"
    line = f"{row.what:<50} {figure:>13}  {against:<38} {ratio:>6} {budget:>7}  {row.verdict}"
    print(line.rstrip(), flush=True)
