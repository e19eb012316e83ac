"""faststream: a quorum queue, 200 messages in advance, asyncio and psycopg's own asyncio connection."""

import asyncio

import common
import psycopg
from faststream import FastStream
from faststream.rabbit import Channel, RabbitBroker, RabbitQueue
from faststream.rabbit.schemas.queue import QueueType

broker = RabbitBroker(common.BROKER, default_channel=Channel(prefetch_count=200), logger=None)
queue = RabbitQueue("peer", durable=True, queue_type=QueueType.QUORUM)
found = {}


async def fill_queue():
    async with broker:
        await broker.declare_queue(queue)
        for body in common.events():
            await broker.publish(body, queue=queue, persist=True)


def fill():
    asyncio.run(fill_queue())


async def consume():
    found["connection"] = await psycopg.AsyncConnection.connect(common.DSN, autocommit=True)

    @broker.subscriber(queue)
    async def store(body: str):
        await found["connection"].execute(common.INSERT, common.row(body))

    await FastStream(broker, logger=None).run()


def work():
    asyncio.run(consume())


if __name__ == "__main__":
    common.main(fill, work)
