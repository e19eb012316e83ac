"""The operator's commands of members: `run members first-administrator|republish|rotate-key`."""

import click

from services.members.accounts.actions import signing_keys
from services.members.accounts.commands import first_administrator
from services.members.republish import republish
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
            republish(session)
        click.echo("organisations, people, rule packs and keys are on their way")

    @cli.command("rotate-key")
    @click.option("--at-once", is_flag=True, help="a key leaked: every session ends now")
    def _rotate_key(at_once: bool) -> None:
        """Sign with a new key from now on."""
        with serving(service), transaction() as session:
            key = signing_keys.rotate(session, at_once=at_once)
        click.echo(f"key {key.id} signs from {key.valid_from:%Y-%m-%d %H:%M} UTC")
