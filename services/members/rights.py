"""Who may do what in members: right → the offices that give it, printed in the guide for officers."""

from shared.kit.access import MEMBER

_COMMITTEE = {
    "chair",
    "vice_chair",
    "organiser",
    "publicist",
    "sports",
    "carer",
    "women",
    "auditor",
    "treasurer",
}

RIGHTS: dict[str, set[str]] = {
    # The tree of organisations
    "schools.see": {"district_officer"},
    "schools.found": {"district_officer"},
    "unions.change": {"chair"},
    # The register
    "people.see": {*_COMMITTEE, "group_leader", "principal"},
    "people.change": {"chair", "vice_chair", "organiser"},
    "people.see-sensitive": {"chair", "organiser"},
    # Groups and offices
    "groups.see": {*_COMMITTEE, "group_leader", "principal"},
    "groups.adjust": {"chair", "vice_chair", "organiser"},
    "offices.see": {MEMBER, "principal"},
    "offices.appoint": {"chair"},
    "elections.approve": {"district_officer"},
    # Joining
    "joining.see": {"chair", "vice_chair", "organiser", "group_leader"},
    "joining.see-all": {"chair", "vice_chair", "organiser"},
    "joining.weigh": {"group_leader"},
    "joining.decide": {"chair", "vice_chair"},
    # Rosters
    "imports.run": {"chair", "organiser"},
    # Accounts
    "accounts.manage": {"chair", "vice_chair", "organiser", "district_officer"},
    "accounts.manage-officers": {"chair", "vice_chair", "district_officer"},
    "programs.manage": {"chair", "district_officer"},
    "webhooks.manage": {"chair", "district_officer"},
    # Life events
    "life-events.care": {"carer", "chair", "vice_chair"},
    "life-events.care-restricted": {"chair"},
    # Rule packs
    "rules.publish": {"district_officer"},
    "rules.choose": {"district_officer"},
}
