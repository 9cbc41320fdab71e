"""Measure a server of this machine: `python -m bench [scenario …]`, or `make bench`.

Starts a server process of its own (DATABASE_URL says on which database: one for this alone), fills the database, and
drives the server from this process over the public socket only. With --url and --pid it measures one that runs.
"""

import argparse
import asyncio
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from bench.scenarios import BIG, SCENARIOS
from bench.target import Target

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("scenarios", nargs="*", help=f"{', '.join(SCENARIOS)} (default: all but the big one)")
    parser.add_argument("--port", type=int, default=8190)
    parser.add_argument("--url", help="of a server that runs already, with BENCH=1 LIMITS=off")
    parser.add_argument("--pid", type=int, help="of that server")
    parser.add_argument("--seed", help="what bench_seed wrote")
    options = parser.parse_args()
    if unknown := set(options.scenarios) - set(SCENARIOS):
        parser.error(f"no scenario {', '.join(unknown)}")
    environment = {**os.environ, "BENCH": "1", "LIMITS": "off", "LOG_LEVEL": "WARNING"}
    with tempfile.TemporaryDirectory() as folder:
        environment.setdefault("DATA_DIR", folder)
        manage("collectstatic", "--noinput", "-v0", environment=environment)  # pages name their files by content
        seed = options.seed or f"{folder}/seed.json"
        if not options.seed:
            manage("migrate", "-v0", environment=environment)
            manage("bench_seed", seed, environment=environment)
            if BIG & set(options.scenarios):
                subprocess.run([sys.executable, "-m", "bench.market_seed", seed], cwd=ROOT, env=environment, check=True)
        if options.url:
            return run(options.scenarios, Target(options.url, options.pid, json.loads(Path(seed).read_text())))
        server = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--bind", f"127.0.0.1:{options.port}"], cwd=ROOT, env=environment
        )
        try:
            url = f"http://127.0.0.1:{options.port}"
            wait_until_ready(url)
            return run(options.scenarios, Target(url, server.pid, json.loads(Path(seed).read_text())))
        finally:
            server.terminate()
            server.wait(timeout=30)


def manage(*arguments: str, environment: dict[str, str]) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=True)


def wait_until_ready(url: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"No server at {url}.")


def run(names: list[str], target: Target) -> int:
    gc.disable()
    results = []
    for name in names or [name for name in SCENARIOS if name not in BIG]:
        results.append(asyncio.run(SCENARIOS[name](target)))
        gc.collect()
        time.sleep(3)  # the server forgets the sockets of the scenario before
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
