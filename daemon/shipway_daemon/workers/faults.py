"""Raising again on our side what was raised in a child."""

from shipway_plugins import errors

from shipway_daemon.workers.errors import WorkerBroke
from shipway_daemon.workers.frames import Fault

_TYPED = {
    kind.__name__: kind
    for kind in (
        errors.NotSupported,
        errors.StoreRefused,
        errors.StoreUnreachable,
        errors.NotABinary,
        errors.PluginError,
    )
}


def error_of(fault: Fault, name: str) -> errors.PluginError | WorkerBroke:
    """Make the error that a fault of the child `name` tells of."""
    if fault.kind == errors.StoreBusy.__name__:
        return errors.StoreBusy(fault.message, fault.hint, retry_after=fault.retry_after)
    if fault.kind == errors.BadSettings.__name__:
        return errors.BadSettings(fault.message, fault.hint, fields=fault.fields)
    if (kind := _TYPED.get(fault.kind)) is not None:
        return kind(fault.message, fault.hint)
    return WorkerBroke(f"{name} failed: {fault.message}", fault.hint)
