"""What the API takes and gives of counselling. No schema holds a person and a time together."""

from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from shared.kit.api import Schema
from shared.kit.fields import Identifier, LocalDate, Moment, Text


class CounsellingOfferOut(Schema):
    """Who counsels, and where. `school_id` is the union that offers it: one's own, or the district's."""

    id = Identifier()
    school_id = Identifier()
    counsellor_id = Identifier(allow_none=True)
    place = fields.String()
    about = fields.String()
    opened_on = LocalDate()
    ended_on = LocalDate(allow_none=True)


class CounsellingOfferIn(Schema):
    counsellor_id = Identifier(required=True, metadata={"label": _l("Counsellor")})
    place = Text(80, required=True, metadata={"label": _l("Room")})
    about = Text(200, load_default="", allow_empty=True, metadata={"label": _l("In a few words")})


class TimeOut(Schema):
    """A time."""

    id = Identifier()
    offer_id = Identifier()
    starts_at = Moment()
    ends_at = Moment()
    called_off = fields.Boolean()


class CounsellorTimeOut(TimeOut):
    """A time as its counsellor sees it: the first four letters of the ticket, where it is taken."""

    sign = fields.String(allow_none=True)


class TimesIn(Schema):
    """So many times one after the other."""

    starts_at = Moment(required=True, metadata={"label": _l("First time")})
    minutes = fields.Integer(
        load_default=50, validate=validate.Range(15, 120), metadata={"label": _l("Minutes of each")}
    )
    count = fields.Integer(load_default=1, validate=validate.Range(1, 10), metadata={"label": _l("How many")})


class Booking(Schema):
    slot_id = Identifier(required=True, metadata={"label": _l("Time")})


class Ticket(Schema):
    ticket = Text(40, required=True, metadata={"label": _l("Ticket")})


class Move(Ticket):
    slot_id = Identifier(required=True, metadata={"label": _l("Time")})


class Booked(TimeOut):
    """What was taken, with its ticket: it is told this once and kept nowhere."""

    ticket = fields.String()


class UseOut(Schema):
    """Times taken in a month that is over; null: fewer than five."""

    month = fields.String()
    taken = fields.Integer(allow_none=True)
