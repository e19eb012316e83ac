"""Keeps the words of both languages together: `python -m shared.kit.web.translations extract [service…]|compile|check`."""

import sys

from shared.kit.web import catalogues


def main(arguments: list[str]) -> int:
    match arguments:
        case ["extract", *names]:
            for directory, folders in catalogues.directories():
                if not names or directory.parent.name in names:
                    catalogues.write(catalogues.extract(directory, folders), directory)
        case ["compile"]:
            for directory, _ in catalogues.directories():
                catalogues.compile_stale(directory)
        case ["check"]:
            problems = [line for place in catalogues.directories() for line in catalogues.gaps(*place)]
            sys.stderr.writelines(f"{line}\n" for line in problems)
            return 1 if problems else 0
        case _:
            sys.stderr.write(f"{__doc__}\n")
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
