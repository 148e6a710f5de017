"""A client of the console over SSH: asyncssh_client.py PORT KEY console|channels.

It prints a line for each thing that worked.
"""

import asyncio
import sys
import warnings

# Of ciphers that it knows and does not use.
warnings.filterwarnings("ignore")
import asyncssh
from asyncssh.packet import Boolean, String, UInt32

PATIENCE = 20
EOF, CLOSE, DATA, WINDOW, REQUEST = 96, 97, 94, 93, 98


async def shows(process, wanted):
    text = ""
    while wanted not in text:
        more = await asyncio.wait_for(process.stdout.read(65536), PATIENCE)
        assert more, f"ended before {wanted!r}: {text!r}"
        text += more


async def console(connection):
    return await connection.create_process(term_type="xterm-256color", term_size=(100, 30))


async def consoles(connection):
    process = await console(connection)
    await shows(process, "North, Stu")
    print("a row")
    process.change_terminal_size(120, 40)
    process.stdin.write("q")
    await asyncio.wait_for(process.wait(), PATIENCE)
    print("ended", process.exit_status)
    for _ in range(2):
        listed = await connection.run("list time-records --format csv")
        print("lines", len(listed.stdout.splitlines()))
    process = await connection.create_process("audit tail -f")
    await shows(process, "\n")
    process.send_signal("INT")
    await asyncio.wait_for(process.wait(), PATIENCE)
    print("interrupted")


async def channels(connection):
    first = await console(connection)
    await shows(first, "North, Stu")
    closed, unknown = first.channel._send_chan, 77
    junk(connection, unknown)
    # More room than a channel can have.
    for _ in range(2):
        connection.send_packet(WINDOW, UInt32(closed), UInt32(2**32 - 1))
    await answers(first)
    print("unknown channel")
    connection.send_packet(CLOSE, UInt32(closed))
    await asyncio.wait_for(first.wait_closed(), PATIENCE)
    second = await console(connection)
    await shows(second, "North, Stu")
    connection.send_packet(DATA, UInt32(closed), String(b"q"))
    junk(connection, closed)
    await answers(second)
    print("closed channel")


async def answers(process):
    process.stdin.write("?")
    # A new size draws everything anew, so that words come in one piece.
    process.change_terminal_size(110, 35)
    await shows(process, "Everywhere")


def junk(connection, number):
    connection.send_packet(DATA, UInt32(number), String(b"qqq"))
    connection.send_packet(REQUEST, UInt32(number), String(b"shell"), Boolean(False))
    connection.send_packet(EOF, UInt32(number))
    connection.send_packet(CLOSE, UInt32(number))


async def main(port, key, what):
    options = {"known_hosts": None, "config": None, "agent_path": None, "username": "anyone"}
    async with asyncssh.connect("127.0.0.1", int(port), client_keys=[key], **options) as connection:
        await {"console": consoles, "channels": channels}[what](connection)


asyncio.run(main(*sys.argv[1:]))
