"""The catalogues of words: English is written in the code, Chinese stands in one messages.po per
service and one for the kit."""

import os
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[3]
SERVICES = ROOT / "services"
KIT = Path(__file__).parent / "translations"
LANGUAGE = "zh_Hans"
CATALOGUE = f"{LANGUAGE}/LC_MESSAGES/messages.po"

METHODS = [
    ("**/tests/**", "ignore"),
    ("**/migrations/**", "ignore"),
    ("**.py", "python"),
    ("**.html", "jinja2"),
]
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "_l": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "_p": ((1, "c"), 2),
}

# Without dates and names of tools, which would change the file each time.
HEADER = f"""\
# Chinese of the English words in the code.
msgid ""
msgstr ""
"Language: {LANGUAGE}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""


def directories() -> Iterator[tuple[Path, list[Path]]]:
    """Each folder of translations, with the folders whose words it holds."""
    kit = ROOT / "shared" / "kit"
    yield KIT, [kit]
    for service in sorted(path for path in SERVICES.iterdir() if path.is_dir()):
        if any(service.rglob("*.py")):
            yield service / "translations", [service]


def compile_stale(directory: Path) -> None:
    """Write messages.mo beside each messages.po that is newer; safe with many processes at once."""
    for source in directory.glob("*/LC_MESSAGES/messages.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        partial = target.with_suffix(f".{os.getpid()}.part")
        with partial.open("wb") as file:
            write_mo(file, _read(source))
        partial.replace(target)


def extract(directory: Path, folders: list[Path]) -> Catalog:
    """The catalogue of `directory`, brought in line with the words in `folders`; what is gone is dropped."""
    found = Catalog(locale=LANGUAGE)
    for folder in folders:
        options = {"**.html": {"trimmed": "true", "silent": "false"}}
        for name, line, message, comments, context in extract_from_dir(
            folder, METHODS, options, KEYWORDS, comment_tags=("L10N:",), strip_comment_tags=True
        ):
            place = (folder / name).relative_to(ROOT).as_posix()
            found.add(message, None, [(place, line)], auto_comments=comments, context=context)
    path = directory / CATALOGUE
    catalogue = _read(path) if path.exists() else Catalog(locale=LANGUAGE)
    # A guess is worse than a gap: a message that changed is translated anew.
    catalogue.update(found, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def write(catalogue: Catalog, directory: Path) -> None:
    path = directory / CATALOGUE
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(HEADER.encode())
        write_po(file, catalogue, width=100, sort_output=True, no_location=True, omit_header=True)


def gaps(directory: Path, folders: list[Path]) -> list[str]:
    """What stands between this catalogue and a page wholly in Chinese, one line each."""
    problems, owner = [], directory.parent.name
    for message in extract(directory, folders):
        if not message.id:
            continue
        words = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if not all(words):
            problems.append(f"{owner}: not translated: {message.id!r}")
        elif message.fuzzy:
            problems.append(f"{owner}: only guessed: {message.id!r}")
        else:
            problems += [f"{owner}: {error}" for error in message.check()]
    return problems


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE)
