"""kill -9 at each step of money: whoever comes next finishes it, and nothing happens twice.

The process that dies is a real one, with a database of its own; what it was at is picked up as the worker does it:
tasks that were claimed by the dead are given back, and the sweeper looks for what nobody has a task for any more.
"""

import json
import os
import signal
import subprocess
import sys

import pytest

from tests.faults.world import ROOT

SCRIPT = ROOT / "tests" / "faults" / "market_steps.py"

# failpoint -> the step during which it dies
STEPS = {
    "market.checkout.before_commit": "order",
    "market.pay.before_call": "pay",
    "market.pay.before_settle": "pay",
    "market.settle.before_moves": "pay",
    "market.release.before_commit": "confirm",
    "market.refund.before_settle": "refund",
    "market.payout.before_settle": "payout",
}


@pytest.fixture(scope="module")
def shop_floor(database_url, tmp_path_factory):
    """An empty database, migrated once for all steps."""
    folder = tmp_path_factory.mktemp("market")
    environment = {
        **{name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "FAILPOINT")},
        "DATA_DIR": str(folder), "DATABASE_URL": database_url, "TENFOLD_TESTING": "1", "BENCH": "1", "LIMITS": "off",
        "LOG_LEVEL": "CRITICAL",
    }  # fmt: skip
    migrate = [sys.executable, "manage.py", "migrate", "-v0"]
    subprocess.run(migrate, cwd=ROOT, env=environment, check=True)
    return environment


def step(environment, names, order="", failpoint=""):
    """Run steps in a process of its own; its answer, or None when it died as by kill -9."""
    done = subprocess.run(
        [sys.executable, str(SCRIPT), names, str(order)],
        cwd=ROOT, env={**environment, "FAILPOINT": failpoint}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    if failpoint:
        assert done.returncode == -signal.SIGKILL, done.stderr[-2000:]
        return None
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize(("failpoint", "during"), STEPS.items(), ids=STEPS)
def test_what_died_in_the_middle_is_finished_once(shop_floor, failpoint, during):
    plan = ["order", "pay", "ship", "confirm", "payout", "refund"]
    before = plan[: plan.index(during)]
    order = step(shop_floor, ",".join(before))["order"] if before else ""
    step(shop_floor, during, order, failpoint=failpoint)
    # The buyer presses again what did not answer; what the worker was at, the next worker finds.
    again = [during] if during in ("order", "pay", "confirm") else []
    after = step(shop_floor, ",".join([*again, "recover"]), order)
    assert after["broken"] == []
    expected = {
        "order": "created", "pay": "paid", "confirm": "completed", "payout": "completed", "refund": "refunded",
    }  # fmt: skip
    assert after["state"] == expected[during]
    assert after["charges"] <= 1, "charged twice"
    assert after["captures"] == (0 if during == "order" else 1)
    assert during != "order" or after["orders"] == 1, "half an order was left"
    if during == "refund":
        assert (after["refunds_at_provider"], after["refund_state"]) == (1, "succeeded")
    if during == "payout":
        assert (after["payouts_at_provider"], after["payout_state"]) == (1, "paid")
