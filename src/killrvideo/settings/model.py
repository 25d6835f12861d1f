"""Every knob, with its default, its bounds and what it does. `sources.py` says where values come from.

Those about files, and about what is made of them, stand in `media.py`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, FilePath, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from killrvideo.settings.fields import (
    AddressField,
    HostsField,
    KeysField,
    NetworksField,
    OriginsField,
    Quota,
    QuotaField,
    RolesField,
    ServersField,
    lower,
)
from killrvideo.settings.language import ModelField, ModelSetting
from killrvideo.settings.media import MediaSettings
from killrvideo.settings.safety import weakness_of
from killrvideo.settings.speech import SpeechSettings

PREFIX = "KILLRVIDEO_"
TOGETHER = (
    ("TLS_CERT", "TLS_KEY"),
    ("KAFKA_USERNAME", "KAFKA_PASSWORD"),
    ("WEBHOOK_URL", "WEBHOOK_SECRET"),
    ("ANSWER_URL", "ANSWER_MODEL"),
    ("TRANSLATION_URL", "TRANSLATION_MODEL"),
)
"""What makes no sense without the other."""


class Settings(MediaSettings, SpeechSettings, BaseSettings):
    """Cannot exist with values that are unsafe for its environment."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    # Where it runs
    environment: Literal["development", "production"] = Field(
        "development", description="`production` refuses to start with unsafe settings."
    )
    data_dir: Path = Field(Path("var"), description="Folder of everything that is kept.")
    host: str = Field("127.0.0.1", min_length=1, description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes any that is free.")
    tls_cert: FilePath | None = Field(None, description="Certificate chain (PEM) to serve HTTPS with.")
    tls_key: FilePath | None = Field(None, description="Private key (PEM) of `tls_cert`.")
    trusted_proxies: NetworksField = Field(
        (),
        description="Addresses or networks, with commas between, whose `X-Forwarded-For` is believed.",
    )
    allowed_origins: OriginsField = Field(
        (), description="Origins, with commas between, whose pages may call the API (CORS); `*` for all."
    )
    max_body_bytes: int = Field(1024 * 1024, ge=1024, description="Largest request body, in bytes.")
    workers: bool = Field(True, description="Whether this process also does jobs and reacts to events.")

    # What it says of itself
    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(lower)] = Field(
        "info", description="The least important lines that are logged."
    )
    log_format: Literal["auto", "json", "console"] = Field(
        "auto", description="`auto` is `console` on a terminal and `json` elsewhere."
    )

    # Who gets in
    signing_keys: KeysField = Field(
        (),
        description="Keys of access tokens as `id:secret`, with commas between. The first signs, all verify. "
        "Development makes one of its own, kept in `data_dir`; production needs 32 bytes or more.",
    )
    token_issuer: str = Field("killrvideo", min_length=1, description="The `iss` of access tokens.")
    token_audience: str = Field("killrvideo-api", min_length=1, description="The `aud` of access tokens.")
    access_token_hours: float = Field(8, gt=0, le=24 * 365, description="How long an access token is good.")
    refresh_token_days: float = Field(30, gt=0, le=3650, description="How long one stays signed in.")
    registration_roles: RolesField = Field(
        ("viewer", "creator"),
        description="Roles of a new account, with commas between; a closed site gives `viewer` only.",
    )
    argon2_memory_kib: int = Field(19 * 1024, ge=8, description="Memory for hashing one password, in KiB.")
    argon2_time: int = Field(2, ge=1, description="Passes over that memory.")
    argon2_parallelism: int = Field(1, ge=1, description="Lanes in that memory.")
    hashing_threads: int = Field(2, ge=1, le=64, description="Passwords that are hashed at the same time.")

    # How much one caller may ask, as requests/seconds
    rate_limits: bool = Field(True, description="`off` lifts all limits on rates: for tests and load runs.")
    quota_read: QuotaField = Field(Quota(6000, 60), description="Reads of one caller.")
    quota_write: QuotaField = Field(Quota(600, 60), description="Writes of one caller.")
    quota_stream: QuotaField = Field(
        Quota(60000, 60), description="Files of streams for one caller, or all behind one network address."
    )
    quota_register: QuotaField = Field(Quota(20, 3600), description="New accounts from one address.")
    quota_login: QuotaField = Field(
        Quota(10, 900), description="Failed sign-ins for one e-mail address from one network address."
    )
    quota_upload: QuotaField = Field(Quota(6000, 60), description="Chunks of files sent by one account.")
    quota_submit: QuotaField = Field(Quota(60, 3600), description="Videos submitted by one account.")

    # YouTube
    youtube_base_url: AddressField = Field(
        "https://www.youtube.com", description="Where oEmbed is asked for titles."
    )
    youtube_api_base_url: AddressField = Field(
        "https://www.googleapis.com", description="Where the YouTube Data API is asked, if there is a key."
    )
    youtube_api_key: SecretStr | None = Field(
        None, description="Key of the YouTube Data API, which knows descriptions, tags and durations."
    )
    youtube_captions_url: AddressField | None = Field(
        None,
        description="Where captions of YouTube's videos are to be had, as `/{id}/{language}.vtt` below this "
        "address, which may be private: YouTube itself gives them to a video's owner alone.",
    )
    youtube_timeout_seconds: float = Field(
        5, gt=0, le=60, description="What asking YouTube about one video, or fetching a thumbnail, may take."
    )
    processing_tries: int = Field(
        4, ge=1, le=20, description="How often a step of processing is tried before the video is in ERROR."
    )
    job_lease_seconds: float = Field(
        30,
        ge=1,
        le=3600,
        description="How long a job whose worker died waits for another; a worker that lives renews it.",
    )

    # Where everything is kept
    store: Annotated[Literal["sqlite", "cassandra"], BeforeValidator(lower)] = Field(
        "sqlite",
        description="`sqlite` is a file in `data_dir`; `cassandra` is Apache Cassandra 5 or Astra DB.",
    )
    cassandra_hosts: HostsField = Field(
        ("127.0.0.1",), description="Nodes to ask first, with commas between; they tell of the others."
    )
    cassandra_port: int = Field(9042, ge=1, le=65535, description="Port of all nodes.")
    cassandra_keyspace: str = Field(
        "killrvideo",
        pattern="^[a-z][a-z0-9_]{0,47}$",
        description="Keyspace of all tables. It is made unless it is there; in Astra DB make it yourself.",
    )
    cassandra_datacenter: str = Field(
        "datacenter1", min_length=1, description="The datacenter that this process asks."
    )
    cassandra_replicas: int = Field(
        1, ge=1, le=9, description="Copies of everything, where the keyspace is still to be made: 3 is usual."
    )
    cassandra_username: str | None = Field(None, description="Who signs in; `token` for Astra DB.")
    cassandra_password: SecretStr | None = Field(
        None, description="With what; for Astra DB an application token."
    )
    cassandra_bundle: FilePath | None = Field(
        None, description="Secure connect bundle of an Astra database, in place of hosts and port. Untested."
    )
    cassandra_timeout_seconds: float = Field(
        4, gt=0, le=60, description="What one answer of Cassandra may take before the reader gets a 503."
    )

    # How events travel
    events: Annotated[Literal["in-process", "kafka"], BeforeValidator(lower)] = Field(
        "in-process",
        description="`in-process`: every process reads them in the store; `kafka`: through Apache Kafka.",
    )
    kafka_servers: ServersField = Field(
        ("127.0.0.1:9092",),
        description="Brokers to ask first, as `host:port`, with commas between; they tell of the others.",
    )
    kafka_prefix: str = Field(
        "killrvideo",
        pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$",
        description="What the names of all topics and consumer groups begin with.",
    )
    kafka_partitions: int = Field(8, ge=1, le=1000, description="Partitions of a topic that is made.")
    kafka_replicas: int = Field(
        1, ge=1, le=9, description="Copies of a topic that is made: 3 is usual in a cluster."
    )
    kafka_tls: bool = Field(
        False, description="Whether brokers are spoken to by TLS, with the system's authorities. Untested."
    )
    kafka_username: str | None = Field(None, description="Who signs in at the brokers. Untested.")
    kafka_password: SecretStr | None = Field(None, description="With what.")
    kafka_sasl: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        "SCRAM-SHA-512", description="How one signs in; `PLAIN` for most services that others run."
    )
    metrics: bool = Field(
        False, description="Whether `/metrics` tells anybody who asks, in Prometheus's text format."
    )

    # What is kept, how safely and how long
    durability: Literal["full", "normal", "off"] = Field(
        "full",
        description="`full` survives a power cut, `normal` a crash of the process; "
        "`off`, for throw-away data, neither.",
    )
    reader_threads: int = Field(2, ge=1, le=64, description="Threads for searches and long lists.")
    retention_days: float = Field(
        30, ge=0, le=36500, description="How long what was deleted can be restored, before it is purged."
    )
    outbox_days: float = Field(7, gt=0, le=3650, description="How long handled events are kept.")
    idempotency_hours: float = Field(
        24, gt=0, le=24 * 365, description="How long an `Idempotency-Key` is remembered."
    )
    failpoint: str | None = Field(
        None, description="For tests: the point at which the process kills itself. Refused in production."
    )

    # Which models read and write texts
    embedding_model: ModelField = Field(
        ModelSetting("packaged"),
        description="What says which texts are about the same: `packaged`; a folder such as `./models/e5` "
        "or a hub's id such as `intfloat/multilingual-e5-small@main`, both in the ONNX format; an address in "
        "the manner of OpenAI's API such as `https://api.example.org/v1?model=name&dimension=1536`; "
        "or `off`. A hub's id, too, takes `?dimension=` unless its vectors have 384 numbers. "
        "See `docs/models.md`.",
    )
    embedding_former: ModelField | None = Field(
        None,
        description="The model of earlier vectors, written alike: searches are answered from them until "
        "all are made anew. Not needed for `packaged`.",
    )
    embedding_api_key: SecretStr | None = Field(
        None,
        description="Key for the address of `embedding_model`, and of `embedding_former` on the same host.",
    )
    embedding_timeout_seconds: float = Field(
        10, gt=0, le=300, description="What one question to such an address may take, all its tries included."
    )
    embedding_threads: int = Field(
        2, ge=1, le=64, description="Batches of texts that this process embeds at the same time."
    )
    embedding_cache: int = Field(
        10_000, ge=0, le=10_000_000, description="Vectors of texts that are kept in memory: 2 kB each."
    )
    search_meaning_seconds: float = Field(
        1,
        gt=0,
        le=60,
        description="How long a search waits for the model and the vectors; then words alone answer it.",
    )
    search_meaning_weight: float = Field(
        0.7,
        ge=0,
        le=1,
        description="How much meaning counts beside words in a hybrid search, in what lacks some of the "
        "words. Tuned for the packaged model.",
    )
    search_least_similarity: float = Field(
        0.2,
        ge=-1,
        lt=1,
        description="The cosine up to which a video has nothing to do with a query. Tuned for the packaged "
        "model; others have another: for those of the E5 family about 0.75.",
    )
    answer_url: AddressField | None = Field(
        None,
        description="Where answers are written, in the manner of OpenAI's chat completions, such as "
        "`https://api.example.org/v1`. Otherwise they are put together from what the videos say.",
    )
    answer_model: str | None = Field(None, min_length=1, description="The name of the model there.")
    answer_api_key: SecretStr | None = Field(None, description="The key for it.")
    answer_timeout_seconds: float = Field(
        20, gt=0, le=300, description="What one answer may take, all its tries included."
    )

    # What is recommended
    recommendation_seconds: float = Field(
        1,
        gt=0,
        le=60,
        description="How long one way of recommending may take before the next, simpler one answers.",
    )
    learning_hours: float = Field(
        24,
        gt=0,
        le=24 * 365,
        description="How long after recommendations were learned they are learned anew, from ratings and "
        "views.",
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        faults = [*self._contradictions(), *(self._dangers() if self.environment == "production" else ())]
        if faults:
            raise ValueError("\n".join(faults))
        return self

    def _contradictions(self) -> list[str]:
        faults = [
            f"{PREFIX}{one} and {PREFIX}{other} go together: set both or neither."
            for one, other in TOGETHER
            if (getattr(self, one.lower()) is None) != (getattr(self, other.lower()) is None)
        ]
        if (self.media_endpoint or "").startswith("http://") and not self.media_plain_http:
            faults.append(
                f"{PREFIX}MEDIA_ENDPOINT has no TLS; if that is meant, set {PREFIX}MEDIA_PLAIN_HTTP."
            )
        if self.argon2_memory_kib < 8 * self.argon2_parallelism:
            faults.append(f"{PREFIX}ARGON2_MEMORY_KIB must be 8 for each lane of {PREFIX}ARGON2_PARALLELISM.")
        return faults

    def _dangers(self) -> list[str]:
        """What development tolerates and production must not start with."""
        faults = []
        if not self.signing_keys:
            faults.append(
                f"{PREFIX}SIGNING_KEYS is empty. Give at least one key, as id:secret; "
                "`openssl rand -base64 32` makes a good secret."
            )
        for key in self.signing_keys:
            weakness = weakness_of(key.secret.get_secret_value())
            if weakness:
                faults.append(f"{PREFIX}SIGNING_KEYS: the secret of key '{key.kid}' {weakness}.")
        if self.kafka_username is not None and not self.kafka_tls:
            faults.append(f"{PREFIX}KAFKA_USERNAME without {PREFIX}KAFKA_TLS: others could listen.")
        for name, address in self._keys_of_models():
            if address.startswith("http://"):
                faults.append(f"{PREFIX}{name} would travel without TLS: others could listen.")
        if self.failpoint is not None:
            faults.append(f"{PREFIX}FAILPOINT is set: it is for tests only.")
        if self.durability == "off":
            faults.append(f"{PREFIX}DURABILITY is off: a crash would lose what was acknowledged.")
        return faults

    def _keys_of_models(self) -> Iterator[tuple[str, str]]:
        """Each key that is set, and the address that it is sent to."""
        if self.embedding_api_key is not None:
            yield "EMBEDDING_API_KEY", self.embedding_model.place
        if self.answer_api_key is not None:
            yield "ANSWER_API_KEY", self.answer_url or ""
        if self.translation_api_key is not None:
            yield "TRANSLATION_API_KEY", self.translation_url or ""
