"""What is asked for is absent, or hidden from this reader."""

from killrvideo.domain.errors.refusal import Refusal


class NotFound(Refusal):
    code = "not_found"
    title = "There is nothing here"


class VideoNotFound(NotFound):
    code = "video_not_found"
    title = "There is no such video"


class CommentNotFound(NotFound):
    code = "comment_not_found"
    title = "There is no such comment"


class AccountNotFound(NotFound):
    code = "account_not_found"
    title = "There is no such account"


class FlagNotFound(NotFound):
    code = "flag_not_found"
    title = "There is no such flag"


class SourceNotFound(NotFound):
    code = "source_not_found"
    title = "YouTube has no such public video"


class BlobNotFound(NotFound):
    code = "blob_not_found"
    title = "There is no such file"


class ExperimentNotFound(NotFound):
    code = "experiment_not_found"
    title = "There is no such experiment"


class CaptionsNotFound(NotFound):
    code = "captions_not_found"
    title = "The video has no captions in this language"


class UploadNotFound(NotFound):
    code = "upload_not_found"
    title = "There is no such upload, or it has expired"


class PictureNotFound(NotFound):
    code = "picture_not_found"
    title = "There is no such picture of the video"


class StreamNotFound(NotFound):
    code = "stream_not_found"
    title = "There is no such stream of the video, or no such file of it"
