"""What the list of environments can be asked. Whether one is Busy, only its jobs know."""

from shipway_client.wire import Environment

from shipway_daemon.queries.few import Few, told
from shipway_daemon.queries.orders import Key

ASKED = Few[Environment](
    fields={
        "status": lambda environment: told(environment.status),
        "adapter": lambda environment: told(environment.adapter),
        "plugin": lambda environment: told(environment.plugin),
    },
    texts=lambda it: (it.name, it.adapter, it.title, it.reason),
    sorts={
        "name": Key(lambda environment: environment.name, str, unique=True),
        "created": Key(lambda environment: environment.id, int, unique=True),
        "status": Key(lambda environment: str(environment.status), str),
        "adapter": Key(lambda environment: environment.adapter, str),
        "read": Key(lambda environment: environment.read_at or "", str),
    },
    number=lambda environment: environment.id,
)
