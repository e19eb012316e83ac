"""Fixtures of the whole project: see shared/kit/testing/fixtures.py."""

pytest_plugins = ["shared.kit.testing.fixtures"]
