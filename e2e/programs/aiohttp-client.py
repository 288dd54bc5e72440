"""A client with the library `aiohttp`, in one session. Prints `sse`, `poll` and `websocket` when each has brought samples."""

import asyncio
import sys

import aiohttp

CPU = {"metrics": ["cpu"]}


async def main(agent):
    async with aiohttp.ClientSession() as session:
        samples = 0
        async with session.get(agent + "metrics/sse", params={"subscriptions": '[{"metrics":["cpu"]}]'}) as stream:
            async for line in stream.content:
                samples += b'"type":"metrics"' in line
                if samples == 3:
                    break
        print("sse")

        for _ in range(2):
            async with session.post(agent + "metrics/poll", json={"subscriptions": [CPU]}) as answer:
                assert (await answer.json())["type"] == "batch"
        print("poll")

        samples = 0
        async with session.ws_connect(agent + "metrics", protocols=["metrics-panel.v1"]) as socket:
            await socket.send_json({"action": "subscribe", **CPU})
            async for message in socket:
                samples += '"type":"metrics"' in message.data
                if samples == 3:
                    break
        print("websocket")


asyncio.run(main(sys.argv[1]))
