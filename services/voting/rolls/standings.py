"""What a standing (会籍) entitles to: a table, so that a new standing is a line and not a condition.

Members vote, stand and decide; whoever keeps the membership in retirement (保留会籍) does not
(工会基层组织选举工作条例 art. 4). Someone retired early who still works is a full member. The kind of
post decides how dues are paid and never the right to vote (工会法 art. 3).
"""

VOTE, STAND, BE_HEARD = "vote", "stand", "be-heard"

RIGHTS_OF_STANDING: dict[str, frozenset[str]] = {
    "full": frozenset({VOTE, STAND, BE_HEARD}),
    "early_retired_in_post": frozenset({VOTE, STAND, BE_HEARD}),
    "retired": frozenset({BE_HEARD}),
    "applicant": frozenset(),
    "left": frozenset(),
    "deceased": frozenset(),
}


def may_vote(standing: str) -> bool:
    """Whether a standing bears a vote; one that we do not know bears none."""
    return VOTE in RIGHTS_OF_STANDING.get(standing, frozenset())
