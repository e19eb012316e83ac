"""dramatiq: one process of eight threads, as it comes."""

import threading

import common
import dramatiq
from dramatiq.brokers.rabbitmq import RabbitmqBroker

broker = RabbitmqBroker(url=common.BROKER)
dramatiq.set_broker(broker)


@dramatiq.actor(queue_name="peer")
def store(body):
    common.store(body)


def fill():
    for body in common.events():
        store.send(body)


def work():
    dramatiq.Worker(broker, worker_threads=8).start()
    threading.Event().wait()


if __name__ == "__main__":
    common.main(fill, work)
