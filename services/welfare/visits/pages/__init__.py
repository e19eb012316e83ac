"""The pages of visits: whose they are (reading), the visit itself (completing), and what may change (changing)."""

from services.welfare.visits.wording import WORDS
from shared.kit.pages import Pages

pages = Pages("visits")


@pages.context_processor
def _words() -> dict[str, object]:
    return {"words": WORDS}


from services.welfare.visits.pages import changing, completing, reading  # noqa: E402, F401  (they hang their views here)
