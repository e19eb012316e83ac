"""Who may sign in as whom, and the keys that sign what they carry afterwards."""

from datetime import datetime

from sqlalchemy import Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.members.base import Base
from shared.kit import clock
from shared.kit.database import Id, Json, UTCDateTime
from shared.kit.encryption import encrypted


class Account(Base):
    """A person's way in. There is one at most; without a row the person has not signed in yet."""

    __tablename__ = "account"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id, index=True)
    person_id: Mapped[str] = mapped_column(Id, unique=True)
    login: Mapped[str] = mapped_column(String(60), unique=True)  # normalised: see passwords.normal_login
    password_hash: Mapped[str] = mapped_column(String(200))
    password_changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    last_sign_in_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    totp_sealed: Mapped[str | None] = mapped_column(Text)
    totp_since: Mapped[datetime | None] = mapped_column(UTCDateTime)  # none while it is only offered
    totp_last_step: Mapped[int | None] = mapped_column(Integer)  # a code is good for one sign-in

    totp_secret = encrypted("totp_sealed")

    @property
    def has_second_factor(self) -> bool:
        return self.totp_since is not None


class RecoveryCode(Base):
    """Stands in once for the authenticator app of somebody who lost the phone."""

    __tablename__ = "recovery_code"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    account_id: Mapped[str] = mapped_column(Id, index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class FirstUseSlip(Base):
    """A printed slip with a one-time code (首次登录条); its code is known to the paper alone."""

    __tablename__ = "first_use_slip"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id, index=True)
    person_id: Mapped[str] = mapped_column(Id, index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    suggested_login: Mapped[str] = mapped_column(String(60))
    issued_by: Mapped[str | None] = mapped_column(Id)
    issued_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    def is_open(self) -> bool:
        return self.used_at is None and clock.now() < self.expires_at


class SignInFailures(Base):
    """How often somebody got it wrong lately, by account and by address; both as keyed hashes."""

    __tablename__ = "sign_in_failures"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
    since: Mapped[datetime] = mapped_column(UTCDateTime)


class SigningKey(Base):
    """A key that signs tokens (ES256). Its public half travels to every service; this half never leaves."""

    __tablename__ = "signing_key"
    id: Mapped[str] = mapped_column(Id, primary_key=True)  # the token's `kid`
    private_sealed: Mapped[str | None] = mapped_column(Text)  # gone once retired
    public_jwk: Mapped[dict[str, str]] = mapped_column(Json)
    valid_from: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    retired_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    private_pem = encrypted("private_sealed")
