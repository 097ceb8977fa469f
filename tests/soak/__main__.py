"""`python -m tests.soak`: minutes of load on the deployed stack of an instance while things go wrong, then count.

A fleet of 100 devices publishes, every message twice and one in a hundred of them poison; some clocks jump an hour
ahead and then fall an hour behind; the database is away for a minute; the function's processes are killed again and
again. At the end everything that the queue has taken must be stored or quarantined, once. Lines for people go to
stderr, the same as JSON to stdout.
"""

import argparse
import json
import os
import sys
from dataclasses import asdict

from local.instance import chosen_instance
from tests.deployed import deployed_stack
from tests.soak.run import Outcome, Plan, run


def main() -> int:
    """Run and count; 1 when a message is lost, doubled or in the wrong place."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--rate", type=int, default=50, help="messages a second, before each is doubled")
    parser.add_argument("--outage", type=float, default=60, help="seconds without the database")
    parser.add_argument("--kills", type=int, default=10, help="how often the function's processes are killed")
    chosen = parser.parse_args()
    instance = chosen_instance(os.environ)
    if not instance.stack_file.exists():
        print(f"{instance.stack_file} is missing: `make soak` brings a stack up", file=sys.stderr)
        return 2
    plan = Plan(rate=chosen.rate, calm=10, outage=chosen.outage, clock_error=5, worker_kills=chosen.kills, patience=900)
    with deployed_stack(instance) as stack:
        outcome = run(stack, instance, plan)
    _tell(plan, outcome)
    return 0 if outcome.account.is_exact else 1


def _tell(plan: Plan, outcome: Outcome) -> None:
    account = outcome.account
    print(
        f"{outcome.seconds_of_load:.0f} s of load at {plan.rate}/s, each message twice; {plan.outage:g} s without the "
        f"database, {outcome.workers_killed} processes killed; empty {outcome.seconds_to_drain:.0f} s later.\n"
        f"{account}\n{'Exact.' if account.is_exact else 'NOT exact.'}",
        file=sys.stderr,
    )
    figures = {"exact": account.is_exact, **asdict(plan), **asdict(outcome)}
    print(json.dumps(figures, default=sorted))


if __name__ == "__main__":
    sys.exit(main())
