"""Pages of the union's money."""

from shared.kit.pages import Pages

pages = Pages("funds")

from services.welfare.funds.pages import budget, home, ledger, receipts, rules  # noqa: E402

__all__ = ["budget", "home", "ledger", "pages", "receipts", "rules"]
