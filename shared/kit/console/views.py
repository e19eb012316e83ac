"""The doors of the console, for one service."""

from types import SimpleNamespace

from shared.kit.console.api import api_of
from shared.kit.console.pages import pages_of


def views_of(service: str) -> SimpleNamespace:
    """The API and the pages."""
    return SimpleNamespace(api=api_of(service), pages=pages_of(service))
