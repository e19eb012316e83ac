"""Who may do what in voting, in words. To vote one needs no office: one's name on the frozen roll decides."""

_COMMITTEE = {"chair", "vice_chair", "organiser", "publicist", "sports", "carer", "women"}

RIGHTS: dict[str, set[str]] = {
    "polls.see": {"member"},
    "polls.vote": {"member"},
    "polls.manage": _COMMITTEE,
    "rolls.see": {"chair", "vice_chair", "organiser", "auditor"},
    "rolls.keep": {"chair", "vice_chair", "organiser"},
    "disclosure.see": {"member", "principal"},
    "district.see": {"district_officer"},
}
