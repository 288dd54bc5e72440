"""Follows a metrics-panel agent and prints each of its samples once.

    python3 follow.py http://localhost:8080 cpu memory

Restart the agent or cut the network meanwhile: what was missed follows later, or a line says what is lost and why.
The token is read from METRICS_PANEL_TOKEN. Needs Python 3.10 and `websockets` 10 or newer, which answers pings and
notices dead connections. RC-1 and the like are rules of docs/protocol.md.
"""

import asyncio
import json
import os
import random
import sys
import time
from datetime import datetime, timezone
from typing import Any, NamedTuple

import websockets
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage


class Refused(Exception):
    """The agent would refuse the same again: a person has to change something."""


class Position(NamedTuple):
    """The last sample that we have, as `since` of `subscribe` takes it."""

    epoch: str
    seq: int
    ts: int


class Follower:
    def __init__(self, agent: str, metrics: list[str], token: str | None) -> None:
        self.address = agent.rstrip("/").replace("http", "ws", 1) + "/metrics"
        self.metrics, self.token = metrics, token
        self.position: Position | None = None
        self.epoch = ""
        self.last_seq: dict[str, int] = {}  # of each epoch
        self.names: list[str] = []
        self.base_ms, self.cap_ms, self.retry_ms = 500, 20_000, 0

    async def follow(self) -> None:
        """Reconnects until it is cancelled. Raises Refused."""
        attempt = 0
        while True:
            self.retry_ms, opened_s, wait_ms = 0, time.monotonic(), 0.0
            try:
                async with websockets.connect(self.address, subprotocols=["metrics-panel.v1"]) as socket:
                    opened_s = time.monotonic()
                    if self.token:
                        await socket.send(json.dumps({"type": "auth", "token": self.token}))
                    since = {"since": self.position._asdict()} if self.position else {}
                    await socket.send(json.dumps({"action": "subscribe", "metrics": self.metrics, "id": 1, **since}))
                    while True:
                        self.receive(json.loads(await socket.recv()))
            except ConnectionClosed as closed:
                code, reason = (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "")
                if 4000 <= code <= 4099:
                    raise Refused(reason) from closed
                if 4200 <= code <= 4299 or time.monotonic() - opened_s >= 5:
                    attempt = 0
                reason = reason or f"the connection broke ({code})"
            except ValueError as error:  # also of what is no JSON
                reason = str(error)
            except (OSError, asyncio.TimeoutError, InvalidMessage) as error:
                reason = f"no connection to {self.address}: {error}"
            except InvalidHandshake as error:
                reason, wait_ms = f"{self.address} refuses: {error}", random.uniform(10_000, 20_000)
            # Full jitter (RC-1), after what `goodbye` asks for.
            wait_ms = wait_ms or self.retry_ms + random.uniform(0, min(self.cap_ms, self.base_ms * 2**attempt))
            attempt += 1
            print(f"reconnecting in {wait_ms / 1000:.1f} s: {reason}", file=sys.stderr)
            await asyncio.sleep(wait_ms / 1000)

    def receive(self, message: dict[str, Any]) -> None:
        match message:
            case {"type": "batch", "messages": messages}:
                for each in messages:
                    self.receive(each)
            case {"type": "welcome", "reconnect": {"baseMs": base_ms, "capMs": cap_ms}}:
                self.base_ms, self.cap_ms = base_ms, cap_ms
            case {"type": "subscribed", "epoch": epoch, "series": series}:
                self.epoch, self.names = epoch, [each["name"] for each in series]
                print(f"run {epoch}", flush=True)
            case {"type": "metrics", "seq": seq, "prev": prev, "ts": ts, "values": values}:
                if prev != self.last_seq.get(self.epoch, 0):
                    raise ValueError(f"a sample is missing before {seq}")  # RT-9
                self.reached(seq, ts)
                shown = (f"{name}={json.dumps(value)}" for name, value in zip(self.names, values))
                print(iso(ts), f"#{seq}", *shown, flush=True)
            case {"type": "gap", "to": to, "fromTs": from_ts, "toTs": to_ts, "reason": reason}:
                self.reached(to, to_ts)
                print(f"{iso(from_ts)} to {iso(to_ts)} missing: {reason}", flush=True)
            case {"type": "goodbye", "retryMs": retry_ms}:
                self.retry_ms = retry_ms
            case {"type": "auth_error", "error": error} | {"type": "error", "error": error, "id": 1}:
                raise Refused(error)

    def reached(self, seq: int, ts: int) -> None:
        self.position = Position(self.epoch, seq, ts)
        self.last_seq[self.epoch] = seq


def iso(unix_ms: int) -> str:
    return datetime.fromtimestamp(unix_ms / 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


if __name__ == "__main__":
    agent, *metrics = sys.argv[1:] or ["http://localhost:8080"]
    follower = Follower(agent, metrics or ["cpu", "memory"], os.environ.get("METRICS_PANEL_TOKEN"))
    try:
        asyncio.run(follower.follow())
    except Refused as refused:
        sys.exit(f"{agent}: {refused}")
    except KeyboardInterrupt:
        pass
