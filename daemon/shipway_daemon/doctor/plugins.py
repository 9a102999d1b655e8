"""What the last probe found of each plugin."""

from shipway_plugins.words import Finding, PluginState
from sqlalchemy import Connection

from shipway_daemon.catalog import plugins
from shipway_daemon.doctor.words import Checked, counted, info, warning

NAME = "plugins"


def check(tx: Connection) -> Checked:
    """Name the plugins that cannot be used, and those that are switched off."""
    records = plugins.every(tx)
    off = plugins.disabled(tx)
    findings: list[Finding] = []
    for record in records:
        if record.name in off:
            sentence = f"The plugin {record.name} is switched off."
            remedy = f"Switch it on with `shipway plugin enable {record.name}`."
            findings.append(info("plugin-disabled", sentence, remedy))
        elif record.state is not PluginState.ENABLED:
            sentence = f"The plugin {record.name} is {record.state}: {record.error}"
            remedy = f"Mend or remove it, then see `shipway plugin show {record.name}`."
            findings.append(warning("plugin-failed", sentence, remedy))
    summary = f"{counted(len(records), 'plugin')}, {len(findings)} not in use."
    return Checked(name=NAME, summary=summary, findings=findings)
