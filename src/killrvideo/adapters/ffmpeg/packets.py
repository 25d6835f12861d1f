"""Counting what is in a file, packet by packet, without decoding it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream

from killrvideo.adapters.ffmpeg.memory import is_memory_scarce

PACKETS_MOST = 20_000_000
"""Half a day has ten million at most: 240 pictures in a second, and sound."""
LEAP = 3 * 3600.0
"""Seconds that no film stands still for."""


@dataclass(slots=True)
class Seen:
    """Of one stream; times in seconds by the file's clock."""

    packets: int = 0
    start: float = inf
    end: float = -inf
    jump: float = 0.0
    """The furthest that the clock goes back from a packet to the next, or leaps ahead by hours."""
    last: float = -inf
    run: int = 0
    longest_run: int = 0
    """Pictures of which none can be decoded without those before it, at most."""
    key_at: float = inf
    key_gap: float = 0.0
    """The longest time for which there is no key frame, up to the last picture."""

    @property
    def seconds(self) -> float:
        return max(0.0, self.end - self.start)

    def add(self, packet: "Packet[Stream]") -> None:
        unit = float(packet.time_base)
        at = packet.pts if packet.pts is not None else packet.dts
        if at is None or packet.size == 0 or packet.is_discard:
            return
        self.packets += 1
        self.start = min(self.start, at * unit)
        self.end = max(self.end, (at + (packet.duration or 0)) * unit)
        self._lean(at * unit, is_key=packet.is_keyframe)
        if packet.dts is not None:
            self._pass(packet.dts * unit)

    def _lean(self, time: float, *, is_key: bool) -> None:
        """Counts how far back one must go to decode this."""
        self.key_gap = max(self.key_gap, time - self.key_at)
        if is_key:
            self.run, self.key_at = 0, time
        self.run += 1
        self.longest_run = max(self.longest_run, self.run)

    def _pass(self, time: float) -> None:
        """A clock that is set back by more than a minute looks as if it had run through once, in a day."""
        back, ahead = self.last - time, time - self.last
        self.jump = max(self.jump, back, ahead if LEAP < ahead < inf else 0.0)
        self.last = time


def walk(container: InputContainer, streams: Sequence[Stream]) -> dict[int, Seen]:
    """What there is of each stream, up to where the file ends or cannot be read any more."""
    seen = {stream.index: Seen() for stream in streams}
    try:
        for count, packet in enumerate(container.demux(streams)):
            if count > PACKETS_MOST:
                break
            seen[packet.stream_index].add(packet)
    except av.FFmpegError:
        if is_memory_scarce():
            raise MemoryError from None
        # What came before counts; the film ends here.
    return seen
