"""The steps of an import: take a roster in, check it, commit it, undo it; each step survives a kill."""

from services.members.imports.actions.steps import JOB, step
from services.members.imports.actions.taking import discard, drop_row, mend_row, take
from services.members.imports.actions.turning import CannotUndo, commit, preventing, undo

__all__ = [
    "JOB",
    "CannotUndo",
    "commit",
    "discard",
    "drop_row",
    "mend_row",
    "preventing",
    "step",
    "take",
    "undo",
]
