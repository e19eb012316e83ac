"""The pages of aid: one's own (own), what officers do (keeping)."""

from services.welfare.aid.wording import WORDS
from shared.kit.pages import Pages

pages = Pages("aid")


@pages.context_processor
def _words() -> dict[str, object]:
    return {"words": WORDS}


from services.welfare.aid.pages import keeping, own  # noqa: E402, F401  (they hang their views here)
