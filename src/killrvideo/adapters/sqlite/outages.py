"""What SQLite's failures mean to a reader: the store cannot serve now, and why, in one sentence."""

import apsw

from killrvideo.domain.errors import Unavailable

SENTENCES: dict[type[apsw.Error], str] = {
    apsw.BusyError: "The store is busy: another process holds its write lock. Try again in a moment.",
    apsw.LockedError: "The store is busy: a table is locked. Try again in a moment.",
    apsw.ProtocolError: "The store is busy: too many processes open it at once. Try again in a moment.",
    apsw.FullError: "The disk that holds the store is full; nothing was written.",
    apsw.IOError: "The disk that holds the store failed to read or write.",
    apsw.NoMemError: "There is not enough memory to use the store.",
    apsw.CantOpenError: "The store's file cannot be opened.",
    apsw.PermissionsError: "The store's file may not be used by this process.",
    apsw.ReadOnlyError: "The store's file is read-only; nothing was written.",
    apsw.NotADBError: "The store's file is not a SQLite database.",
    apsw.CorruptError: "The store's file is damaged; restore it from a backup.",
    apsw.ConnectionClosedError: "The store is closed.",
}

OUTAGES = tuple(SENTENCES)
"""For ``except``: errors that are nobody's mistake in the code."""


def unavailable(error: apsw.Error) -> Unavailable:
    """The refusal that stands for one of `OUTAGES`, or for a commit that failed."""
    refusal = Unavailable(SENTENCES.get(type(error), "The store failed; nothing was written."))
    refusal.__cause__ = error
    return refusal
