"""Names for identities: one UUID type each, so that a comment's id cannot be passed for a video's.

New ids are UUIDv7; imported ones are v1 or v4. Nothing may therefore order by id alone: the order of
every list is ``(instant, id)``.
"""

from typing import NewType
from uuid import UUID

AccountId = NewType("AccountId", UUID)
SessionId = NewType("SessionId", UUID)
VideoId = NewType("VideoId", UUID)
CommentId = NewType("CommentId", UUID)
ViewId = NewType("ViewId", UUID)
UploadId = NewType("UploadId", UUID)
ActivityId = NewType("ActivityId", UUID)
FlagId = NewType("FlagId", UUID)
AuditId = NewType("AuditId", UUID)
EventId = NewType("EventId", UUID)
JobId = NewType("JobId", UUID)
ExperimentId = NewType("ExperimentId", UUID)
