"""`./dev admin` speaks to what runs: the databases of `./dev up`, not empty ones of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy import processes
from shared.kit.testing.services import until

Asked = tuple[list[str], dict[str, str]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Asked]:
    """What a command would be started with."""
    monkeypatch.setattr(processes, "HOME", tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def ask(*words: str) -> Asked:
        calls: list[Asked] = []
        monkeypatch.setattr(os, "execve", lambda _path, command, env: calls.append((command, env)))
        processes.main(["admin", *words])
        return calls[0]

    return ask


def test_nothing_runs_and_the_settings_are_those_given(asked: Callable[..., Asked]) -> None:
    command, environment = asked("welfare", "dead")
    assert command[1:] == ["-m", "shared.kit.run", "welfare", "dead"]
    assert environment == dict(os.environ)


def test_what_up_started_is_asked_with_its_own_secrets(asked: Callable[..., Asked], tmp_path: Path) -> None:
    waits = "import sys; sys.stdin.read()"
    standing = [sys.executable, "-c", waits, "deploy.processes", "8123"]
    with subprocess.Popen(standing, stdin=subprocess.PIPE) as supervisor:
        (tmp_path / "pid").write_text(str(supervisor.pid))
        until(processes._supervisor)  # its words are known a moment after it began
        _, environment = asked("welfare", "dead")
        assert environment["DATABASE_URL_FILE"] == f"{tmp_path}/secrets/welfare_database_url"
        assert environment["PUBLIC_URL"] == "http://localhost:8123"
