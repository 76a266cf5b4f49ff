"""Real programs for tests: servers on free ports, ended by pid."""

import socket


def free_port() -> int:
    """A TCP port on the loopback interface that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
