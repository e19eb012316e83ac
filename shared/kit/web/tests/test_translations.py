"""No word of the kit is missing in Chinese, and gaps are found."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from shared.kit.web import catalogues


@pytest.mark.parametrize(
    ("directory", "folders"),
    [pytest.param(*place, id=place[0].parent.name) for place in catalogues.directories()],
)
def test_every_word_is_there_in_chinese(directory: Path, folders: list[Path]) -> None:
    assert catalogues.gaps(directory, folders) == []


@pytest.fixture
def feature(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(catalogues, "ROOT", tmp_path)
    (tmp_path / "pages.py").write_text('from flask_babel import gettext as _\n_("Visits")\n')
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "list.html").write_text("{{ _('Hello %(name)s', name=n) }}")
    return tmp_path


def test_a_new_word_in_code_or_template_is_a_gap(feature: Path) -> None:
    catalogues.write(catalogues.extract(feature / "translations", [feature]), feature / "translations")
    problems = catalogues.gaps(feature / "translations", [feature])
    assert len(problems) == 2
    assert any("'Visits'" in line for line in problems) and any("Hello" in line for line in problems)


def test_a_translation_that_loses_a_parameter_is_found(feature: Path) -> None:
    catalogue = Catalog(locale="zh_Hans")
    catalogue.add("Visits", "探望")
    catalogue.add("Hello %(name)s", "您好 %(nmae)s")
    catalogues.write(catalogue, feature / "translations")
    assert len(catalogues.gaps(feature / "translations", [feature])) == 1


def test_extracting_keeps_translations_and_drops_what_is_gone(feature: Path) -> None:
    catalogue = Catalog(locale="zh_Hans")
    catalogue.add("Visits", "探望")
    catalogue.add("Long gone", "早没了")
    catalogues.write(catalogue, feature / "translations")
    after = catalogues.extract(feature / "translations", [feature])
    assert after.get("Visits").string == "探望"
    assert after.get("Long gone") is None


def test_extracting_twice_writes_the_same_file(feature: Path) -> None:
    written = []
    for _ in range(2):
        catalogues.write(catalogues.extract(feature / "translations", [feature]), feature / "translations")
        written.append((feature / "translations" / catalogues.CATALOGUE).read_bytes())
    assert written[0] == written[1]


def test_a_stale_catalogue_is_compiled_anew(feature: Path) -> None:
    catalogues.write(catalogues.extract(feature / "translations", [feature]), feature / "translations")
    catalogues.compile_stale(feature / "translations")
    assert (feature / "translations" / catalogues.CATALOGUE).with_suffix(".mo").exists()
