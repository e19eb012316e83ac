"""What accounts have to do when a day comes."""

from sqlalchemy.orm import Session

from services.members.accounts.actions import signing_keys
from shared.kit.messages import Received, handles


@handles(signing_keys.DestroyPrivateKey)
def on_destroy_private_key(session: Session, event: Received) -> None:
    signing_keys.destroy_private_half(session, event.data["kid"])
