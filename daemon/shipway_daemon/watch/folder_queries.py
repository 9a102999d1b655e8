"""What the list of watched folders can be asked. How a folder does, only who watches it knows."""

from shipway_client.wire import Folder

from shipway_daemon.queries.few import Few, by_address, told, yes_or_no
from shipway_daemon.queries.orders import Key

ASKED = Few[Folder](
    fields={
        "state": lambda folder: told(folder.state),
        "preset": lambda folder: told(folder.preset),
        "profile": lambda folder: by_address(folder.profile),
        "channel": lambda folder: told(folder.channel),
        "unknown": lambda folder: told(folder.unknown),
        "candidate": lambda folder: yes_or_no(met=folder.candidate),
    },
    texts=lambda folder: (folder.path, folder.profile or "", folder.reason),
    sorts={
        "created": Key(lambda folder: folder.id, int, unique=True),
        "path": Key(lambda folder: folder.path, str, unique=True),
        "state": Key(lambda folder: str(folder.state), str),
        "profile": Key(lambda folder: folder.profile or "", str),
        "ingested": Key(lambda folder: folder.ingested, int),
        "waiting": Key(lambda folder: folder.waiting, int),
        "refused": Key(lambda folder: folder.refused, int),
        "scanned": Key(lambda folder: folder.last_scan_at or "", str),
    },
    number=lambda folder: folder.id,
)
