"""Reading what ffmpeg writes to ``-progress`` while it works."""

from killrvideo.service_interfaces.progress import Told

ARGUMENTS = ("-nostats", "-stats_period", "0.5", "-progress", "pipe:1")
LONGEST = 4096


class Progress:
    """Takes the lines ``key=value`` in whatever pieces they come."""

    def __init__(self, key: str, total: float, told: Told) -> None:
        """``key`` counts up to ``total``: ``frame``, or ``out_time_us`` in microseconds."""
        self._key = key.encode()
        self._total = max(1.0, total)
        self._told = told
        self._rest = b""

    def take(self, data: bytes) -> None:
        *lines, rest = (self._rest + data).split(b"\n")
        self._rest = rest[-LONGEST:]
        for line in lines:
            key, _, value = line.strip().partition(b"=")
            if key == self._key and value.strip().isdigit():
                self._told(min(1.0, int(value) / self._total))
