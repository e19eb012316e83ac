"""The pages of gifts: rounds and their steps (rounds), handing out (handing), one's own (own), the year (greetings)."""

from services.welfare.gifts.wording import WORDS
from shared.kit.pages import Pages

pages = Pages("gifts")


@pages.context_processor
def _words() -> dict[str, object]:
    return {"words": WORDS}


from services.welfare.gifts.pages import greetings, handing, own, rounds  # noqa: E402, F401  (they hang their views here)
