"""celery: a quorum queue, acknowledged late."""

import common
from celery import Celery
from kombu import Exchange, Queue

app = Celery(broker=common.BROKER)
app.conf.update(
    task_queues=[
        Queue("peer", Exchange("peer"), routing_key="peer", queue_arguments={"x-queue-type": "quorum"})
    ],
    task_default_queue="peer",
    task_default_exchange="peer",
    task_default_routing_key="peer",
    task_acks_late=True,
    task_ignore_result=True,
    worker_prefetch_multiplier=200,
    worker_detect_quorum_queues=True,
    broker_connection_retry_on_startup=True,
)


@app.task(name="store")
def store(body):
    common.store(body)


def fill():
    for body in common.events():
        store.delay(body)


def work():
    app.worker_main(["worker", "--pool=solo", "--loglevel=ERROR", "--without-gossip", "--without-mingle"])


if __name__ == "__main__":
    common.main(fill, work)
