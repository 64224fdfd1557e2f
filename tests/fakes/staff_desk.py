"""The staff room on a user pool and a clock of the test's own."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from aftercare.staff.directory import Directory, Pool
from aftercare.staff.service import StaffService
from aftercare.staff.session import SessionKey
from aftercare.staff.store import StaffStore
from tests.fakes.house import SetClock
from tests.fakes.user_pool import CLIENT, POOL, Account, UserPool, answering

BROWSER = "a browser's random name"


@dataclass
class Desk:
    """Staff of one user pool, on one clock."""

    service: StaffService
    pool: UserPool
    clock: SetClock

    def comes_back(self, account: Account) -> tuple[str, str]:
        """Signs in at the pool's page; returns the state and the code of the way back."""
        return self.pool.sign_in(self.service.begin_sign_in(BROWSER, "/"), account)

    def signs_in(self, account: Account) -> SessionKey:
        return self.service.complete_sign_in(BROWSER, *self.comes_back(account)).key


@contextmanager
def desk_on(tables: dict[str, str]) -> Iterator[Desk]:
    clock = SetClock()
    pool = UserPool(clock=clock)
    with answering(pool) as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", url)
        directory = Directory(Pool(POOL, CLIENT, url, "https://console.example", "us-west-2"))
        store = StaffStore(tables["StaffTable"])
        entropy = random.Random(1).getrandbits  # noqa: S311 - ids only
        yield Desk(StaffService(store, directory, clock, entropy), pool, clock)
