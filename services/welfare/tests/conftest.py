"""Fixtures of welfare: the service on a Monday in June, and a union in it."""

import pytest

from services.welfare.tests.scene import Union


@pytest.fixture
def welfare(service_of, frozen_clock):
    frozen_clock.at("2026-06-29T14:06")
    return service_of("welfare")


@pytest.fixture
def union(welfare):
    return Union(welfare)
