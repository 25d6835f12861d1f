"""The archive of a house: a folder with a file of rows for each kind, and a manifest that vouches for them.

It holds password hashes and what people did: who can read it, can read all of it.
"""

from killrvideo.adapters.house_archive.reading import ArchiveFolder, open_archive
from killrvideo.adapters.house_archive.writing import ArchiveFolderWriter

__all__ = ["ArchiveFolder", "ArchiveFolderWriter", "open_archive"]
