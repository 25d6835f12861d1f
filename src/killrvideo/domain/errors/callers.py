"""Who is asking may not, or is not known."""

from killrvideo.domain.errors.refusal import Refusal


class NotSignedIn(Refusal):
    code = "not_signed_in"
    title = "Sign in first"


class WrongCredentials(NotSignedIn):
    code = "wrong_credentials"
    title = "The e-mail address or the password is wrong"


class NotAllowed(Refusal):
    code = "not_allowed"
    title = "You may not do this"


class MissingScope(NotAllowed):
    code = "missing_scope"
    title = "Your account or token lacks a permission for this"


class AccountSuspended(NotAllowed):
    code = "account_suspended"
    title = "This account is suspended"


class WrongPassword(NotAllowed):
    code = "wrong_password"
    title = "The current password is wrong"


class UploadIsFinal(NotAllowed):
    code = "upload_is_final"
    title = "This upload takes no more chunks"
