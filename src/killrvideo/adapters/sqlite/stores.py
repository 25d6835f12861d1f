"""The stores of the embedded back end that need nothing but the file."""

from killrvideo.adapters.sqlite.accounts import SqliteAccountStore
from killrvideo.adapters.sqlite.activity import SqliteActivityStore
from killrvideo.adapters.sqlite.captions import SqliteCaptionStore
from killrvideo.adapters.sqlite.comments import SqliteCommentStore
from killrvideo.adapters.sqlite.database import Database
from killrvideo.adapters.sqlite.experiments import SqliteExperimentStore
from killrvideo.adapters.sqlite.learned_models import SqliteLearnedModels
from killrvideo.adapters.sqlite.media import SqliteMediaStore
from killrvideo.adapters.sqlite.moderation import SqliteAuditStore, SqliteFlagStore
from killrvideo.adapters.sqlite.outbox import SqliteOutbox
from killrvideo.adapters.sqlite.passages.passages import SqlitePassageIndex
from killrvideo.adapters.sqlite.playback import SqlitePlaybackStore
from killrvideo.adapters.sqlite.ratings import SqliteRatingStore
from killrvideo.adapters.sqlite.removals import SqliteRemovalStore
from killrvideo.adapters.sqlite.search import SqliteSearchIndex
from killrvideo.adapters.sqlite.sessions import SqliteSessionStore
from killrvideo.adapters.sqlite.signs_of_taste import SqliteTasteStore
from killrvideo.adapters.sqlite.uploads import SqliteUploadStore
from killrvideo.adapters.sqlite.vectors.vectors import SqliteVectorIndex
from killrvideo.adapters.sqlite.videos import SqliteVideoStore


class SqliteStores:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.accounts = SqliteAccountStore(self.database)
        self.activity = SqliteActivityStore(self.database)
        self.audit = SqliteAuditStore(self.database)
        self.captions = SqliteCaptionStore(self.database)
        self.comments = SqliteCommentStore(self.database)
        self.experiments = SqliteExperimentStore(self.database)
        self.flags = SqliteFlagStore(self.database)
        self.learned = SqliteLearnedModels(self.database)
        self.media = SqliteMediaStore(self.database)
        self.outbox = SqliteOutbox(self.database)
        self.passages = SqlitePassageIndex(self.database)
        self.playback = SqlitePlaybackStore(self.database)
        self.ratings = SqliteRatingStore(self.database)
        self.removals = SqliteRemovalStore(self.database)
        self.search = SqliteSearchIndex(self.database)
        self.sessions = SqliteSessionStore(self.database)
        self.taste = SqliteTasteStore(self.database)
        self.uploads = SqliteUploadStore(self.database)
        self.vectors = SqliteVectorIndex(self.database)
        self.videos = SqliteVideoStore(self.database)
