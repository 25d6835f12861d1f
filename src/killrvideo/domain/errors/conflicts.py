"""The state of the thing forbids it."""

from killrvideo.domain.errors.refusal import Refusal


class Conflict(Refusal):
    code = "conflict"
    title = "The present state does not allow this"


class EmailTaken(Conflict):
    code = "email_taken"
    title = "There is already an account with this e-mail address"


class AlreadySubmitted(Conflict):
    code = "already_submitted"
    title = "You have already submitted this video"


class VideoNotReady(Conflict):
    code = "video_not_ready"
    title = "This video is not ready yet"


class NothingToRetry(Conflict):
    code = "nothing_to_retry"
    title = "Only a video whose processing has failed can be retried"


class BlobExists(Conflict):
    code = "blob_exists"
    title = "There is a file of this name already"


class RemovedByModeration(Conflict):
    code = "removed_by_moderation"
    title = "A moderator removed this; only a moderator can restore it"


class NotDeleted(Conflict):
    code = "not_deleted"
    title = "This is not deleted, so there is nothing to restore"


class NotRemovedByModeration(Conflict):
    code = "not_removed_by_moderation"
    title = "No moderator has removed this"


class AlreadyFlagged(Conflict):
    code = "already_flagged"
    title = "You have an open flag on this already"


class FlagResolved(Conflict):
    code = "flag_resolved"
    title = "This flag is already resolved"


class FlagTransition(Conflict):
    code = "flag_transition"
    title = "A flag cannot move that way"


class LastModerator(Conflict):
    code = "last_moderator"
    title = "This is the last moderator"


class AccountStateConflict(Conflict):
    code = "account_state_conflict"
    title = "The account is not in a state that allows this"


class ExperimentExists(Conflict):
    code = "experiment_exists"
    title = "There is an experiment of this key already"


class ExperimentFixed(Conflict):
    code = "experiment_fixed"
    title = "What is compared stays as it is once the experiment has started"


class ExperimentTransition(Conflict):
    code = "experiment_transition"
    title = "An experiment cannot move that way"


class OffsetMismatch(Conflict):
    code = "offset_mismatch"
    title = "The upload is not where this chunk begins; ask for its offset"


class UploadTaken(Conflict):
    """What came until then is kept."""

    code = "upload_taken"
    title = "A later request goes on with this upload; ask for its offset"
