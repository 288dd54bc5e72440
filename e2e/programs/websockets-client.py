"""A client with the library `websockets`, as its documentation begins. Prints `websocket` when three samples have come."""

import asyncio
import json
import sys

import websockets


async def main(agent):
    address = agent.replace("http", "ws", 1) + "metrics"
    async with websockets.connect(address, subprotocols=["metrics-panel.v1"]) as socket:
        await socket.send(json.dumps({"action": "subscribe", "metrics": ["cpu"]}))
        samples = 0
        async for text in socket:
            samples += '"type":"metrics"' in text
            if samples == 3:
                break
    print("websocket")


asyncio.run(main(sys.argv[1]))
