"""Fixtures of the whole project: see shared/kit/testing/fixtures.py."""

from hypothesis import settings

pytest_plugins = ["shared.kit.testing.fixtures"]

# A slow or busy machine is no fault of the code under test; speed is measured in bench/.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
