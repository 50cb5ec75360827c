"""Speaks with `latent mcp` as an assistant's program does, and prints what it heard: run by EngineTests.

Usage: assistant.py LATENT SPACE FOLDER
"""

import asyncio
import json
import sys

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client


async def main(latent, space, folder):
    server = StdioServerParameters(command=latent, args=["mcp", "--write-to", folder])
    answer = {}
    async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
        hello = await session.initialize()
        answer["hello"] = hello.model_dump(mode="json", by_alias=True)
        tools = await session.list_tools()
        answer["tools"] = [tool.name for tool in tools.tools]
        for key, name, arguments in [
            ("show", "show", {"space": space}),
            ("find", "find", {"need": ["anomalies", "in", "tables"], "count": 3}),
            ("sample", "sample", {"space": space, "count": 4, "seed": 7}),
            ("wrong", "sample", {"space": space, "count": 0}),
            ("outside", "sample", {"space": space, "out": "/tmp/outside.png"}),
        ]:
            called = await session.call_tool(name, arguments)
            answer[key] = called.model_dump(mode="json", by_alias=True)
        try:
            await session.call_tool("no-such-tool", {})
            answer["unknown"] = None
        except Exception as error:
            answer["unknown"] = str(error)
        read_back = await session.read_resource("latent://systems/S057")
        answer["resource"] = json.loads(read_back.contents[0].text)["id"]
        await session.send_ping()
    async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
        await session.discover()
        answer["stateless"] = session.protocol_version
        answer["stateless tools"] = [tool.name for tool in (await session.list_tools()).tools]
        called = await session.call_tool("show", {"space": space})
        answer["stateless show"] = called.model_dump(mode="json", by_alias=True)
    print(json.dumps(answer))


asyncio.run(main(*sys.argv[1:]))
