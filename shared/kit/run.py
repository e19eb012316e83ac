"""The one command for every process: `python -m shared.kit.run <service> web|relay|worker|migrate|waiting|…`.

A service adds commands of its own in services/<service>/commands.py: `register(group, service)`.
"""

import os
import signal
import socket
import sys
import threading
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import click

from shared.kit import encryption, health, migrate, telemetry, worker
from shared.kit import relay as relay_
from shared.kit.config import SERVICES, Config, ConfigError
from shared.kit.console import commands as console
from shared.kit.service import Service, discover_handlers, outside_work
from shared.kit.transport import Rabbit, declare_topology, receive_from_rabbit, wait_for_broker


def open_service(name: str, **given: Any) -> Service:
    """A service from the environment, its keys taken. Raises ConfigError."""
    config = Config.read(name, **given)
    telemetry.configure(config.log_level)
    if config.field_keys:
        encryption.use_keys(config.field_keys)
    return Service(config)


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _needs_broker(service: Service) -> None:
    if service.config.broker_url == "local:":
        raise click.ClickException("BROKER_URL is local: relay and worker then run within ./dev run")
    if not service.config.field_keys:
        raise click.ClickException("FIELD_KEYS is not set")


def _name_connections(service: Service, kind: str) -> None:
    """By this name the console counts who is connected to the database."""
    os.environ["PGAPPNAME"] = f"{service.name} {kind} {socket.gethostname()[:30]} {os.getpid()}"


def commands_of(service: Service) -> click.Group:
    """The commands of a service."""
    group = click.Group(service.name, help=f"Processes and tools of {service.name}.")

    @group.command()
    def web() -> None:
        """Serve pages and API under gunicorn."""
        from shared.kit.server import serve  # noqa: PLC0415

        _name_connections(service, "web")
        serve(service)

    @group.command()
    def relay() -> None:
        """Send the outbox to the broker; one is active, others stand by."""
        _needs_broker(service)
        _name_connections(service, "relay")
        discover_handlers()
        _expose(service)
        relay_.run(service, Rabbit(service.config.broker_url, service.name), stop_on_signals())

    @group.command(name="worker")
    def work() -> None:
        """Receive events and handle them."""
        _needs_broker(service)
        _name_connections(service, "worker")
        _expose(service)
        stop = stop_on_signals()

        def take(events: Any) -> None:
            worker.receive(service, events)

        receiver = threading.Thread(
            target=receive_from_rabbit,
            args=(service, take, stop, service.config.receive_batch),
            name="receiver",
        )
        outside = [threading.Thread(target=run, args=(service, stop)) for run in outside_work(service)]
        for thread in (receiver, *outside):
            thread.start()
        worker.run(service, stop)
        for thread in (receiver, *outside):
            thread.join(timeout=30)

    @group.command(name="migrate")
    def migrate_() -> None:
        """Bring the database to the newest state."""
        migrate.upgrade(service)
        click.echo(f"{service.name}: the database is at the newest state")

    @group.command()
    @click.argument("message")
    @click.option("--kit", is_flag=True, help="of the kit's tables")
    def migration(message: str, kit: bool) -> None:
        """Write a migration from the models."""
        click.echo(migrate.write(service, message, "kit" if kit else service.name))

    console.register(group, service)
    module = f"services.{service.name}.commands"
    if find_spec(module):
        import_module(module).register(group, service)
    return group


def _expose(service: Service) -> None:
    if service.config.health_port:
        health.serve(service, service.config.health_port)


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def main(words: tuple[str, ...]) -> None:
    """python -m shared.kit.run <service> <command>, or: topology, configuration, new-field-key."""
    if words[:1] == ("topology",):
        discover_handlers()
        url = Config.read("members").broker_url
        wait_for_broker(url)
        declare_topology(url)
        click.echo("exchanges, queues and bindings are in place")
    elif words[:1] == ("configuration",):
        click.echo(Config.reference())
    elif words[:1] == ("new-field-key",):
        click.echo(encryption.new_key())
    elif words and words[0] in SERVICES:
        try:
            service = open_service(words[0])
        except (ConfigError, ValueError) as mistake:
            raise click.ClickException(str(mistake)) from None
        commands_of(service).main(list(words[1:]), prog_name=f"run {words[0]}")
    else:
        click.echo(f"{main.help}\nservices: {', '.join(SERVICES)}")
        sys.exit(2)


if __name__ == "__main__":
    main()
