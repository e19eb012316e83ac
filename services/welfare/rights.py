"""Who may do what in welfare, in words: right → offices that may. "member" is any member of the school.

Conditions that stand beside this table, in the actions and queries that need them: an occasion is open
only to those who are to go; a task of a restricted kind is on nobody else's list; a new school's officer
decides alone whether to take over what the old one offers; one's own hardship case one reads and does not work on.
"""

CARERS = {"carer", "chair", "vice_chair", "women"}
MONEY = {"chair", "vice_chair", "treasurer"}
COMMITTEE = CARERS | {"organiser", "publicist", "sports", "treasurer"}

RIGHTS: dict[str, set[str]] = {
    "schemes.see": {"member", "principal", "district_officer"} | CARERS,
    "schemes.choose": {"chair", "vice_chair"},
    "schemes.limit": {"district_officer"},
    "visits.mine": {"member", "principal"} | CARERS,
    "visits.board": CARERS,
    "visits.assign": {"carer", "chair", "vice_chair"},
    "visits.take-over": {"carer", "chair", "vice_chair"},
    "funds.receipts": {"chair", "auditor", "treasurer"},
    "money.see": MONEY | {"auditor"},
    "money.keep": {"treasurer"},
    "money.decide": {"chair"},
    "money.policies": {"member", "principal"},
    "audits.examine": {"auditor"},
    "accounts.publish": {"chair", "treasurer"},
    "accounts.read": {"member", "principal"},
    "expenses.mine": {"member"},
    "expenses.submit": CARERS | {"organiser", "publicist", "sports", "treasurer", "group_leader"},
    "district.see": {"district_officer"},
    # Care in figures: the year, its targets, the coverage meter
    "figures.see": CARERS,
    "figures.aim": {"chair", "vice_chair"},
    # The six systems of care (六项制度)
    "systems.see": COMMITTEE,
    "systems.keep": {"chair", "vice_chair"},
    # Inspections (监督检查): who is on a roster goes; the principal answers for the school
    "inspections.see": {"member", "principal"},
    "inspections.all": COMMITTEE | {"principal"},
    "inspections.keep": {"carer", "chair", "vice_chair"},
    "inspections.answer": {"principal"},
    # Improvements: everybody suggests and sees what was taken on
    "improvements.see": {"member", "principal"},
    "improvements.suggest": {"member"},
    "improvements.keep": {"chair", "vice_chair"},
    # Hardship: a file is open to the person it is about and to these two; the committee's third sees no sums
    "hardship.ask": {"member"},
    "hardship.keep": {"carer", "chair"},
    "hardship.review": COMMITTEE,
    # Aid: who asks, who decides and who pays are three people; who pays does not learn why
    "aid.ask": {"member"},
    "aid.keep": {"carer", "chair", "vice_chair"},
    "aid.decide": {"chair", "vice_chair"},
    "aid.pay": {"treasurer"},
    # What members ask of the union (诉求): help, concerns, legal aid
    "requests.ask": {"member"},
    "requests.keep": {"carer", "chair"},
    # Disputes: who sits in the mediation committee sees them, whatever the office; who names it does not
    "disputes.ask": {"member"},
    "disputes.seat": {"chair"},
    # Rounds: who goes along sees the own route and no other
    "rounds.keep": CARERS,
    "rounds.decide": COMMITTEE,
    "rounds.walk": {"member", "principal"} | CARERS,
    # Gifts and benefits: what somebody chose is open to that person and to those who hand it out
    "gifts.mine": {"member"},
    "gifts.keep": CARERS,
    "gifts.decide": COMMITTEE,
    # Check-ups: who has been is known to those who keep the list
    "checkups.see": {"member"},
    "checkups.keep": CARERS,
    # Mutual insurance: members see a plan and their own answer; counts and names are for those who keep the list
    "insurance.see": {"member"} | CARERS,
    "insurance.keep": CARERS,
    # Claims: the papers are of illness, so fewer keep them than keep the list
    "claims.ask": {"member"},
    "claims.keep": {"carer", "chair"},
    # Counselling: who offers it does not see who comes, and the counsellor sees a ticket
    "counselling.book": {"member", "principal"},
    "counselling.offer": CARERS | {"district_officer"},
    # Donations and deals: what somebody gives or orders is known to those who collect
    "campaigns.see": {"member"} | COMMITTEE,
    "campaigns.keep": {"carer", "chair", "vice_chair", "organiser", "treasurer"},
    # What is told to the women's officer: hers alone, and nobody stands in
    "confidences.tell": {"member"},
    "confidences.read": {"women"},
    # Help for pupils: who proposes, who agrees and who pays are three people
    "pupils.see": CARERS | {"treasurer"},
    "pupils.keep": CARERS,
    "pupils.decide": {"chair", "vice_chair"},
    "pupils.pay": {"treasurer"},
}
