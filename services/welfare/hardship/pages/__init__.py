"""The pages of hardship: one's own (own), the files (keeping), the committee's voices (reviewing)."""

from services.welfare.hardship.wording import WORDS
from services.welfare.wording import listed
from shared.kit.pages import Pages

pages = Pages("hardship")


@pages.context_processor
def _words() -> dict[str, object]:
    return {"words": {**WORDS, "listed": listed}}


from services.welfare.hardship.pages import keeping, own, reviewing  # noqa: E402, F401  (they hang their views here)
