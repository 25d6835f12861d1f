"""The features, each with what it needs."""

from datetime import timedelta

from killrvideo.adapters.credentials import JwtSigner, Secrets, SigningKey
from killrvideo.adapters.demo_catalogue import DemoCatalogue
from killrvideo.adapters.learning.trainer import LocalTrainer
from killrvideo.adapters.limits import InMemoryRateLimiter, NoRateLimiter
from killrvideo.application import Application
from killrvideo.bootstrap.foundations import Foundations
from killrvideo.bootstrap.language import comparer_of, sentiment_of
from killrvideo.bootstrap.steps import plan_of, works_of
from killrvideo.bootstrap.stores import keys_kept
from killrvideo.domain.access import Role
from killrvideo.domain.fusion import Balance
from killrvideo.domain.limits import RatePolicy, RouteClass
from killrvideo.domain.upload_limits import UploadLimits
from killrvideo.domain.uploads import MEGABYTE
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
from killrvideo.features.housekeeping import Housekeeping, HouseMarks
from killrvideo.features.learning import Learning
from killrvideo.features.limits import Limits
from killrvideo.features.moderation import Moderation
from killrvideo.features.operator import Operator
from killrvideo.features.overview import DemoAccount, Overview
from killrvideo.features.passage_search import PassageSearch
from killrvideo.features.passages import PassageUpkeep
from killrvideo.features.pictures import Pictures
from killrvideo.features.playback import Playback
from killrvideo.features.processing import Processing, Retranslating, StepQueue, StepRunner
from killrvideo.features.purge import Purge, Retention
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
from killrvideo.service_interfaces.catalogue import Row
from killrvideo.service_interfaces.meaning import Meaning
from killrvideo.service_interfaces.passage_finding import PassageFinder
from killrvideo.settings.model import Settings


def application_of(settings: Settings, on: Foundations, keys: list[SigningKey]) -> Application:
    storage, clock, ids = on.storage, on.clock, on.ids
    limits = _limits(settings, on)
    retention = timedelta(days=settings.retention_days)
    sessions = _sessions(settings, on, keys, limits)
    roles = [Role(role) for role in settings.registration_roles]
    sentiment = sentiment_of(on.embeddings)
    queue = StepQueue(storage, clock, ids)
    meaning = Meaning(storage, on.embeddings, seconds=settings.search_meaning_seconds)
    balance = Balance(settings.search_meaning_weight, settings.search_least_similarity)
    experiment_control = ExperimentControl(storage, clock, ids, on.experiments)
    passages = PassageFinder(storage, on.embeddings)
    return Application(
        access=Access(storage, clock, ids),
        accounts=Accounts(storage, clock, ids, on.hasher, sessions, limits, roles),
        activity=ActivityLog(storage, clock),
        answers=Answers(passages, on.answers, comparer_of(on.embeddings)),
        captions=CaptionDesk(storage, clock, ids, on.embeddings),
        comments=Comments(storage, clock, ids, sentiment),
        embedding=Embedding(storage, clock, ids, on.embeddings),
        experiment_control=experiment_control,
        experiments=ExperimentDesk(experiment_control),
        flags=Flags(storage, clock, ids),
        hiding=Hiding(storage, clock, ids),
        housekeeping=Housekeeping(
            storage, on.blobs, clock, HouseMarks(storage.holdings, on.blobs, clock, ids)
        ),
        learning=Learning(
            storage, clock, ids, LocalTrainer(), every=timedelta(hours=settings.learning_hours)
        ),
        limits=limits,
        moderation=Moderation(storage, clock, ids),
        operator=Operator(storage, clock, ids, on.hasher),
        outcomes=Outcomes(storage),
        overview=Overview(storage, _demo_accounts(settings)),
        passage_search=PassageSearch(passages, storage.search),
        passages=PassageUpkeep(storage, on.embeddings),
        pictures=Pictures(storage, on.blobs),
        playback=Playback(storage, clock, ids),
        processing=Processing(storage, clock, queue),
        purge=Purge(storage, clock, ids, _retention(settings, retention)),
        ratings=Ratings(storage, clock, ids),
        recommendations=Recommendations(
            storage, clock, on.embeddings, on.experiments, seconds=settings.recommendation_seconds
        ),
        retranslating=Retranslating(storage, clock, queue, wanted=bool(settings.translation_languages)),
        scratch=ScratchUpkeep(storage, clock, on.scratch),
        search=Search(storage, meaning, on.experiments, balance),
        sessions=sessions,
        streams=Streams(storage, on.blobs),
        transfer=Transfer(storage, clock, ids, on.hasher, sentiment),
        steps=StepRunner(storage, clock, queue, plan_of(settings), works_of(settings, on), on.scratch),
        translations=Translations(storage, on.translator, kept=settings.translations_kept),
        uploads=Uploads(storage, on.blobs, clock, ids, limits, _upload_limits(settings)),
        videos=Videos(storage, clock, ids, on.source, retention, on.embeddings),
        variants=on.experiments,
        done_before=storage.done_before,
        generation=storage.generation,
        check=storage.check,
        tend=storage.tend,
    )


