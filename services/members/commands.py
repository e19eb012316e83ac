"""The operator's commands of members: `run members first-administrator|republish|rotate-key`."""

from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.accounts.actions import signing_keys
from services.members.accounts.commands import first_administrator
from services.members.people.cards import publish_cards
from services.members.people.models import Member
from services.members.rules.actions import republish as republish_rules
from services.members.schools.actions import publish_organisation
from services.members.schools.models import Organisation
from shared.kit.database import serving, transaction
from shared.kit.service import Service


def register(cli: click.Group, service: Service) -> None:
    """Add the commands to the group of the service."""

    @cli.command("first-administrator")
    @click.option("--district", required=True, help="name of the district's union; made if it is not there")
    @click.option("--school", help="name of a school: its chair then, instead of the district's officer")
    @click.option("--name", required=True, help="the person's name")
    @click.option("--login", required=True, help="what they will sign in with")
    def _first_administrator(district: str, school: str | None, name: str, login: str) -> None:
        """Print a one-time address at which the first administrator sets a password."""
        with serving(service), transaction() as session:
            address = first_administrator(session, district=district, school=school, name=name, login=login)
        click.echo(address)

    @cli.command("republish")
    def _republish() -> None:
        """Say everything that other services keep copies of once more, for one that has lost its own."""
        with serving(service), transaction() as session:
            for organisation in _all(session, Organisation):
                publish_organisation(session, organisation)
            publish_cards(session, _all(session, Member))
            republish_rules(session)
            signing_keys.republish(session)
        click.echo("organisations, people, rule packs and keys are on their way")

    @cli.command("rotate-key")
    @click.option("--at-once", is_flag=True, help="a key leaked: every session ends now")
    def _rotate_key(at_once: bool) -> None:
        """Sign with a new key from now on."""
        with serving(service), transaction() as session:
            key = signing_keys.rotate(session, at_once=at_once)
        click.echo(f"key {key.id} signs from {key.valid_from:%Y-%m-%d %H:%M} UTC")


def _all(session: Session, model: Any) -> list[Any]:
    """Every row, oldest first, locked so that its state can be said."""
    rows = list(session.scalars(select(model).order_by(model.id).with_for_update()))
    session.info.setdefault("locked", set()).update(rows)
    return rows
