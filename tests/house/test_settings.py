"""Settings are read, explained, and refused when they are wrong or unsafe."""

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from killrvideo.settings.model import PREFIX, Settings
from killrvideo.settings.sources import SettingsError, load_settings

Load = Callable[..., Settings]

GOOD_SECRET = "uJ7dXq2mPz9LwT4rBvN8sKcY5hGf3aEo"
WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PRODUCTION = {"ENVIRONMENT": "production", "SIGNING_KEYS": f"2026:{GOOD_SECRET}"}


@pytest.fixture(autouse=True)
def _only_these_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(PREFIX + field.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Load:
    def load_with(**environment: str) -> Settings:
        for name, value in environment.items():
            monkeypatch.setenv(PREFIX + name, value)
        return load_settings()

    return load_with


def faults(load: Load, **environment: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as refused:
        load(**environment)
    return refused.value.lines


def test_nothing_needs_to_be_set_in_development(load: Load) -> None:
    settings = load()

    assert settings.environment == "development"
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.data_dir == Path("var")
    assert settings.durability == "full"


def test_every_setting_says_what_it_does() -> None:
    silent = [name for name, field in Settings.model_fields.items() if not field.description]

    assert silent == []


def test_the_environment_goes_before_the_env_file(load: Load) -> None:
    Path(".env").write_text(f"{PREFIX}PORT=9001\n{PREFIX}HOST=127.0.0.9\nOTHER=1\n{PREFIX}UNKNOWN=1\n")

    settings = load(PORT="9002")

    assert (settings.host, settings.port) == ("127.0.0.9", 9002)


def test_arguments_go_before_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}PORT", "9002")

    assert load_settings({"port": 9003}).port == 9003


def test_an_empty_variable_means_the_default(load: Load) -> None:
    settings = load(YOUTUBE_API_KEY="", PORT="")

    assert settings.youtube_api_key is None
    assert settings.port == 8000


def test_an_unreadable_env_file_is_explained(load: Load) -> None:
    Path(".env").write_bytes(b"\xff\xfe\x00")

    assert faults(load) == (".env cannot be read as a list of NAME=value in UTF-8.",)


@pytest.mark.parametrize(("word", "meaning"), [("on", True), ("off", False), ("true", True), ("0", False)])
def test_switches_are_words(load: Load, word: str, meaning: bool) -> None:
    assert load(RATE_LIMITS=word).rate_limits is meaning


def test_a_quota_is_requests_in_seconds(load: Load) -> None:
    quota = load(QUOTA_READ=" 100 / 7 ").quota_read

    assert (quota.requests, quota.seconds) == (100, 7)
    assert str(quota) == "100/7"


def test_lists_have_commas(load: Load) -> None:
    settings = load(
        TRUSTED_PROXIES="10.1.2.3/8, ::1,",
        ALLOWED_ORIGINS="https://videos.example.org,http://localhost:3000",
        REGISTRATION_ROLES="viewer",
    )

    assert settings.trusted_proxies == ("10.0.0.0/8", "::1/128")
    assert settings.allowed_origins == ("https://videos.example.org", "http://localhost:3000")
    assert settings.registration_roles == ("viewer",)


def test_signing_keys_keep_their_order_and_may_contain_colons(load: Load) -> None:
    keys = load(SIGNING_KEYS="new:a:b, old:c").signing_keys

    assert [(key.kid, key.secret.get_secret_value()) for key in keys] == [("new", "a:b"), ("old", "c")]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "many", "valid integer"),
        ("PORT", "70000", "less than or equal to 65535"),
        ("ENVIRONMENT", "prod", "'development' or 'production'"),
        ("LOG_LEVEL", "loud", "'debug'"),
        ("QUOTA_LOGIN", "10", "requests/seconds"),
        ("QUOTA_LOGIN", "0/60", "requests/seconds"),
        ("TRUSTED_PROXIES", "*", "'*' does not appear to be"),
        ("ALLOWED_ORIGINS", "videos.example.org", "is not an origin"),
        ("ALLOWED_ORIGINS", "https://videos.example.org/", "is not an origin"),
        ("REGISTRATION_ROLES", "admin", "'viewer' or 'creator'"),
        ("REGISTRATION_ROLES", ",", "names no role"),
        ("SIGNING_KEYS", "x:1,x:2", "same id"),
        ("YOUTUBE_BASE_URL", "ftp://example.org", "is not an address"),
        ("TLS_CERT", "nowhere.pem", "does not point to a file"),
        ("DURABILITY", "half", "'full', 'normal' or 'off'"),
        ("MEDIA_URL", "/srv/media", "such as file:///folder"),
        ("MEDIA_URL", "https://example.org/media", "s3://bucket/prefix"),
        ("MEDIA_URL", "s3://key:secret@bucket", "s3://bucket/prefix"),
        ("MEDIA_REQUEST_SECONDS", "0", "greater than 0"),
    ],
)
def test_a_wrong_value_is_explained_by_its_variable(load: Load, name: str, value: str, said: str) -> None:
    (line,) = faults(load, **{name: value})

    assert line.startswith(f"{PREFIX}{name}: ")
    assert said in line


