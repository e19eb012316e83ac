"""Outsiders install the contracts alone: the wheel holds all, and needs nothing that it does not name."""

import re
import shutil
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest

from shared.contracts.promises import HERE

ASK = """
import importlib.util, sys
from shared.contracts.envelope import read
from shared.contracts.promises import published, samples
from shared.contracts.registry import all_events
for cls in all_events():
    assert published(cls.type).exists()
    for body in samples(cls.type):
        cls.read(read(body).data)
assert not any(importlib.util.find_spec(name) for name in ("flask", "sqlalchemy", "pika", "apispec", "shared.kit"))
print(len(all_events()))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Built from a copy, since a build leaves its folders beside the sources."""
    source = tmp_path_factory.mktemp("source") / "contracts"
    shutil.copytree(
        HERE, source, ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info", "tests")
    )
    build = "from setuptools.build_meta import build_wheel; build_wheel('dist')"
    subprocess.run([sys.executable, "-c", build], cwd=source, check=True, capture_output=True)
    return next((source / "dist").glob("unionhall_contracts-*.whl"))


def needed(name, seen):
    """The distributions that `name` needs, itself included."""
    if name in seen:
        return
    seen.add(name)
    for requirement in distribution(name).requires or ():
        if "extra ==" not in requirement:
            needed(re.match(r"[\w.-]+", requirement)[0], seen)


def test_it_works_in_an_environment_that_holds_only_what_it_names(wheel, tmp_path):
    home = tmp_path / "env"
    venv.create(home, with_pip=False)
    site = next(home.glob("lib/python*/site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    metadata = next(site.glob("unionhall_contracts-*.dist-info/METADATA")).read_text("utf-8")
    names = set()
    for requirement in re.findall(r"^Requires-Dist: ([\w.-]+)(?!.*extra)", metadata, re.MULTILINE):
        needed(requirement, names)
    # Copied from here rather than downloaded: the test needs no network.
    for name in names:
        for file in distribution(name).files or ():
            if ".." not in file.parts and "__pycache__" not in file.parts:
                (site / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file.locate(), site / file)
    answer = subprocess.run(
        [home / "bin/python", "-I", "-c", ASK], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    assert int(answer.stdout) == len(list(Path(HERE / "published").glob("*.v*.json")))
