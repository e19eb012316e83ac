"""The code on the door's screen: signed, of one activity, and new every half minute.

A photograph of it sent to the staff room is worth nothing a few minutes later; those who had to sign in
first still have the time for it.
"""

import base64
import hashlib
import hmac
import uuid

from services.events.activities.models import Activity
from shared.kit import clock

STEP_SECONDS = 30
STEPS_VALID = 10
_MAC_BYTES = 17  # with the 16 of the id a multiple of three: no padding in the address


def code_now(activity: Activity) -> str:
    """The token that the door shows at this moment."""
    return _token(activity, _step_now())


def is_fresh(activity: Activity, token: str) -> bool:
    """Whether the token was shown within the last five minutes."""
    step = _step_now()
    # Every candidate is compared, so that the time taken tells nothing.
    recent = (_token(activity, step - back) for back in range(STEPS_VALID))
    matches = [hmac.compare_digest(token.encode(), candidate.encode()) for candidate in recent]
    return any(matches)


def activity_of(token: str) -> str | None:
    """The activity that a token claims to be of; None if it is no token at all."""
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii"))
    except ValueError:
        return None
    return str(uuid.UUID(bytes=raw[:16])) if len(raw) == 16 + _MAC_BYTES else None


def _step_now() -> int:
    return int(clock.now().timestamp()) // STEP_SECONDS


def _token(activity: Activity, step: int) -> str:
    said = f"{activity.id}:{step}".encode()
    mac = hmac.new(activity.door_secret.encode(), said, hashlib.sha256).digest()[:_MAC_BYTES]
    return base64.urlsafe_b64encode(uuid.UUID(activity.id).bytes + mac).decode()
