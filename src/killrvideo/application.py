"""The front desk: all features as one frozen object, which the API and the workers are handed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from killrvideo.domain.events import RequestKey
from killrvideo.features.access import Access
from killrvideo.features.accounts import Accounts
from killrvideo.features.activity import ActivityLog
from killrvideo.features.answers import Answers
from killrvideo.features.captions import CaptionDesk
from killrvideo.features.comments import Comments
from killrvideo.features.embedding import Embedding
from killrvideo.features.experiments import ExperimentControl, ExperimentDesk, Outcomes
from killrvideo.features.flags import Flags
from killrvideo.features.hiding import Hiding
from killrvideo.features.housekeeping import Housekeeping
from killrvideo.features.learning import Learning
from killrvideo.features.limits import Limits
from killrvideo.features.moderation import Moderation
from killrvideo.features.operator import Operator
from killrvideo.features.overview import Overview
from killrvideo.features.passage_search import PassageSearch
from killrvideo.features.passages import PassageUpkeep
from killrvideo.features.pictures import Pictures
from killrvideo.features.playback import Playback
from killrvideo.features.processing import Processing, Retranslating, StepRunner
from killrvideo.features.purge import Purge
from killrvideo.features.ratings import Ratings
from killrvideo.features.recommendations import Recommendations
from killrvideo.features.scratch import ScratchUpkeep
from killrvideo.features.search import Search
from killrvideo.features.sessions import Sessions
from killrvideo.features.streams import Streams
from killrvideo.features.transfer import Transfer
from killrvideo.features.translations import Translations
from killrvideo.features.uploads import Uploads
from killrvideo.features.videos import Videos
from killrvideo.service_interfaces.experiments import Experiments


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    access: Access
    accounts: Accounts
    activity: ActivityLog
    answers: Answers
    captions: CaptionDesk
    comments: Comments
    embedding: Embedding
    experiment_control: ExperimentControl
    experiments: ExperimentDesk
    flags: Flags
    hiding: Hiding
    housekeeping: Housekeeping
    learning: Learning
    limits: Limits
    moderation: Moderation
    operator: Operator
    outcomes: Outcomes
    overview: Overview
    passage_search: PassageSearch
    passages: PassageUpkeep
    pictures: Pictures
    playback: Playback
    processing: Processing
    purge: Purge
    ratings: Ratings
    recommendations: Recommendations
    retranslating: Retranslating
    scratch: ScratchUpkeep
    search: Search
    sessions: Sessions
    streams: Streams
    transfer: Transfer
    steps: StepRunner
    translations: Translations
    uploads: Uploads
    videos: Videos
    variants: Experiments
    """Which arm of an experiment somebody gets."""
    done_before: Callable[[RequestKey], Awaitable[UUID | None]]
    """What an idempotency key made earlier, if it was used."""
    generation: Callable[[], int | None]
    """A number that changes with every commit of any process; None where the store cannot tell."""
    check: Callable[[], Awaitable[None]]
    """Returns when the house can serve; raises Unavailable."""
    tend: Callable[[], Awaitable[None]]
    """What the store does for itself now and then."""
