"""The words of every notice, by its template's code: title and text, in English as msgids.

They stand on locked phones, so none names an occasion, an illness or a sum. Parameters come with the request;
those whose name ends in `_on` are days and shown as such.
"""

from datetime import date, datetime
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from services.members.notices.models import Notice
from shared.kit.web.formats import day, moment

NEUTRAL: Final = (_l("There is news for you"), _l("Open it to read more."))

TEMPLATES: Final[dict[str, tuple[Any, Any]]] = {
    # members
    "life-event-reported": (
        _l("Somebody reported something for you; you can confirm or withdraw it"),
        _l("A colleague wanted the union to know. Only you and those who would visit can see what it is."),
    ),
    "password-changed": (
        _l("Your password was changed"),
        _l("If that was not you, ask your organisation officer for a new slip at once."),
    ),
    "password-slip-issued": (
        _l("An officer issued a slip for a new password"),
        _l("Your present password works until the slip is used. If you did not ask for it, tell your chair."),
    ),
    "application-to-weigh": (
        _l("Somebody applies to join"),
        _l("The group's word is awaited."),
    ),
    "application-to-decide": (
        _l("An application has the group's support"),
        _l("The committee decides."),
    ),
    "application-approved": (
        _l("Welcome: you are a member"),
        _l("Your member card number stands in your details."),
    ),
    "application-refused": (
        _l("Your application was not accepted"),
        _l("The reason stands with it; you may apply again."),
    ),
    "webhook-disabled": (
        _l("Another system is told nothing any more"),
        _l("It could not be reached for long, or wants no more. Its page says what happened."),
    ),
    # welfare
    "visit-assigned": (
        _l("A care task for you, by %(due_on)s"),
        _l("Open it to see whom it concerns."),
    ),
    "visit-reassigned": (
        _l("A care task has been given to you, by %(due_on)s"),
        _l("Open it to see whom it concerns."),
    ),
    "visit-due": (
        _l("A care task is due on %(due_on)s"),
        _l("When you have been there, note it; it takes a minute."),
    ),
    "visit-overdue": (
        _l("A care task was due on %(due_on)s"),
        _l("Please see to it, or give it to somebody else."),
    ),
    "visit-overdue-chair": (
        _l("A care task of your union is late"),
        _l("It was due on %(due_on)s. The board shows with whom it lies."),
    ),
    "visit-escalated": (
        _l("A late care task now lies with you as well"),
        _l("It was due on %(due_on)s."),
    ),
    "visit-offered": (
        _l("Another union hands a care task over"),
        _l("Somebody has moved to your union. Accept or decline it."),
    ),
    "visit-offer-declined": (
        _l("The other union did not take a care task over"),
        _l("It stays with you, due on %(due_on)s."),
    ),
    "help-offered": (
        _l("A colleague thinks that the union could help you"),
        _l("Only you can see it. Open it to say yes or no."),
    ),
    "file-waiting": (
        _l("Something waits for you, by %(due_on)s"),
        _l("Open it to see what is to be done."),
    ),
    "file-due": (
        _l("Something is due on %(due_on)s"),
        _l("Open it to see what is to be done."),
    ),
    "file-late": (
        _l("Something was due on %(due_on)s"),
        _l("Please see to it."),
    ),
    "needs-survey": (
        _l("Ask the members what they need this year"),
        _l("A secret poll with a ready question waits: look at it, change it, open it."),
    ),
    "word-awaited": (
        _l("Your voice is awaited in the committee"),
        _l("Open it to see on what."),
    ),
    "round-listed": (
        _l("A round of visits begins; its list is ready"),
        _l("The visits are to be made by %(due_on)s."),
    ),
    "round-decided": (
        _l("The committee has decided on a list"),
        _l("Open it to see what comes next."),
    ),
    "round-begun": (
        _l("You go on a round of visits, by %(due_on)s"),
        _l("Open it for the sheet of your area."),
    ),
    "round-due": (
        _l("A round of visits is due on %(due_on)s"),
        _l("Somebody still waits."),
    ),
    "round-late": (
        _l("A round of visits was due on %(due_on)s"),
        _l("Somebody still waits. Please see to it."),
    ),
    "gift-ready": (
        _l("Something is there for you, from %(from_at)s"),
        _l("Until %(to_at)s. Open it for the place and your code."),
    ),
    "answer-ready": (
        _l("There is an answer to what you asked of the union"),
        _l("Only you can see it."),
    ),
    "yearly-survey-open": (
        _l("The survey of November has begun"),
        _l("It is to be done by %(due_on)s."),
    ),
    "yearly-survey-missing": (
        _l("The survey of November is over and not complete"),
        _l("Open it to see what is missing."),
    ),
    "insurance-open": (
        _l("The union offers a plan; you can say yes or no until %(closes_on)s"),
        _l("Both are fine, and this is the only reminder."),
    ),
    "insurance-withdrawn": (
        _l("Somebody on a list of yours took the consent back"),
        _l("Take the line off; the list cannot go out before."),
    ),
    "insurance-recall": (
        _l("Somebody on a list that you handed over took the consent back"),
        _l("Tell whoever received it to delete the line, then take it off."),
    ),
    "expense-to-check": (_l("An expense waits for you to check it"), _l("Compare it with its receipts.")),
    "expense-to-approve": (_l("An expense waits for your approval"), _l("It was checked by the accountant.")),
    "expense-to-pay": (_l("An expense may be paid"), _l("It was checked and approved.")),
    "expense-refused": (_l("An expense of yours was not accepted"), _l("The reason stands with it.")),
    "money-rule-broken": (
        _l("A rule on the union's money was broken"),
        _l("The ledger shows which one, and the reason that was given."),
    ),
    "accounts-to-examine": (
        _l("A half-year of the books is over"),
        _l("Two auditors examine and sign it, so that members see it by %(due_on)s."),
    ),
    "accounts-soon-due": (
        _l("Members are to see the accounts by %(due_on)s"),
        _l("The examination and the auditors' names come before."),
    ),
    "accounts-late": (
        _l("The accounts were to be public on %(due_on)s"),
        _l("Please see to it: the page says what is missing."),
    ),
    "year-received": (_l("The district has your year-end accounts"), _l("It confirmed that they came.")),
    "audit-findings": (
        _l("The auditors found something to be put right"),
        _l("Their page says what. Answer there."),
    ),
    "finding-answered": (_l("A finding of the auditors was put right"), _l("Look at it and settle it.")),
    "accounts-examined": (
        _l("The auditors have signed"),
        _l("The accounts can be opened to the members now."),
    ),
    # events
    "place-given": (
        _l("You have a place: %(title)s"),
        _l("It begins at %(starts_at)s."),
    ),
    "place-moved-up": (
        _l("You have moved up and have a place: %(title)s"),
        _l("It begins at %(starts_at)s. If you cannot come, please withdraw."),
    ),
    "place-taken-away": (
        _l("Your place was taken back: %(title)s"),
        _l("The organiser can tell you why."),
    ),
    "activity-moved": (
        _l("Moved: %(title)s"),
        _l("It now begins at %(starts_at)s."),
    ),
    "activity-cancelled": (
        _l("Cancelled: %(title)s"),
        _l("It will not take place."),
    ),
    "activity-stopped": (
        _l("The money stops an activity: %(title)s"),
        _l("Its page says which rule. The chair gives the reason, or the sum is changed."),
    ),
    "activity-goes-on": (
        _l("The chair allowed it: %(title)s"),
        _l("It can go on."),
    ),
    # voting
    "poll-opened": (
        _l("A poll is open to you"),
        _l("You can vote until %(closes_at)s."),
    ),
}


def words(notice: Notice) -> tuple[str, str]:
    """Title and text. An unknown code, or parameters that do not fit, give neutral words and never an error."""
    title, text = TEMPLATES.get(notice.template, NEUTRAL)
    try:
        parameters = {name: _shown(name, value) for name, value in notice.parameters.items()}
        return str(title) % parameters, str(text) % parameters
    except (KeyError, TypeError, ValueError):
        return str(NEUTRAL[0]), str(NEUTRAL[1])


def _shown(name: str, value: Any) -> Any:
    if name.endswith("_on"):
        return day(date.fromisoformat(value), year=False)
    if name.endswith("_at"):
        return moment(datetime.fromisoformat(value), year=False)
    return value
