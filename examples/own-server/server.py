"""Serves metrics of your own to <metrics-panel>, with badge, gaps and resume. docs/own-server.md explains it.

    python3 server.py 8090 http://localhost:5173

The origin is that of the page with the panel. Needs Python 3.10 and `websockets` 10 or newer.
"""

import asyncio
import json
import random
import secrets
import sys
import time
from collections import deque
from collections.abc import AsyncIterable, Awaitable, Callable
from contextlib import suppress
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

import websockets

INTERVAL_MS = 1000
SERIES = [
    {"name": "orders", "label": "Orders", "unit": "/s", "group": "Shop", "headline": True},
    {"name": "jobs.waiting", "label": "Waiting jobs", "unit": "count", "group": "Shop"},
]
EPOCH = secrets.token_hex(16)  # one for each start of this program
WELCOME = {
    "type": "welcome",
    "v": 1,
    "server": {"name": "shop", "version": "1.0.0"},
    "heartbeat": {"intervalMs": 15_000},
    "reconnect": {"baseMs": 500, "capMs": 4000},
    "limits": {
        "minIntervalMs": INTERVAL_MS,
        "maxBackfill": 900,
        "maxMetrics": 64,
        "maxSubscriptions": 64,
        "maxMessageBytes": 16_384,
    },
    "transports": ["websocket"],
    "hosts": [{"id": "shop", "label": "Shop", "facts": {}}],
    "catalogue": [{"kind": "gauge", "help": each["label"], "source": "shop", **each} for each in SERIES],
}


def measure() -> dict[str, float | None]:
    """Put your own here. None is what you do not know."""
    return {"orders": round(random.uniform(3, 9), 2), "jobs.waiting": random.randint(0, 40)}


class Sample(NamedTuple):
    seq: int
    ts: int  # Unix ms
    values: dict[str, float | None]
    hole_from: int | None = None  # `ts` of the sample before, if some should have been between


samples: deque[Sample] = deque(maxlen=900)
next_sample = asyncio.Event()


async def sample_forever() -> None:
    global next_sample
    while True:
        ts, last = time.time_ns() // 1_000_000, samples[-1] if samples else None
        is_late = last is not None and ts - last.ts > 2 * INTERVAL_MS
        samples.append(Sample(last.seq + 1 if last else 1, ts, measure(), last.ts if last and is_late else None))
        next_sample.set()
        next_sample = asyncio.Event()
        await asyncio.sleep(INTERVAL_MS / 1000)


Send = Callable[[str], Awaitable[None]]


async def follow(send: Send, request: dict[str, Any]) -> None:
    """Answers `subscribe`, then sends samples until it is cancelled: a position in `samples`, not a queue."""
    sub, since = request.get("sub", "default"), request.get("since")
    asked = {"id": request["id"]} if "id" in request else {}

    async def tell(kind: str, **fields: Any) -> None:
        await send(json.dumps({"type": kind, **fields}))

    async def tell_gap(start: int, end: int, start_ts: int, end_ts: int, reason: str) -> None:
        numbers = {"from": start, "to": end}
        await tell("gap", sub=sub, **numbers, fromTs=start_ts, toTs=end_ts, reason=reason)

    wanted = request.get("metrics", [])
    for pattern in wanted:
        if not any(fnmatchcase(each["name"], pattern) for each in SERIES):
            await tell("error", error=f"Unknown metric: {pattern}", code="unknown_metric", **asked)
            return
    matches = {each["name"]: each for pattern in wanted for each in SERIES if fnmatchcase(each["name"], pattern)}
    series = list(matches.values())

    first, head = samples[0], samples[-1]
    is_known = since is not None and since["epoch"] == EPOCH and since["seq"] <= head.seq
    recovered = is_known and since["seq"] + 1 >= first.seq
    head_of = {"host": "shop", "epoch": EPOCH, "seq": head.seq, "intervalMs": INTERVAL_MS}
    await tell("subscribed", sub=sub, **head_of, recovered=recovered, series=series, **asked)
    if since is None:  # `prev` of the first frame is 0
        prev, due = 0, max(first.seq, head.seq + 1 - max(1, request.get("backfill", 0)))
    elif is_known:
        prev, due = since["seq"], since["seq"] + 1
    else:
        prev, due = first.seq - 1, first.seq
        await tell_gap(due, prev, since.get("ts", first.ts), first.ts, "agent_restart")
    last_ts = since.get("ts", first.ts) if since else first.ts
    while True:
        woken = next_sample
        if due < samples[0].seq:  # it was away for long, or reads too slowly
            prev, missed, due = samples[0].seq - 1, due, samples[0].seq
            await tell_gap(missed, prev, last_ts, samples[0].ts, "evicted")
        for sample in list(samples)[due - samples[0].seq :]:
            if sample.hole_from is not None and prev > 0:
                await tell_gap(sample.seq, prev, sample.hole_from, sample.ts, "stall")
            values = [sample.values[each["name"]] for each in series]
            await tell("metrics", sub=sub, seq=sample.seq, prev=prev, ts=sample.ts, values=values)
            prev, due, last_ts = sample.seq, sample.seq + 1, sample.ts
        await woken.wait()


async def converse(send: Send, texts: AsyncIterable[str]) -> None:
    """Serves one connection, whatever the framework."""
    following: dict[str, asyncio.Task[None]] = {}
    await send(json.dumps(WELCOME))
    try:
        async for text in texts:
            if text == "ping":
                await send("pong")
                continue
            message = json.loads(text)
            for each in message.get("messages", [message]):  # of a `batch`
                sub = each.get("sub", "default")
                if each.get("action") in ("subscribe", "unsubscribe") and sub in following:
                    following.pop(sub).cancel()
                if each.get("action") == "subscribe":
                    following[sub] = asyncio.create_task(follow(send, each))
    finally:
        for task in following.values():
            task.cancel()
        await asyncio.gather(*following.values(), return_exceptions=True)


async def main(port: int, *origins: str) -> None:
    async def connected(socket: Any) -> None:
        with suppress(websockets.ConnectionClosed):
            await converse(socket.send, socket)

    sampling = asyncio.create_task(sample_forever())
    await asyncio.sleep(0)  # until there is a first sample
    # Programs that are no browsers send no origin.
    allowed: Any = [*origins, None]
    async with websockets.serve(connected, "127.0.0.1", port, subprotocols=["metrics-panel.v1"], origins=allowed):
        await sampling


if __name__ == "__main__":
    if len(sys.argv) < 2 or not sys.argv[1].isdecimal():
        print("usage: python3 server.py 8090 http://localhost:5173", file=sys.stderr)
        sys.exit(2)
    with suppress(KeyboardInterrupt):
        try:
            asyncio.run(main(int(sys.argv[1]), *sys.argv[2:]))
        except (OSError, OverflowError) as error:  # of the port: it is taken, or there is none with this number
            sys.exit(f"Port {sys.argv[1]} cannot be used: {error}")
