"""The figures under the names that Prometheus knows them by."""

import resource
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import psutil
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector
from shipway_client.wire import FolderState, JobState
from shipway_plugins.words import EnvironmentStatus

from shipway_daemon.doors.native.tally import Now, Tally
from shipway_daemon.measures import Durations

TYPE = CONTENT_TYPE_PLAIN_0_0_4


def exposition(tally: Tally) -> bytes:
    """Write all that a refreshed tally knows."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Once(tally))
    return generate_latest(registry)


class _Once(Collector):
    """Hands the figures of one tally over, once."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally

    def collect(self) -> Iterable[Metric]:
        """Every figure."""
        now = self._tally.now
        if now is None:
            return
        yield from _of_the_catalogue(now)
        yield from _since_the_start(self._tally)
        yield from _of_the_rooms(self._tally)
        yield from _of_the_home(Path(self._tally.use.identity.home))
        yield from _of_the_process()


def _of_the_catalogue(now: Now) -> Iterable[Metric]:
    yield _gauge("shipway_event_sequence", "The number of the newest event.", now.seq)
    yield _counter("shipway_versions_made", "Versions ever made.", now.versions_made)
    live = [state for state in JobState if state is not JobState.DONE]
    yield _by("shipway_jobs", "Jobs that have not ended.", "state", live, now.jobs)
    yield _by(
        "shipway_environments", "Environments.", "status", EnvironmentStatus, now.environments
    )
    yield _gauge("shipway_unmatched", "Binaries that are held, at most 10,000.", now.held)
    yield _gauge("shipway_uploads", "Uploads under way, at most 10,000.", now.open_uploads)


def _since_the_start(tally: Tally) -> Iterable[Metric]:
    events = CounterMetricFamily(
        "shipway_events", "Events since the daemon's start.", labels=["kind"]
    )
    for kind, count in sorted(tally.events.items()):
        events.add_metric([kind], count)
    yield events
    ended = CounterMetricFamily(
        "shipway_jobs_ended",
        "Jobs that ended since the daemon's start.",
        labels=["kind", "outcome"],
    )
    for (kind, outcome), count in sorted(tally.jobs_ended.items()):
        ended.add_metric([kind, outcome], count)
    yield ended
    took = HistogramMetricFamily(
        "shipway_job_duration_seconds",
        "From the start of a job to its end, with its waits.",
        labels=["kind"],
    )
    for kind, durations in sorted(tally.job_durations.items()):
        took.add_metric([kind], _buckets(durations), durations.sum)
    yield took


def _of_the_rooms(tally: Tally) -> Iterable[Metric]:
    use = tally.use
    build = GaugeMetricFamily("shipway_build_info", "The daemon's version.", labels=["version"])
    build.add_metric([use.identity.version], 1)
    yield build
    states = {str(state): count for state, count in use.watcher.states().items()}
    yield _by("shipway_folders", "Watched folders.", "state", FolderState, states)
    yield _gauge("shipway_files_waiting", "Files not finished yet.", use.watcher.waiting_files())
    yield _gauge("shipway_feed_followers", "Clients that follow the feed.", use.feed.clients)
    yield _histogram(
        "shipway_ingest_duration_seconds", "Files that were taken in.", use.intake.durations
    )
    yield _histogram(
        "shipway_loop_lag_seconds",
        "How much later than asked for the loop came to a task.",
        use.lag.durations,
    )


def _of_the_home(home: Path) -> Iterable[Metric]:
    sizes = GaugeMetricFamily("shipway_database_bytes", "The catalogue.", labels=["file"])
    for name in ("catalog.sqlite3", "catalog.sqlite3-wal"):
        path = home / name
        sizes.add_metric([name], path.stat().st_size if path.exists() else 0)
    yield sizes
    free = shutil.disk_usage(home).free
    yield _gauge("shipway_home_free_bytes", "Free space where the home lies.", free)


def _of_the_process() -> Iterable[Metric]:
    process = psutil.Process()
    with process.oneshot():
        memory, times = process.memory_info(), process.cpu_times()
        yield _gauge("process_resident_memory_bytes", "Resident memory.", memory.rss)
        yield _counter("process_cpu_seconds", "Processor time.", times.user + times.system)
        yield _gauge("process_start_time_seconds", "Since the epoch.", process.create_time())
        yield _gauge("process_open_fds", "Open file descriptors.", process.num_fds())
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield _gauge("process_max_fds", "How many may be open.", limit)


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, value=value)


def _counter(name: str, about: str, value: float) -> Metric:
    return CounterMetricFamily(name, about, value=value)


def _by(
    name: str,
    about: str,
    label: str,
    words: Iterable[str],
    counts: Mapping[str, int],
) -> Metric:
    """A gauge with a line for every word, so that none vanishes when it comes down to 0."""
    family = GaugeMetricFamily(name, about, labels=[label])
    for word in words:
        family.add_metric([str(word)], counts.get(str(word), 0))
    return family


def _histogram(name: str, about: str, durations: Durations) -> Metric:
    return HistogramMetricFamily(name, about, buckets=_buckets(durations), sum_value=durations.sum)


def _buckets(durations: Durations) -> list[tuple[str, float]]:
    """Every bound with what is at or below it, as Prometheus wants them."""
    bounds = [*map(str, durations.bounds), "+Inf"]
    total, told = 0, []
    for bound, count in zip(bounds, durations.counts, strict=True):
        total += count
        told.append((bound, float(total)))
    return told
