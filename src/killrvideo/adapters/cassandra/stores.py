"""The stores of the distributed back end that need no other store."""

from killrvideo.adapters.cassandra.accounts.accounts import CassandraAccountStore
from killrvideo.adapters.cassandra.activity import CassandraActivityStore
from killrvideo.adapters.cassandra.comments.comments import CassandraCommentStore
from killrvideo.adapters.cassandra.experiments.experiments import CassandraExperimentStore
from killrvideo.adapters.cassandra.jobs.jobs import CassandraJobQueue
from killrvideo.adapters.cassandra.learned_models import CassandraLearnedModels
from killrvideo.adapters.cassandra.media import CassandraMediaStore
from killrvideo.adapters.cassandra.moderation.audit import CassandraAuditStore
from killrvideo.adapters.cassandra.moderation.moderation import CassandraFlagStore
from killrvideo.adapters.cassandra.sessions.sessions import CassandraSessionStore
from killrvideo.adapters.cassandra.signs_of_taste import CassandraTasteStore
from killrvideo.adapters.cassandra.units.units import Foundation
from killrvideo.adapters.cassandra.uploads import CassandraUploadStore


class CassandraStores:
    def __init__(self, on: Foundation) -> None:
        self.accounts = CassandraAccountStore(on)
        self.activity = CassandraActivityStore(on)
        self.audit = CassandraAuditStore(on)
        self.comments = CassandraCommentStore(on)
        self.experiments = CassandraExperimentStore(on)
        self.flags = CassandraFlagStore(on)
        self.jobs = CassandraJobQueue(on)
        self.learned = CassandraLearnedModels(on)
        self.media = CassandraMediaStore(on)
        self.sessions = CassandraSessionStore(on)
        self.taste = CassandraTasteStore(on)
        self.uploads = CassandraUploadStore(on)