def _upload_limits(settings: Settings) -> UploadLimits:
    return UploadLimits(
        largest=settings.upload_largest_mb * MEGABYTE,
        quota=settings.upload_quota_mb * MEGABYTE,
        open_at_once=settings.uploads_at_once,
        chunks_at_once=settings.upload_chunks_at_once,
        left_free=settings.upload_leaves_mb * MEGABYTE,
    )


def _sessions(settings: Settings, on: Foundations, keys: list[SigningKey], limits: Limits) -> Sessions:
    signer = JwtSigner(keys, issuer=settings.token_issuer, audience=settings.token_audience)
    return Sessions(
        on.storage,
        on.clock,
        on.ids,
        on.hasher,
        signer,
        Secrets(),
        limits,
        access_lifetime=timedelta(hours=settings.access_token_hours),
        refresh_lifetime=timedelta(days=settings.refresh_token_days),
    )


def _limits(settings: Settings, on: Foundations) -> Limits:
    policies = _policies(settings)
    if not settings.rate_limits:
        return Limits(policies, NoRateLimiter(), NoRateLimiter())
    return Limits(policies, on.storage.limits, InMemoryRateLimiter(on.clock))


def _policies(settings: Settings) -> dict[RouteClass, RatePolicy]:
    quotas = {
        RouteClass.READ: settings.quota_read,
        RouteClass.WRITE: settings.quota_write,
        RouteClass.REGISTER: settings.quota_register,
        RouteClass.LOGIN: settings.quota_login,
        RouteClass.SUBMIT: settings.quota_submit,
        RouteClass.UPLOAD: settings.quota_upload,
        RouteClass.STREAM: settings.quota_stream,
        RouteClass.TRANSLATE: settings.quota_translate,
    }
    return {kind: RatePolicy(kind, quota.requests, quota.seconds) for kind, quota in quotas.items()}


def _retention(settings: Settings, content: timedelta) -> Retention:
    longest_window = max(policy.window for policy in _policies(settings).values())
    return Retention(
        content=content,
        events=timedelta(days=settings.outbox_days),
        request_keys=keys_kept(settings),
        request_counts=timedelta(seconds=2 * longest_window),
    )


def _demo_accounts(settings: Settings) -> list[DemoAccount]:
    """Shown on the front page, but never by a site in production."""
    if settings.environment == "production":
        return []
    catalogue = DemoCatalogue()
    accounts = [row.entry for row in catalogue.accounts() if isinstance(row, Row)]
    accounts.sort(key=lambda account: len(account.all_roles))
    return [
        DemoAccount(account.all_roles[-1], account.email, catalogue.passwords[account.id])
        for account in accounts
        if account.id in catalogue.passwords
    ]
