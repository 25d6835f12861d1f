"""The knobs about files: where they are kept, and what may be uploaded."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, DirectoryPath, Field

from killrvideo.settings.fields import AddressField, FilesField, Preset, WebhookSecretField, lower


class MediaSettings(BaseModel):
    # Where files are kept
    media_url: FilesField | None = Field(
        None,
        description="Where uploads and what is made of them are kept: `file:///folder`, "
        "`s3://bucket/prefix`, `gs://bucket/prefix` or `az://container/prefix`; "
        "otherwise in the folder `media` of `data_dir`. "
        "Credentials come from the variables of the cloud's own tools, such as `AWS_ACCESS_KEY_ID`.",
    )
    media_endpoint: AddressField | None = Field(
        None,
        description="Address of a server that speaks the protocol of S3, Google or Azure, such as MinIO, "
        "in place of the cloud's. Exports to a bucket go there too.",
    )
    media_plain_http: bool = Field(False, description="Whether files may travel without TLS.")
    media_connect_seconds: float = Field(
        5, gt=0, le=300, description="What connecting to the object store may take."
    )
    media_request_seconds: float = Field(
        30,
        gt=0,
        le=3600,
        description="What one try of one request to the object store may take; it moves 8 MiB at most.",
    )
    media_tries: int = Field(3, ge=1, le=20, description="How often such a request is tried.")

    # How it is watched
    player_assets: DirectoryPath | None = Field(
        None,
        description="Folder with the player page's `hls.min.js`; otherwise `share/killrvideo/player` in the "
        "Python environment, where `make` puts it. Without the file a browser plays what it can by itself.",
    )

    # What may be uploaded
    upload_largest_mb: int = Field(
        4096, ge=1, le=1_000_000, description="Megabytes (of 1,048,576 bytes) of the largest file."
    )
    upload_quota_mb: int = Field(
        20_480, ge=1, le=100_000_000, description="Megabytes of all files of one account."
    )
    upload_leaves_mb: int = Field(
        256,
        ge=0,
        le=100_000_000,
        description="Megabytes that uploads, and what is made of them, leave free on the disk, where files "
        "are in a folder.",
    )
    uploads_at_once: int = Field(
        50,
        ge=1,
        le=1000,
        description="Uploads of one account that are on their way at once, or complete and to be joined.",
    )
    upload_chunks_at_once: int = Field(
        32,
        ge=20,
        le=10_000,
        description="Chunks that one process takes in at once, of one account a third of them; each needs "
        "24 MB of memory at most: all 32 together 768 MB.",
    )

    # How it is processed
    scratch_dir: Path | None = Field(
        None,
        description="Where files are while they are worked on; `scratch` in `data_dir` by default. "
        "It needs room for a few of the largest.",
    )
    ffmpeg: Path | None = Field(
        None, description="The ffmpeg to work with; otherwise the one that comes with us as a package."
    )
    transcode_highest: int = Field(
        1080, ge=144, le=4320, description="The shorter side of the largest stream, in pixels."
    )
    transcode_preset: Annotated[Preset, BeforeValidator(lower)] = Field(
        "veryfast",
        description="How much work goes into streams, in x264's words: slower presets make smaller files "
        "of the same look. The same on all machines that share the work, or each makes the others' groups "
        "anew.",
    )
    transcode_threads: int | None = Field(
        None,
        ge=1,
        le=12,
        description="Threads of each encoder and decoder; by default half more than there are processors, "
        "12 at most: more do not fit into the memory that a tool may take.",
    )
    heavy_jobs: int = Field(
        1,
        ge=0,
        le=64,
        description="Jobs of one process at once that keep processors busy: pictures, streams, captions. "
        "0 leaves them to `killrvideo worker`.",
    )

    # Who is told
    webhook_url: AddressField | None = Field(
        None,
        description="Address that is told of each published video, by a POST as Standard Webhooks have it.",
    )
    webhook_secret: WebhookSecretField | None = Field(
        None,
        description="What such messages are signed with; needed where there is an address. "
        "`whsec_` and then 24 to 64 bytes in Base64, as receivers are given it, too: "
        "`echo whsec_$(openssl rand -base64 32)` makes one.",
    )
