"""What the catalogue counts of environments."""

from shipway_daemon.catalog import environments
from shipway_plugins.words import LiveEntry


def test_only_apps_of_which_something_is_live_are_counted(engine):
    live = [LiveEntry(channel="android-phone", digest="ab" * 32)]
    with engine.connect() as tx:
        one, other = (environments.create(tx, name, "toy", {}) for name in ("one", "other"))
        environments.set_live(tx, one.id, "ana/shop", live)
        environments.set_live(tx, one.id, "ana/bank", live)
        environments.set_live(tx, one.id, "ana/gone", live)
        environments.set_live(tx, one.id, "ana/gone", [])
        environments.ensure_publication(tx, other.id, "ana/shop")
        assert environments.published_count(tx, one.id) == 2
        assert environments.published_count(tx, other.id) == 0
        tx.rollback()
