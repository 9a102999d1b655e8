"""How any program talks to the Shipway daemon: the client, the wire types and the errors."""
