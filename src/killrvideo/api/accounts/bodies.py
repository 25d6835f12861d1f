"""How people are spelled: what clients send and read of them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, AliasChoices, Field
from pydantic_core import PydanticCustomError

from killrvideo.api.answers import Answer, Body
from killrvideo.api.text import NOT_BLANK, Text
from killrvideo.domain.access import Caller, Role
from killrvideo.domain.accounts import (
    EMAIL_LONGEST,
    NAME_LONGEST,
    PASSWORD_LENGTHS,
    Account,
    AccountStatus,
)
from killrvideo.service_interfaces.signing_in import SignedIn


def _email(raw: str) -> str:
    """The address as it was spelled, if mail could reach it. Test domains are as good as any."""
    try:
        valid = validate_email(raw.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as invalid:
        reason = str(invalid).removesuffix(".")
        raise PydanticCustomError(
            "email", "this is not a usable e-mail address: {reason}", {"reason": reason}
        ) from None
    return valid.original


Name = Annotated[Text, Field(min_length=1, max_length=NAME_LONGEST, json_schema_extra=NOT_BLANK)]
Email = Annotated[
    Text,
    Field(
        max_length=EMAIL_LONGEST,
        description="Unique, whatever its case.",
        examples=["ann@example.com"],
        json_schema_extra={"format": "email"},
    ),
    AfterValidator(_email),
]
NewPassword = Annotated[
    Text,
    Field(
        min_length=PASSWORD_LENGTHS.start,
        max_length=PASSWORD_LENGTHS.stop - 1,
        description="Any characters at all.",
        examples=["correct horse battery"],
        json_schema_extra={"format": "password"},
    ),
]
PresentPassword = Annotated[Text, Field(json_schema_extra={"format": "password"})]


class UserCreateRequest(Body):
    """`firstname` and `lastname` are understood as well: deployed clients send them."""

    firstName: Annotated[Name, Field(validation_alias=AliasChoices("firstName", "firstname"))]
    """Not only blanks."""
    lastName: Annotated[Name, Field(validation_alias=AliasChoices("lastName", "lastname"))]
    """Not only blanks."""
    email: Email
    password: NewPassword


class UserCreateResponse(Answer):
    """The new user is signed in at once."""

    firstName: str
    lastName: str
    email: str
    userId: UUID
    token: str
    """What to send as `Authorization: Bearer`."""
    refreshToken: str
    """What to send to `users_token` for the next one."""


class UserProfileUpdateRequest(Body):
    """What is absent or null stays as it is."""

    firstName: Name | None = None
    """Not only blanks."""
    lastName: Name | None = None
    """Not only blanks."""


class PasswordChangeRequest(Body):
    currentPassword: PresentPassword
    """A wrong one is refused with 403."""
    newPassword: NewPassword


class User(Answer):
    userId: UUID
    firstName: str
    lastName: str
    email: Annotated[str, Field(json_schema_extra={"format": "email"})] | None
    """Null to others than the user and moderators."""
    createdDate: datetime
    accountStatus: AccountStatus
    lastLoginDate: datetime | None
    """Null to others than the user and moderators, and before the first sign-in."""
    roles: list[Role]
    """With those that each role includes, lowest first."""


class ErasureAccepted(Answer):
    userId: UUID
    status: Literal["accepted"] = "accepted"
    message: str = (
        "Profile, credentials and sessions are gone. Videos and comments are hidden, and will be removed "
        "for good after the retention time; ratings and views stay as counts without a name."
    )


def created(signed_in: SignedIn) -> UserCreateResponse:
    account = signed_in.account
    return UserCreateResponse(
        firstName=account.first_name,
        lastName=account.last_name,
        email=account.email,
        userId=account.id,
        token=signed_in.access_token,
        refreshToken=signed_in.refresh_token,
    )


def in_full(account: Account) -> User:
    return _user(account, account.email, account.last_login_at)


def as_read_by(caller: Caller, account: Account) -> User:
    """In full for the user and for moderators, without address and last sign-in for others."""
    return in_full(account) if account.confides_in(caller) else _user(account, None, None)


def _user(account: Account, email: str | None, last_login_at: datetime | None) -> User:
    return User(
        userId=account.id,
        firstName=account.first_name,
        lastName=account.last_name,
        email=email,
        createdDate=account.created_at,
        accountStatus=account.status,
        lastLoginDate=last_login_at,
        roles=list(account.all_roles),
    )
