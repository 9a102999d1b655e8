"""The daemon, with a task beside its rooms that notes how late the loop wakes it.

With the argument `idle` there are no rooms, and the task is all. At SIGUSR2 it writes the 99th
percentile and the worst, in milliseconds, to the file that `BENCH_LATE` names, and begins anew; a
file of that name and `.ready` says that it hears.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from shipway_daemon import server
from shipway_daemon.__main__ import main

_TICK_SECONDS = 0.005

_late: list[float] = []


async def _note() -> None:
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR2, _tell)
    Path(os.environ["BENCH_LATE"] + ".ready").touch()  # noqa: ASYNC240 - before anything runs
    while True:
        due = loop.time() + _TICK_SECONDS
        await asyncio.sleep(_TICK_SECONDS)
        _late.append((loop.time() - due) * 1000)


def _tell() -> None:
    noted = sorted(_late)
    _late.clear()
    target = Path(os.environ["BENCH_LATE"])
    fresh = target.with_suffix(".new")
    fresh.write_text(f"{noted[len(noted) * 99 // 100]} {noted[-1]}")
    fresh.replace(target)


_serve = server.serve


async def _serve_and_note(*arguments: object) -> None:
    noting = asyncio.create_task(_note())
    try:
        await _serve(*arguments)  # type: ignore[arg-type]
    finally:
        noting.cancel()


if __name__ == "__main__" and sys.argv[1:] == ["idle"]:
    asyncio.run(_note())
elif __name__ == "__main__":
    server.serve = _serve_and_note  # type: ignore[assignment]
    main()
