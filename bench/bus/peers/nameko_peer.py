"""nameko: an event handler of one service, ten workers, as it comes."""

import eventlet

eventlet.monkey_patch()

import common  # noqa: E402
from nameko.containers import ServiceContainer  # noqa: E402
from nameko.events import event_handler  # noqa: E402
from nameko.standalone.events import event_dispatcher  # noqa: E402

CONFIG = {"AMQP_URI": common.BROKER, "max_workers": 10, "serializer": "json"}


class Store:
    name = "peer"

    @event_handler("speaker", "said")
    def store(self, body):
        common.store(body)


def fill():
    """The queue is declared by the service alone."""
    container = ServiceContainer(Store, config={**CONFIG, "max_workers": 0})
    container.start()
    container.kill()
    dispatch = event_dispatcher(CONFIG)
    for body in common.events():
        dispatch("speaker", "said", body)


def work():
    container = ServiceContainer(Store, config=CONFIG)
    container.start()
    container.wait()


if __name__ == "__main__":
    common.main(fill, work)
