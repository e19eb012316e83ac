"""The references beside the code say what the code does."""

from shared.kit import references


def test_openapi_settings_and_rights_are_up_to_date() -> None:
    assert references.stale() == [], "run ./dev references"
