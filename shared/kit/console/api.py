"""The console over HTTP, the same in every service."""

from typing import Any

from shared.kit.api import Api
from shared.kit.console import ACT as MAY_ACT
from shared.kit.console import SEE, actions, lists, queries, schemas
from shared.kit.database import reading, transaction
from shared.kit.paging import Keyset
from shared.kit.problems import NotFound


def api_of(service: str) -> Api:
    """The routes of one service."""
    api = Api("console", "What waits, what is dead and why, and what operators do about it.")
    api.service = service
    api.get("/console", allow=SEE)(api.response(200, schemas.ConsoleState)(console_state))
    for rule, view, row, asked in (
        ("waiting", console_waiting, schemas.ConsoleMessage, schemas.ConsoleWaitingFilter),
        ("dead", console_dead, schemas.ConsoleMessage, schemas.ConsoleDeadFilter),
        ("unsent", console_unsent, schemas.ConsoleUnsent, schemas.ConsoleUnsentFilter),
        ("acts", console_acts, schemas.ConsoleAct, schemas.ConsoleActFilter),
    ):
        api.get(f"/console/{rule}", allow=SEE)(api.paged(row, asked)(view))
    one = "/console/messages/<uuid:message_id>"
    api.get(one, allow=SEE)(api.response(200, schemas.ConsoleWhole(many=True))(console_message))
    done = api.response(200, schemas.ConsoleDone)
    api.post("/console/redrive", allow=MAY_ACT)(api.arguments(schemas.ConsoleRedrive)(done(redrive_messages)))
    api.post(f"{one}/skip", allow=MAY_ACT)(api.arguments(schemas.ConsoleSkip)(done(skip_message)))
    asked = api.arguments(schemas.ConsoleResend, location="query")
    api.get("/console/resend", allow=MAY_ACT)(asked(api.response(200, schemas.ConsoleCount)(count_to_resend)))
    api.post("/console/resend", allow=MAY_ACT)(api.arguments(schemas.ConsoleResend)(done(resend_events)))
    return api


def console_state() -> queries.State:
    """How this service's messages fare."""
    with reading() as session:
        return queries.state(session)


def console_waiting(asked: dict[str, Any]) -> Keyset:
    """What waits to be handled, what is due first at the top."""
    return lists.waiting(asked.get("kind"), asked.get("type"), asked.get("q", ""), asked.get("sort", "since"))


def console_dead(asked: dict[str, Any]) -> Keyset:
    """What was set aside after the last attempt; `due_at` is when that was."""
    return lists.dead(asked.get("type"), asked.get("q", ""), asked.get("sort", "since"))


def console_unsent(asked: dict[str, Any]) -> Keyset:
    """What was said and not sent yet, in the order in which it will be."""
    return lists.unsent(asked.get("type"))


def console_acts(asked: dict[str, Any]) -> Keyset:
    """What operators did here, latest first."""
    return lists.acts(asked.get("act"), asked.get("q", ""))


def console_message(message_id: str) -> list[queries.Message]:
    """One message as it was received, as it was sent, or both."""
    with reading() as session:
        if not (found := queries.messages(session, message_id)):
            raise NotFound()
    return found


def redrive_messages(body: dict[str, Any]) -> dict[str, int]:
    """Let dead messages be tried again; 409 `message-not-dead` when none of them is."""
    with transaction() as session:
        chosen = {"ids": body.get("ids"), "type_": body.get("type")}
        return {"amount": actions.redrive(session, **chosen, reason=body.get("reason", ""))}


def skip_message(body: dict[str, Any], message_id: str) -> dict[str, int]:
    """Give a dead message up for good; 409 `message-not-dead` when it is not."""
    with transaction() as session:
        actions.skip(session, message_id, reason=body["reason"])
        return {"amount": 1}


def count_to_resend(asked: dict[str, Any]) -> queries.Count:
    """How many events would be sent again from there on."""
    with reading() as session:
        return actions.to_resend(session, position=asked.get("position"), since=asked.get("since"))


def resend_events(body: dict[str, Any]) -> dict[str, int]:
    """Send again what was said from there on; whoever has it drops it."""
    with transaction() as session:
        return {"amount": actions.resend(session, **body)}
