"""Follows a metrics-panel agent and prints each of its samples once: python3 follow.py http://localhost:8080 cpu memory

Restart the agent or cut the network meanwhile: what was missed follows later, or a line says what is lost and why.
The token is read from METRICS_PANEL_TOKEN. RC-1 and the like are rules of docs/protocol.md. Needs Python 3.10 and
`websockets` 10 or newer, which answers pings and notices dead connections."""

import asyncio, json, os, random, sys, time
from contextlib import suppress
from datetime import datetime, timezone
from typing import Any

import websockets
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage


class Refused(Exception):
    """The agent would refuse the same again: a person has to change something."""


class Follower:
    def __init__(self, agent: str, metrics: list[str], token: str | None) -> None:
        self.address = agent.rstrip("/").replace("http", "ws", 1) + "/metrics"
        self.metrics, self.token = metrics, token
        self.since: dict[str, Any] = {}  # the last sample that we have
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
                    await socket.send(json.dumps({"action": "subscribe", "id": 1, "metrics": self.metrics} | self.since))
                    while True:
                        self.receive(json.loads(await socket.recv()))
            except ConnectionClosed as closed:
                code, reason = (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "")
                if 4000 <= code <= 4099:
                    raise Refused(reason) from closed
                if 4200 <= code <= 4299 or time.monotonic() - opened_s >= 5:
                    attempt = 0
            except (OSError, asyncio.TimeoutError, InvalidMessage, ValueError) as error:  # also of what is no JSON
                reason = f"{self.address}: {error or 'no answer'}"
            except InvalidHandshake as error:
                said, retry_ms = refusal(error)
                reason, wait_ms = f"{self.address} refuses: {said}", max(retry_ms, random.uniform(10_000, 20_000))
            # Full jitter (RC-1), after what `goodbye` asks for.
            wait_ms = wait_ms or self.retry_ms + random.uniform(0, min(self.cap_ms, self.base_ms * 2**attempt))
            attempt += 1
            print(f"reconnecting in {wait_ms / 1000:.1f} s: {reason or 'the connection broke'}", file=sys.stderr)
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
                show(f"run {epoch}")
            case {"type": "metrics", "seq": seq, "prev": prev, "ts": ts, "values": values}:
                if prev != self.last_seq.get(self.epoch, 0):
                    raise ValueError(f"a sample is missing before {seq}")  # RT-9
                self.reached(seq, ts)
                shown = (f"{name}={json.dumps(value)}" for name, value in zip(self.names, values))
                show(iso(ts), f"#{seq}", *shown)
            case {"type": "gap", "to": to, "fromTs": from_ts, "toTs": to_ts, "reason": reason}:
                self.reached(to, to_ts)
                show(f"{iso(from_ts)} to {iso(to_ts)} missing: {reason}")
            case {"type": "goodbye", "retryMs": retry_ms}:
                self.retry_ms = retry_ms
            case {"type": "auth_error", "error": error} | {"type": "error", "error": error, "id": 1}:
                raise Refused(error)

    def reached(self, seq: int, ts: int) -> None:
        self.since = {"since": {"epoch": self.epoch, "seq": seq, "ts": ts}}
        self.last_seq[self.epoch] = seq


def refusal(error: InvalidHandshake) -> tuple[str, int]:
    """What the agent says (versions of `websockets` before 14 keep only the status), and how many ms it asks to wait."""
    response = getattr(error, "response", error)
    text = (getattr(response, "body", None) or b"").decode(errors="replace").strip()
    retry_after = str(getattr(response, "headers", {}).get("Retry-After"))
    with suppress(ValueError, TypeError, KeyError):
        text = json.loads(text)["error"]
    return text or str(error), 1000 * int(retry_after) if retry_after.isdecimal() else 0


def show(*words: str) -> None:
    try:
        print(*words, flush=True)
    except BrokenPipeError:  # nobody reads on, as after `| head`
        os._exit(0)


def iso(unix_ms: int) -> str:
    return datetime.fromtimestamp(unix_ms / 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


if __name__ == "__main__":
    if len(sys.argv) < 3 or not sys.argv[1].startswith(("http://", "https://")):
        sys.exit("usage: python3 follow.py http://localhost:8080 cpu memory")
    agent, *metrics = sys.argv[1:]
    with suppress(KeyboardInterrupt):
        try:
            asyncio.run(Follower(agent, metrics, os.environ.get("METRICS_PANEL_TOKEN")).follow())
        except Refused as refused:
            hint = "Not authenticated: put a token into METRICS_PANEL_TOKEN"
            sys.exit(f"{agent}: {refused}".replace("Not authenticated", hint))
