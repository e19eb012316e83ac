"""The console at a keyboard: `./dev admin <service> waiting|dead|message|redrive|skip|resend|acts`."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import click
from sqlalchemy.orm import Session

from shared.kit import clock
from shared.kit.console import actions, lists, queries
from shared.kit.database import serving, transaction
from shared.kit.messages import public_name
from shared.kit.paging import everything
from shared.kit.problems import Problem


def register(group: click.Group, service: Any) -> None:
    """Add the commands to the group of a service."""
    _looking(group, service)
    _acting(group, service)


def _looking(group: click.Group, service: Any) -> None:
    @group.command()
    def waiting() -> None:
        """What waits to be sent and to be handled, and how it goes; one JSON line each."""
        with service.database.reading() as session:
            state, processes = queries.state(session), queries.processes(session)
        sending, handling = state.sending, state.handling
        _say(
            outbox="waiting",
            count=sending.waiting,
            oldest=sending.oldest_at,
            last_sent=sending.last_at,
            sent_last_hour=sending.last_hour,
            relay="active" if sending.relay_active else "none",
        )
        _say(inbox="due", count=handling.due, oldest=handling.oldest_at, handled_last_hour=handling.last_hour)
        for kind in handling.kinds:
            _say(inbox="due", type=kind.type, count=kind.count, oldest=kind.oldest_at)
        _say(inbox="delayed", count=handling.delayed, subjects=handling.delayed_subjects)
        for head in handling.heads:
            _say(
                inbox="delayed",
                id=head.id,
                type=head.type,
                attempts=head.attempts,
                again_at=head.due_at,
                error=head.error,
            )
        _say(inbox="reminders", count=handling.reminders, next=handling.next_reminder_at)
        _say(inbox="dead", count=handling.dead)
        if processes:
            _say(processes=processes)

    @group.command()
    @click.option("--type", "type_", help="only of this type, as it is listed")
    def dead(type_: str | None) -> None:
        """List what was set aside, one JSON line each; nothing personal."""
        with service.database.reading() as session:
            for row in everything(session, lists.dead(type_)):
                _say(
                    id=row.id,
                    type=public_name(row.type),
                    attempts=row.attempts,
                    first=row.failed_at,
                    since=row.due_at,
                    error=row.error,
                )

    @group.command()
    @click.argument("message_id")
    def message(message_id: str) -> None:
        """Show the envelope of one message and where it stands, without what it says."""
        with service.database.reading() as session:
            found = queries.messages(session, message_id) if queries.is_id(message_id) else []
        for one in found:
            _say(**{name: value for name, value in vars(one).items() if value is not None})
        if not found:
            raise click.ClickException(f"{service.name} has no message {message_id}")

    @group.command()
    def acts() -> None:
        """What operators did at this console, latest first, one JSON line each."""
        with service.database.reading() as session:
            for entry in everything(session, lists.acts()):
                _say(
                    at=entry.at,
                    act=entry.action.removeprefix("console."),
                    who=entry.by or entry.actor_id,
                    what=entry.object_id or "everything",
                    amount=entry.amount,
                    reason=entry.reason,
                )


def _acting(group: click.Group, service: Any) -> None:
    @group.command()
    @click.argument("ids", nargs=-1)
    @click.option("--type", "type_", help="all of this type, as `dead` lists it")
    @click.option("--all", "all_", is_flag=True, help="everything that was set aside")
    @click.option("--reason", default="", help="kept on record")
    def redrive(ids: tuple[str, ...], type_: str | None, all_: bool, reason: str) -> None:
        """Let what was set aside be tried again."""
        if (bool(ids), bool(type_), all_).count(True) != 1:
            raise click.UsageError("name ids, or --type, or --all")
        if unknown := [one for one in ids if not queries.is_id(one)]:
            raise click.UsageError(f"no ids of messages: {', '.join(unknown)}")
        with _act(service) as session:
            number = actions.redrive(
                session, ids=ids or None, type_=type_, reason=reason, by=actions.at_the_keyboard()
            )
        click.echo(f"{number} will be tried again")

    @group.command()
    @click.argument("message_id")
    @click.option("--reason", required=True, help="kept on record")
    def skip(message_id: str, reason: str) -> None:
        """Give up what was set aside, for good."""
        if not queries.is_id(message_id):
            raise click.UsageError(f"no id of a message: {message_id}")
        with _act(service) as session:
            actions.skip(session, message_id, reason=reason, by=actions.at_the_keyboard())
        click.echo("skipped")

    @group.command()
    @click.option("--from", "position", type=int, help="what was said from this outbox position on")
    @click.option("--since", help="what was sent since this moment (2026-09-07T10:00; Shanghai time)")
    @click.option("--reason", default="", help="kept on record")
    @click.option("--yes", is_flag=True, help="do not ask")
    def resend(position: int | None, since: str | None, reason: str, yes: bool) -> None:
        """Send events again; whoever has them already drops them."""
        try:
            moment = clock.parse(since) if since else None
        except ValueError:
            raise click.UsageError("--since is a moment such as 2026-09-07T10:00") from None
        if (position is None) == (moment is None):
            raise click.UsageError("give --from or --since")
        with service.database.reading() as session:
            count = actions.to_resend(session, position=position, since=moment)
        if not yes:
            click.confirm(f"{_plain(count)} events of {service.name} will be sent again. Go on?", abort=True)
        with _act(service) as session:
            number = actions.resend(
                session, position=position, since=moment, reason=reason, by=actions.at_the_keyboard()
            )
        click.echo(f"{number} will be sent again")


@contextmanager
def _act(service: Any) -> Iterator[Session]:
    """A transaction of the service; a refusal is told in plain words."""
    try:
        with serving(service), transaction() as session:
            yield session
    except Problem as refusal:
        faults = [str(fault) for found in refusal.fields.values() for fault in found]
        raise click.ClickException(" ".join(faults) or str(refusal.title)) from None


def _say(**line: Any) -> None:
    click.echo(json.dumps(line, ensure_ascii=False, default=_plain))


def _plain(value: Any) -> Any:
    if isinstance(value, queries.Count):
        return f"at least {value.number}" if value.more else value.number
    if isinstance(value, datetime):
        return clock.local(value).isoformat(timespec="seconds")
    return str(value)
