"""What the server did to its disk, call by call, and which disks a power cut could have left.

A disk surely holds what was synced: a file's content at its last fsync or fdatasync, and the folder's names at
the folder's last fsync. Of all that came later any part may be there, to the single sector.
"""

import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path

# As in disk.c.
HEAD = struct.Struct("=iiiIIIq")
SECTOR = 512
FOLDER = "."

# Whether one thing that was not synced is on the disk all the same.
Chance = Callable[[], bool]
Image = dict[str, bytes]


class Kind(IntEnum):
    """As in disk.c."""

    CREATED = 1
    WROTE = 2
    CUT = 3
    SYNC_BEGINS = 4
    SYNC_ENDS = 5
    UNLINKED = 6
    SENT = 7


@dataclass(frozen=True)
class Call:
    """`offset`: where was written, or the length that was cut to. `file`: its number in the process."""

    kind: Kind
    process: int
    file: int
    offset: int
    name: str
    data: bytes


class Recorder:
    """Where a server writes down what it does; `environ` makes it do so."""

    def __init__(self, library: Path, instance: Path) -> None:
        self._file = instance.parent / "record"
        self._file.touch()
        self.environ = {
            "LD_PRELOAD": str(library),
            "FAULT_FOLDER": str(instance),
            "FAULT_RECORD": str(self._file),
        }

    def calls(self) -> list[Call]:
        content = self._file.read_bytes()
        calls, at = [], 0
        while at < len(content):
            kind, process, file, name_length, data_length, _, offset = HEAD.unpack_from(content, at)
            at += HEAD.size
            name = content[at : at + name_length].decode()
            data = content[at + name_length : at + name_length + data_length]
            at += name_length + data_length
            calls.append(Call(Kind(kind), process, file, offset, name, data))
        return calls


@dataclass
class File:
    """`synced`: what the disk surely holds. `pending`: what was done since, in order."""

    synced: bytes = b""
    pending: list[Call] = field(default_factory=list)
    syncing: int = 0

    def content(self, chance: Chance) -> bytes:
        """What may be on the disk: of the pending writes those sectors that chance says."""
        content = bytearray(self.synced)
        for call in self.pending:
            if call.kind is Kind.CUT:
                if chance():
                    del content[call.offset :]
                    content.extend(bytes(call.offset - len(content)))
                continue
            for start in _sector_starts(call.offset, len(call.data)):
                if chance():
                    piece = call.data[max(start - call.offset, 0) : start + SECTOR - call.offset]
                    begin = max(start, call.offset)
                    content.extend(bytes(max(begin + len(piece) - len(content), 0)))
                    content[begin : begin + len(piece)] = piece
        return bytes(content)


def _sector_starts(offset: int, length: int) -> range:
    return range(offset - offset % SECTOR, offset + length, SECTOR)


class Disk:
    """A folder as its disk sees it, fed with the calls one by one."""

    def __init__(self, files: Image) -> None:
        self._now = {name: File(content) for name, content in files.items()}
        self._synced_names = dict(self._now)

    def see(self, call: Call) -> None:
        match call.kind:
            case Kind.CREATED:
                self._now[call.name] = File()
            case Kind.UNLINKED:
                del self._now[call.name]
            case Kind.WROTE | Kind.CUT:
                self._now[call.name].pending.append(call)
            case Kind.SYNC_BEGINS if call.name != FOLDER:
                file = self._now[call.name]
                file.syncing = len(file.pending)
            case Kind.SYNC_ENDS if call.name == FOLDER:
                self._synced_names = dict(self._now)
            case Kind.SYNC_ENDS:
                file = self._now[call.name]
                done = File(file.synced, file.pending[: file.syncing])
                file.synced, file.pending = done.content(lambda: True), file.pending[file.syncing :]

    def image(self, chance: Chance) -> Image:
        """One disk that a power cut now could leave."""
        image = {}
        for name in sorted(self._now.keys() | self._synced_names.keys()):
            now, synced = self._now.get(name), self._synced_names.get(name)
            file = now if now is synced or chance() else synced
            if file is not None:
                image[name] = file.content(chance)
        return image


def answers(calls: Sequence[Call]) -> Iterator[tuple[int, bytes]]:
    """(number of the call that sent its first byte, body) of every HTTP answer with 200."""
    begun: dict[tuple[int, int], tuple[int, bytes]] = {}
    for number, call in enumerate(calls):
        connection = call.process, call.file
        if call.kind is not Kind.SENT:
            continue
        if call.data.startswith(b"HTTP/1.1 "):
            begun[connection] = number, b""
        if connection not in begun:
            continue
        first, sent = begun[connection]
        begun[connection] = first, sent + call.data
        head, end, body = (sent + call.data).partition(b"\r\n\r\n")
        if end and len(body) >= _length(head):
            del begun[connection]
            if head.startswith(b"HTTP/1.1 200 "):
                yield first, body


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0
