"""What the API takes and gives of places."""

from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from services.events.activities.models import PAST, UPCOMING
from shared.kit.api import Schema
from shared.kit.fields import Identifier, Moment, Text


class PlaceOut(Schema):
    """A place, or a turn on the waiting list; `position` is 1 for whoever is next."""

    activity_id = Identifier()
    person_id = Identifier()
    state = fields.String()
    position = fields.Integer(allow_none=True)
    signed_up_at = Moment()


class RegistrationOut(Schema):
    """A line of the organiser's list."""

    person_id = Identifier(attribute="Registration.person_id")
    name = fields.String(attribute="Person.name", metadata={"label": _l("Name")})
    group_id = Identifier(attribute="Person.group_id")
    state = fields.String(attribute="Registration.state")
    turn = fields.Integer(attribute="Registration.turn")
    signed_up_at = Moment(attribute="Registration.signed_up_at")


class MyRegistrationOut(Schema):
    """An activity of mine."""

    activity_id = Identifier(attribute="Activity.id")
    title = fields.String(attribute="Activity.title")
    starts_at = Moment(attribute="Activity.starts_at")
    activity_state = fields.String(attribute="Activity.state")
    state = fields.String(attribute="Registration.state")


class NameFilter(Schema):
    """Narrows a list of people to a name: Han, pinyin or initials."""

    q = Text(max=40, allow_empty=True)


class WhenFilter(Schema):
    """Narrows a list to what is to come, or to what is past."""

    when = fields.String(validate=validate.OneOf([UPCOMING, PAST]))


class Added(Schema):
    """Whom an organiser signs up."""

    person_id = Identifier(required=True)
