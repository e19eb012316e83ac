"""Who may do what in events, in words: right → offices. "member" is every member of the school."""

ORGANISERS = {"chair", "vice_chair", "organiser", "sports", "women", "publicist"}

RIGHTS: dict[str, set[str]] = {
    "activities.see": {"member"},
    "activities.organise": ORGANISERS,
    "registrations.sign-up": {"member"},
    "registrations.manage": ORGANISERS,
    "attendance.check-in": {"member"},
    "attendance.door": ORGANISERS,
    "calendar.see": {"member"},
    "school-calendars.see": {"member", "principal", "district_officer"},
    "school-calendars.publish": {"chair", "vice_chair", "organiser", "principal", "district_officer"},
    "stops.allow": {"chair"},
    "bulletins.see": {"member", "principal"},
    "district.see": {"district_officer"},
}
