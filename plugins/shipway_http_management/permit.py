"""A permit: for how long something that was sent may still be begun."""

import time
from collections.abc import Callable

#: A publication is small: what takes longer than this to arrive is lost, whatever the patience.
_LONGEST = 60.0
#: The clocks of two machines do not run at quite the same speed.
_MARGIN = 0.2


class Permit:
    """How long the server may begin what is sent under it, by the server's own clock.

    A request whose answer was lost may still be on its way. Once the permit is over the server
    refuses it, so that "it was not taken" is then true for good. Nothing is asked of our clock but
    that it runs as fast as the server's; a server clock that is set back breaks it.
    """

    def __init__(self, server_now: float, seconds: float) -> None:
        """Begin a permit at the moment of the server's answer, which was `server_now` there."""
        seconds = min(seconds, _LONGEST)
        self.valid_until = server_now + seconds
        self._over = time.monotonic() + seconds + _MARGIN

    def wait(self, sleep: Callable[[float], None] = time.sleep) -> None:
        """Wait until nothing that was sent under it can be begun any more."""
        sleep(max(0.0, self._over - time.monotonic()))
