"""Trying settings on before they are stored, where the environment that is live feels nothing."""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import msgspec
from shipway_client.errors import ShipwayError, WrongUsage
from shipway_client.locations import Locations
from shipway_plugins.errors import BadSettings, PluginError

from shipway_daemon.workers.errors import BadCredential
from shipway_daemon.workers.fitting import fit
from shipway_daemon.workers.lane import Lane
from shipway_daemon.workers.lane_spec import LaneSpec
from shipway_daemon.workers.logs import to_log
from shipway_daemon.workers.ondemand import IDLE_SECONDS
from shipway_daemon.workers.references import field, parse_all

_log = logging.getLogger(__name__)

#: No environment has this id.
_RESERVED_ID = 0
_PREFIX = "trial-"


class Trials:
    """Lanes for a moment, each with a lock and a folder of its own."""

    def __init__(self, locations: Locations) -> None:
        self._locations = locations

    async def try_on(self, spec: LaneSpec) -> None:
        """Let the adapter look at the settings of `spec`, and be asked for its status.

        A store that does not answer is no fault of the settings.

        Raises:
            WrongUsage: Some do not fit; `fields` has a sentence for each where that is known.
        """
        if untold := _cannot_be_told(spec.options):
            raise misfit(untold)
        async with self._place(spec) as placed:
            if wrong := await _wrong_credentials(placed):
                raise misfit(wrong)
            lane = Lane(placed, to_log, IDLE_SECONDS)
            try:
                await lane.status()
            except BadCredential as error:
                raise misfit(error.fields) from error
            except BadSettings as error:
                if error.fields:
                    raise misfit(error.fields, error.hint) from error
                raise WrongUsage(error.message, error.hint) from error
            except (PluginError, ShipwayError) as error:
                _log.info("%s does not answer to its new settings: %s", spec.environment, error)
            finally:
                await lane.close()

    @asynccontextmanager
    async def _place(self, spec: LaneSpec) -> AsyncIterator[LaneSpec]:
        name = f"{_PREFIX}{uuid4().hex}"
        folder = self._locations.environments / name
        lock = self._locations.lanes / f"{name}.lock"
        await asyncio.to_thread(folder.mkdir, 0o700, parents=True)
        try:
            yield msgspec.structs.replace(
                spec, environment_id=_RESERVED_ID, data_dir=folder, lock=lock
            )
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
            lock.unlink(missing_ok=True)

    async def sweep(self) -> None:
        """Remove what the trials of a daemon that was killed left; no lane may be running."""
        await asyncio.to_thread(self._sweep)

    def _sweep(self) -> None:
        for folder in self._locations.environments.glob(f"{_PREFIX}*"):
            shutil.rmtree(folder, ignore_errors=True)
        for lock in self._locations.lanes.glob(f"{_PREFIX}*.lock"):
            lock.unlink(missing_ok=True)


async def _wrong_credentials(spec: LaneSpec) -> dict[str, str]:
    """Name the credentials that are no references, and with them whatever else does not fit."""
    try:
        parse_all(spec.credentials)
    except BadCredential as error:
        return {**await _misfits(spec), **error.fields}
    return {}


async def _misfits(spec: LaneSpec) -> dict[str, str]:
    """Name the settings that do not fit, credentials aside."""
    try:
        await fit(spec)
    except BadSettings as error:
        ours = {field(path) for path in spec.credentials}
        return {name: told for name, told in error.fields.items() if name not in ours}
    except (PluginError, ShipwayError) as error:
        _log.info("the settings of %s cannot be looked at: %s", spec.environment, error)
    return {}


def _cannot_be_told(settings: Mapping[str, Any]) -> dict[str, str]:
    """Find the settings that no lane can be told: JSON has longer numbers than msgpack."""
    wrong = {}
    for name, value in settings.items():
        try:
            msgspec.msgpack.encode(value)
        except (OverflowError, RecursionError):
            wrong[name] = "A number in it is too long, or it is nested too deeply."
    return wrong


def misfit(fields: dict[str, str], hint: str = "") -> WrongUsage:
    """Say that settings do not fit: the one, or how many."""
    if len(fields) == 1:
        ((name, sentence),) = fields.items()
        return WrongUsage(f"The setting {name} does not fit: {sentence}", hint, fields=fields)
    told = f"{len(fields)} settings do not fit: {', '.join(fields)}."
    return WrongUsage(told, hint, fields=fields)
