"""What the build makes, how heavy it is, and what it refuses."""

import gzip
import json
import re
import subprocess
from pathlib import Path

import pytest

from shared.kit.web import build
from shared.kit.web.gallery import create_app

FIRST_VISIT = 150_000
NEXT_PAGE = 30_000

pytestmark = pytest.mark.usefixtures("built_pages")


def test_nothing_is_done_when_nothing_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".stamp").write_text(build.stamp())
    monkeypatch.setattr(build, "BUILD", tmp_path)
    monkeypatch.setattr(build, "stamp", (tmp_path / ".stamp").read_text)
    monkeypatch.setattr(build.subprocess, "run", None)
    assert build.build() is False


def test_a_first_visit_weighs_little_and_the_next_less() -> None:
    client = create_app().test_client()
    html = client.get("/gallery/home").text
    page = len(gzip.compress(html.encode()))
    addresses = set(re.findall(r'(?:src|href)="(/static/[^"#]+)', html))
    files = [client.get(address, headers={"Accept-Encoding": "gzip"}) for address in addresses]
    assert all("immutable" in file.headers["Cache-Control"] for file in files)
    assert page + sum(len(file.data) for file in files) <= FIRST_VISIT
    assert page <= NEXT_PAGE


def test_tabler_is_cut_to_what_pages_use() -> None:
    css = (build.BUILD / "app.css").read_text()
    assert ".form-select" in css and ".mt-3" in css
    assert ".carousel" not in css and ".ribbon" not in css


def test_scripts_are_of_a_kind_that_older_browsers_read() -> None:
    script = (build.BUILD / "app.js").read_text()
    assert "??" not in script and "this.#" not in script and "static{" not in script


def test_an_unknown_icon_stops_the_build_and_leaves_the_last_one(tmp_path: Path) -> None:
    folder = tmp_path / "services" / "welfare" / "visits" / "templates" / "visits"
    folder.mkdir(parents=True)
    (tmp_path / "shared" / "kit").mkdir(parents=True)
    (folder / "list.html").write_text("{{ ui.icon('no-such-thing') }}{{ ui.icon('home') }}")
    before = (build.BUILD / "icons.svg").read_bytes()
    done = subprocess.run(
        [*build.node(), "build.mjs"], cwd=build.WEB, env={"UNIONHALL_ROOT": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert (
        "no icon is called 'no-such-thing' (services/welfare/visits/templates/visits/list.html)"
        in done.stderr
    )
    assert (build.BUILD / "icons.svg").read_bytes() == before


def test_the_lock_names_exact_versions_and_no_registry() -> None:
    lock = (build.WEB / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    packages = json.loads((build.WEB / "package.json").read_text())
    wanted = packages["dependencies"] | packages["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
