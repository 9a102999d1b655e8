"""The part of a log that is in memory: it moves over the log and never grows beyond its size."""

from shipway_tui.tui.logs.line import Line, LogSource

#: So many lines are held, and so many are asked for at once.
MOST_LINES, PAGE_LINES = 5_000, 200
#: A search looks through so many at once; a source may give fewer.
SEARCH_LINES = 5_000


class LogWindow:
    """Lines in their order; `at_end` while nothing is known to stand behind the last."""

    def __init__(self, source: LogSource) -> None:
        self._source = source
        self.lines: list[Line] = []
        self.at_start = self.at_end = True

    async def to_end(self) -> None:
        """Hold the newest lines."""
        self.lines = await self._source.last(PAGE_LINES)
        self.at_start, self.at_end = len(self.lines) < PAGE_LINES, True

    async def to_start(self) -> None:
        """Hold the oldest lines."""
        self.lines = await self._source.after(-1, PAGE_LINES)
        self.at_start, self.at_end = True, len(self.lines) < PAGE_LINES

    async def around(self, key: int) -> int:
        """Hold the line of a key and what stands around it; returns its place among them."""
        before = await self._source.before(key, PAGE_LINES)
        behind = await self._source.after(before[-1].key if before else -1, PAGE_LINES)
        self.lines = before + behind
        self.at_start, self.at_end = len(before) < PAGE_LINES, len(behind) < PAGE_LINES
        return len(before)

    async def back(self) -> int:
        """Hold an older page as well; returns how many lines came before the others."""
        if not self.lines or self.at_start:
            return 0
        older = await self._source.before(self.lines[0].key, PAGE_LINES)
        self.at_start = len(older) < PAGE_LINES
        self.lines = older + self.lines
        if len(self.lines) > MOST_LINES:
            del self.lines[MOST_LINES:]
            self.at_end = False
        return len(older)

    async def on(self) -> int:
        """Hold a newer page as well; returns how many of the oldest lines were let go."""
        last = self.lines[-1].key if self.lines else -1
        newer = await self._source.after(last, PAGE_LINES)
        self.at_end = len(newer) < PAGE_LINES
        self.lines += newer
        gone = max(0, len(self.lines) - MOST_LINES)
        if gone:
            del self.lines[:gone]
            self.at_start = False
        return gone

    async def find(self, text: str, key: int, step: int) -> int | None:
        """Find the next line with a text from a key on, upwards where `step` is -1."""
        sought = text.casefold()
        held = [line for line in self.lines if (line.key - key) * step > 0]
        while held:
            for line in held[::step]:
                if sought in line.text.casefold():
                    return line.key
            edge = held[-1].key if step > 0 else held[0].key
            held = await self._page(edge, step)
        return None

    async def _page(self, key: int, step: int) -> list[Line]:
        if step > 0:
            return await self._source.after(key, SEARCH_LINES)
        return await self._source.before(key, SEARCH_LINES)
