"""Sums of a campaign: whole fen, compared and shared out without losing one."""

from collections.abc import Sequence


def rebate_of(total_fen: int, percent: int) -> int:
    """What a partner gives back of a sum: so many percent, cut to whole fen."""
    return total_fen * percent // 100


def share_out(total_fen: int, amounts_fen: Sequence[int]) -> list[int]:
    """A sum shared out by amounts: the parts make the whole, and none is a fen away from its exact share.

    What is left after cutting goes, a fen each, to those from whom most was cut; among equals to the first.
    """
    whole = sum(amounts_fen)
    if whole == 0:
        return [0 for _amount in amounts_fen]
    parts = [total_fen * amount // whole for amount in amounts_fen]
    by_what_was_cut = sorted(
        range(len(parts)), key=lambda place: (-(total_fen * amounts_fen[place] % whole), place)
    )
    for place in by_what_was_cut[: total_fen - sum(parts)]:
        parts[place] += 1
    return parts
