"""Has the local stack's seller say that a parcel moved: `make parcel TRACKING=… STATUS=delivered`.

It scans the parcel now and sends the stack a signed webhook, as EasyPost does.
"""

import argparse
import sys

from infra.local.carrier.attached import ask
from infra.local.carrier.books import STATUSES
from infra.local.processes import running_stack
from infra.local.settings import Settings, StackError, from_environment

_TAKEN = 202


def move(settings: Settings, tracking: str, status: str) -> str:
    """Scans the parcel; returns what became of the webhook, for people.

    Raises:
        StackError: No stack runs, the seller has not sold that number, or the webhook is refused.
    """
    stack = running_stack(settings)
    if not stack:
        raise StackError("The stack is not running: `make up` starts it.")
    if not stack.get("carrier_url"):
        raise StackError("The running stack has no seller of labels: start it again.")
    number = "".join(filter(str.isalnum, tracking)).upper()
    try:
        said = ask(f"{stack['carrier_url']}/scans", {"tracking_code": number, "status": status})
    except OSError:
        raise StackError("The stack's seller of labels does not answer.") from None
    refused = [told["status"] for told in said["webhooks"] if told["status"] != _TAKEN]
    if refused or not said["webhooks"]:
        raise StackError(f"The parcel is {status}, but the stack did not take the webhook.")
    return f"The parcel is {status}, and the stack knows it in a moment."


def main() -> None:
    """Parse the number and the status. A failure prints one line and exits with status 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tracking")
    parser.add_argument("status", choices=STATUSES)
    options = parser.parse_args()
    try:
        print(move(from_environment(), options.tracking, options.status))
    except StackError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