def test_all_wrong_values_are_told_at_once(load: Load) -> None:
    lines = faults(load, PORT="x", DURABILITY="y", QUOTA_READ="z")

    assert [line.split(":")[0].removeprefix(PREFIX) for line in lines] == ["PORT", "QUOTA_READ", "DURABILITY"]


def test_a_refusal_never_repeats_a_secret(load: Load) -> None:
    with pytest.raises(SettingsError) as refused:
        load(SIGNING_KEYS=f"good:{GOOD_SECRET},{GOOD_SECRET}")

    assert GOOD_SECRET not in str(refused.value)
    assert refused.value.__cause__ is None


def test_settings_show_no_secrets(load: Load) -> None:
    settings = load(SIGNING_KEYS=f"good:{GOOD_SECRET}", YOUTUBE_API_KEY="AIza-very-private")

    shown = repr(settings) + str(settings) + settings.model_dump_json()

    assert GOOD_SECRET not in shown
    assert "AIza-very-private" not in shown


def test_half_a_tls_pair_is_refused(load: Load, tmp_path: Path) -> None:
    (tmp_path / "cert.pem").touch()

    (line,) = faults(load, TLS_CERT="cert.pem")

    assert "TLS_KEY" in line


def test_files_travel_without_tls_only_where_that_is_said(load: Load) -> None:
    (line,) = faults(load, MEDIA_ENDPOINT="http://127.0.0.1:9000")

    assert "MEDIA_PLAIN_HTTP" in line
    settings = load(MEDIA_ENDPOINT="http://127.0.0.1:9000", MEDIA_PLAIN_HTTP="on")
    assert settings.media_endpoint == "http://127.0.0.1:9000"


def test_too_little_memory_for_the_lanes_is_refused(load: Load) -> None:
    (line,) = faults(load, ARGON2_MEMORY_KIB="8", ARGON2_PARALLELISM="2")

    assert "ARGON2_MEMORY_KIB" in line


def test_production_starts_with_good_keys(load: Load) -> None:
    assert load(**PRODUCTION).environment == "production"


def test_production_refuses_everything_unsafe_in_one_go(load: Load) -> None:
    lines = faults(load, ENVIRONMENT="production", FAILPOINT="videos.submit:committed", DURABILITY="off")

    assert [line.split()[0].removeprefix(PREFIX) for line in lines] == [
        "SIGNING_KEYS",
        "FAILPOINT",
        "DURABILITY",
    ]


def test_development_tolerates_what_production_refuses(load: Load) -> None:
    settings = load(FAILPOINT="videos.submit:committed", DURABILITY="off", SIGNING_KEYS="a:short")

    assert settings.failpoint == "videos.submit:committed"


@pytest.mark.parametrize(
    ("secret", "said"),
    [
        (GOOD_SECRET[:31], "fewer than 32 bytes"),
        ("Please-Change-Me-uJ7dXq2mPz9LwT4rBvN8", "'change'"),
        ("my-super-SECRET-uJ7dXq2mPz9LwT4rBvN8", "'secret'"),
        ("a" * 40, "repeats itself"),
        ("0123456789abcdef" * 3, "repeats itself"),
        ("abcabcabdabcabcabcabdabcabcabdaabc", "repeats itself"),
    ],
)
def test_production_refuses_a_weak_key_without_showing_it(load: Load, secret: str, said: str) -> None:
    (line,) = faults(load, ENVIRONMENT="production", SIGNING_KEYS=f"first:{GOOD_SECRET},second:{secret}")

    assert "'second'" in line
    assert said in line
    assert secret not in line


@pytest.mark.parametrize(("name", "value"), [("PRESET", "placebo"), ("THREADS", "0"), ("THREADS", "13")])
def test_what_no_encoder_could_work_with_is_refused(load: Load, name: str, value: str) -> None:
    [fault] = faults(load, **{f"TRANSCODE_{name}": value})
    assert f"{PREFIX}TRANSCODE_{name}" in fault


def test_the_secret_of_webhooks_is_what_its_base64_spells(load: Load) -> None:
    """The example of Standard Webhooks 1.0.0."""
    settings = load(WEBHOOK_URL="https://hooks.example.org", WEBHOOK_SECRET=WEBHOOK_SECRET)
    assert settings.webhook_secret is not None
    assert settings.webhook_secret.get_secret_value() == base64.b64decode(WEBHOOK_SECRET[6:])
    assert WEBHOOK_SECRET[6:] not in repr(settings)


@pytest.mark.parametrize(
    "secret",
    [
        "known to both of us and nobody else",
        "whsec_known to both of us and nobody else",
        WEBHOOK_SECRET[6:],
        WEBHOOK_SECRET[:-1] + "-",
        "whsec_",
        "whsec_" + base64.b64encode(bytes(23)).decode(),
        "whsec_" + base64.b64encode(bytes(65)).decode(),
    ],
)
def test_another_secret_of_webhooks_is_refused_with_how_to_make_one(load: Load, secret: str) -> None:
    [fault] = faults(load, WEBHOOK_URL="https://hooks.example.org", WEBHOOK_SECRET=secret)
    assert f"{PREFIX}WEBHOOK_SECRET" in fault
    assert "`echo whsec_$(openssl rand -base64 32)` makes one" in fault
    assert len(secret) <= len("whsec_") or secret not in fault
