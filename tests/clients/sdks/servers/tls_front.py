"""Ends TLS before a server that speaks none: `python tls_front.py PORT SERVER-PORT CERTIFICATE KEY`."""

import asyncio
import ssl
import sys


async def carry(reader, writer):
    try:
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


async def main(port, behind, certificate, key):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)

    async def accept(reader, writer):
        there, onward = await asyncio.open_connection("127.0.0.1", int(behind))
        await asyncio.gather(carry(reader, onward), carry(there, writer))

    server = await asyncio.start_server(accept, "127.0.0.1", int(port), ssl=context)
    await server.serve_forever()


asyncio.run(main(*sys.argv[1:]))
