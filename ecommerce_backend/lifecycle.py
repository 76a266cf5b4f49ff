"""Whether this process is about to end."""

from threading import Event

stopping = Event()
