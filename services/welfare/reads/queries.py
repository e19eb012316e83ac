"""Who looked at a person's sensitive data here: the occasions of visits, files, cases."""

from shared.kit import audit
from shared.kit.access import actor
from shared.kit.audit import AuditEntry
from shared.kit.paging import Keyset


def own_reads() -> Keyset:
    """What others looked at of the asker, or were refused; the latest first."""
    return Keyset(audit.looks_at(str(actor().person_id)), [AuditEntry.at, AuditEntry.id], descending=True)
