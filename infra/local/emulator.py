"""Starts MiniStack with our settings: `python -m infra.local.emulator`, in its own venv.

With a port for it, the simulated seller of labels starts beside it, and ends with it.
"""

import argparse
import asyncio
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from infra.local.carrier import attached

MINISTACK_VERSION = "1.5.33"


def configure(port: int, data: Path) -> None:
    """Set the environment variables that MiniStack reads at import."""
    for name in ("AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH"):
        os.environ.pop(name, None)
    os.environ |= {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "AUTH": "true",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(data / "state" / "current"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(data / "state" / "s3"),
        "MINISTACK_REGION": os.environ.get("AWS_REGION", "us-west-2"),
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "POWERTOOLS_TRACE_DISABLED": "true",
        "TMPDIR": str(data / "tmp"),
    }
    (data / "tmp").mkdir(parents=True, exist_ok=True)


def _carrier(options: argparse.Namespace) -> "subprocess.Popen[bytes] | None":
    if not options.carrier_port:
        return None
    data = options.data.resolve()
    log = data / "logs" / "carrier.log"
    return attached.start(options.carrier_python, options.carrier_port, data, log)


def main() -> None:
    """Parse the port and the data directory and start the emulator."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--carrier-port", type=int)
    arguments.add_argument("--carrier-python", type=Path)
    options = arguments.parse_args()
    if metadata.version("ministack") != MINISTACK_VERSION:
        sys.exit(f"infra/local requires MiniStack {MINISTACK_VERSION}: run `make setup`.")
    configure(options.port, options.data.resolve())
    from infra.local.gateway import serve  # noqa: PLC0415 - reads the environment

    # Held until the end: its input ends with this process.
    carrier = _carrier(options)
    try:
        asyncio.run(serve(options.port, options.data.resolve()))
    finally:
        if carrier:
            carrier.kill()
            carrier.wait()


if __name__ == "__main__":
    main()
