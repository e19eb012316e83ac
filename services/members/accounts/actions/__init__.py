"""What can be done with accounts; other features need these few."""

from services.members.accounts.actions.accounts import open_account
from services.members.accounts.actions.slips import Slip, issue_slips

__all__ = ["Slip", "issue_slips", "open_account"]
