"""Run the reference management server: `python contrib/management-server --help`."""

import argparse
import asyncio
import os
import signal
import ssl
import sys
from pathlib import Path

import msgspec
from aiohttp import web
from management_server.routes import make_app


def main() -> int:
    """Serve until a signal ends it."""
    chosen = _arguments()
    token = os.environ.get(chosen.token_env, "")
    if not token:
        print(f"The variable {chosen.token_env} holds no token.", file=sys.stderr)
        return 2
    asyncio.run(_serve(chosen, token))
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="management-server", description="A management server that Shipway can publish to."
    )
    parser.add_argument("--host", default="127.0.0.1", help="where it listens")
    parser.add_argument("--port", type=int, default=8650, help="0: any that is free")
    parser.add_argument("--folder", type=Path, required=True, help="where it keeps everything")
    parser.add_argument("--token-env", required=True, help="the variable that holds its token")
    parser.add_argument("--certificate", type=Path, help="a PEM chain: it speaks HTTPS")
    parser.add_argument("--key", type=Path, help="the PEM key of the certificate")
    return parser.parse_args()


async def _serve(chosen: argparse.Namespace, token: str) -> None:
    runner = web.AppRunner(make_app(chosen.folder, token), access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, chosen.host, chosen.port, ssl_context=_tls(chosen))
        await site.start()
        scheme = "https" if chosen.certificate else "http"
        host, port = runner.addresses[0][:2]
        told = {"server": f"{scheme}://{host}:{port}", "pid": os.getpid()}
        print(msgspec.json.encode(told).decode(), flush=True)
        await _ended()
    finally:
        await runner.cleanup()


def _tls(chosen: argparse.Namespace) -> ssl.SSLContext | None:
    if chosen.certificate is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(chosen.certificate, chosen.key)
    return context


async def _ended() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()


if __name__ == "__main__":
    sys.exit(main())
