"""The table of duties in the reference names features and tests that are there."""

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TABLE = Path(__file__).parents[3] / "docs" / "reference" / "welfare.md"
ROWS = re.findall(
    r"^\| (W-\d\d) \| .+ \| ([a-z_, ]+) \| (\w+\.py): (\w+) \|$", TABLE.read_text(encoding="utf-8"), re.M
)


def test_every_row_of_the_table_is_read():
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("| W-")]
    assert len(lines) == len(ROWS) == len({duty for duty, *_rest in ROWS}) > 30


@pytest.mark.parametrize(("duty", "features", "file", "test"), ROWS, ids=[row[0] for row in ROWS])
def test_a_duty_has_its_feature_and_its_test(duty, features, file, test):
    for feature in features.split(", "):
        assert (HERE.parent / feature / "models.py").exists() or (
            HERE.parent / feature / "models"
        ).is_dir(), feature
    assert f"def {test}(" in (HERE / file).read_text(encoding="utf-8"), f"{duty}: {test}"
