"""Putting a row back as it was, where the verbs of the stores mean the same: said once for all back ends."""

from killrvideo.domain.activity import Activity
from killrvideo.domain.captions import Captions
from killrvideo.domain.comments import Comment
from killrvideo.domain.experiments import Experiment
from killrvideo.domain.exposures import Exposure
from killrvideo.domain.media import Media
from killrvideo.domain.moderation import AuditEntry, Flag
from killrvideo.domain.playback import View, WatchTime
from killrvideo.domain.ratings import Rating
from killrvideo.domain.removals import Removal
from killrvideo.domain.uploads import Part, Upload
from killrvideo.service_interfaces.moving import Holding, KeptAccount, KeptPart, KeptVector, KeptVideo
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.units import UnitOfWork


def put_back(storage: Storage, work: UnitOfWork, row: Holding) -> None:  # noqa: PLR0912, PLR0915 - a table of kinds
    """Adds the row. No event tells of it: what it tells of has happened in another house."""
    match row:
        case KeptAccount():
            storage.accounts.add(work, row.account, row.password_hash)
        case KeptVideo():
            _put_video(storage, work, row)
        case Comment():
            storage.comments.add(work, row)
        case Rating():
            storage.ratings.put(work, row)
        case View():
            storage.playback.add_view(work, row)
        case WatchTime():
            storage.playback.add_watch_time(work, row)
        case Activity():
            storage.activity.add(work, row)
        case Removal():
            storage.removals.add(work, row)
        case Flag():
            storage.flags.add(work, row)
        case AuditEntry():
            storage.audit.add(work, row)
        case KeptVector():
            _put_vector(storage, work, row)
        case Experiment():
            storage.experiments.add(work, row)
        case Exposure():
            storage.experiments.expose(work, row)
        case Captions() | Media() | Upload() | KeptPart():
            _put_of_files(storage, work, row)


def _put_video(storage: Storage, work: UnitOfWork, kept: KeptVideo) -> None:
    storage.videos.add(work, kept.video)
    storage.videos.set_opening_views(work, kept.video.id, kept.opening_views)
    storage.search.put(work, kept.video)


def _put_vector(storage: Storage, work: UnitOfWork, kept: KeptVector) -> None:
    storage.vectors.put(
        work, kept.video_id, kept.model, kept.vector, kept.stored_at, text_digest=kept.text_digest
    )


def _put_of_files(storage: Storage, work: UnitOfWork, row: Captions | Media | Upload | KeptPart) -> None:
    match row:
        case Captions():
            storage.captions.put(work, row)
        case Media():
            storage.media.put(work, row)
        case Upload():
            storage.uploads.add(work, row)
        case KeptPart():
            storage.uploads.put_back(work, row.upload_id, Part(row.start, row.size, row.key))
