"""Every request that writes."""

from dataclasses import replace

from tests.crash.place import Place
from tests.crash.scene import PASSWORD
from tests.crash.write_paths import WritePath, request

COMMENT = "/videos/{video}/comments/{viewer's comment}"
NEWCOMER = {"firstName": "New", "lastName": "Comer", "email": "new@example.com", "password": PASSWORD}
SUBMISSION = {"youtubeUrl": "https://youtu.be/rain-or-sun", "tags": ["rain"]}
WATCHED = {"watch_duration_seconds": 7}
SPAM = {"contentType": "comment", "contentId": "{nuisance's comment}", "reasonCode": "spam"}
APPROVED = {"status": "approved", "moderatorNotes": "Much too wet"}
WHY = {"reason": "Rain all day", "hideContent": True}
SIGN_IN = {"email": "viewer@example.com", "password": PASSWORD}
REFRESH = {"grant_type": "refresh_token", "refresh_token": "{refresh token of viewer}"}
EXPERIMENT = {"key": "colour", "arms": [{"name": "old"}, {"name": "new"}]}
NEW_PASSWORD = {"currentPassword": PASSWORD, "newPassword": "a new password"}

ACCOUNTS = (
    request(
        "accounts.register",
        "POST /users/register",
        body=NEWCOMER,
        again=201,
        keyed=True,
        # Tokens are kept nowhere, so a repeat signs in anew.
        renewed=("accounts", "sessions", "refresh_tokens"),
    ),
    request("accounts.edit", "PUT /users/me", "viewer", {"firstName": "Ann"}, again=200),
    request("accounts.change_password", "PUT /users/me/password", "viewer", NEW_PASSWORD, again=403),
    request("accounts.erase", "DELETE /users/me", "leaver", again=401),
    request("sessions.sign_in", "POST /users/login", body=SIGN_IN, again=200),
    request("sessions.refresh", "POST /users/token", form=REFRESH, again=200),
    request("sessions.close", "POST /users/logout", "viewer", again=401),
)
VIDEOS = (
    request("videos.submit", "POST /videos", "viewer", SUBMISSION, again=202, keyed=True),
    request("videos.edit", "PUT /videos/{video}", "creator", {"title": "Sun", "tags": ["sun"]}, again=200),
    request(
        "videos.edit",
        "PUT /videos/{video}",
        "moderator",
        {"description": "Wet"},
        again=200,
        name="videos.edit by a moderator",
    ),
    request("videos.delete", "DELETE /videos/{video}", "creator", again=404),
    request(
        "videos.delete", "DELETE /videos/{video}", "moderator", again=204, name="videos.delete by a moderator"
    ),
    request("videos.restore", "POST /videos/{deleted video}/restore", "creator", again=409),
    request("videos.retry", "POST /videos/{failed video}/retry", "creator", again=409),
    request("playback.view", "POST /videos/{video}/view", "viewer", again=204, keyed=True),
    request(
        "playback.view", "POST /videos/{video}/view", again=204, keyed=True, name="playback.view unnamed"
    ),
    request(
        "playback.watch_time", "POST /videos/{video}/watch-time", "viewer", WATCHED, again=204, keyed=True
    ),
    request(
        "recommendations.ingest",
        "POST /reco/ingest",
        "creator",
        {"videoId": "{video}", "vector": [0.5] * 384},
        again=202,
        keyed=True,
    ),
)


async def bring_captions(place: Place) -> None:
    await place.bring_captions()
    await place.town.settle()


CAPTIONS = (
    WritePath(name="captions.put", units=frozenset({"captions.put"}), act=Place.bring_captions, again=200),
    replace(
        request("captions.remove", "DELETE /videos/{video}/captions/en", "creator", again=404),
        arrange=bring_captions,
    ),
)
REACTIONS = (
    request(
        "comments.post", "POST /videos/{video}/comments", "viewer", {"text": "Dry!"}, again=201, keyed=True
    ),
    request("comments.edit", f"PUT {COMMENT}", "viewer", {"text": "Wet?"}, again=200),
    request("comments.delete", f"DELETE {COMMENT}", "viewer", again=404),
    request(
        "comments.delete", f"DELETE {COMMENT}", "moderator", again=404, name="comments.delete by a moderator"
    ),
    request("ratings.rate", "POST /videos/{video}/ratings", "nuisance", {"rating": 1}, again=200, keyed=True),
    request(
        "ratings.rate",
        "POST /videos/{video}/rating",
        "viewer",
        {"rating": 1},
        again=204,
        keyed=True,
        name="ratings.rate anew",
    ),
    request("ratings.withdraw", "DELETE /videos/{video}/ratings", "viewer", again=204),
)
MODERATION = (
    request("flags.report", "POST /flags", "viewer", SPAM, again=201, keyed=True),
    request("flags.read_reason", "POST /moderation/flags/{flag}/reason", "admin", again=200),
    request("flags.move", "POST /moderation/flags/{flag}/action", "moderator", APPROVED, again=409),
    request(
        "flags.move",
        "PATCH /videos/{video}/flags/{comment flag}",
        "moderator",
        APPROVED,
        again=409,
        name="flags.move on a comment",
    ),
    request(
        "access.assign_moderator", "POST /moderation/users/{viewer}/assign-moderator", "admin", again=200
    ),
    request(
        "access.revoke_moderator", "POST /moderation/users/{moderator}/revoke-moderator", "admin", again=200
    ),
    request("access.suspend", "POST /moderation/users/{nuisance}/suspend", "moderator", WHY, again=409),
    request("access.reinstate", "POST /moderation/users/{suspended}/reinstate", "moderator", again=409),
    request(
        "moderation.restore_video", "POST /moderation/videos/{removed video}/restore", "moderator", again=409
    ),
    request(
        "moderation.restore_comment",
        "POST /moderation/comments/{removed comment}/restore",
        "moderator",
        again=409,
    ),
)

EXPERIMENTS = (
    request("experiments.create", "POST /experiments", "admin", EXPERIMENT, again=201, keyed=True),
    request("experiments.change", "PUT /experiments/recommender", "admin", {"state": "running"}, again=200),
)

REQUESTS: tuple[WritePath, ...] = (*ACCOUNTS, *VIDEOS, *CAPTIONS, *REACTIONS, *MODERATION, *EXPERIMENTS)
