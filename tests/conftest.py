"""What every test needs of the process that it runs in."""

import signal

# Who is started in the background of a shell ignores ctrl+c, and so would all that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)
