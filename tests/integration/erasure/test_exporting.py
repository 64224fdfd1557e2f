"""What a person gets who asks for their data."""

import json
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from aftercare.erasure.exporting import Exporting
from aftercare.kernel.actor import CUSTOMER
from infra.operator.customer import write
from tests.fakes.erasures import Person, erasing, somebody
from tests.fakes.house import House
from tests.fakes.reviews import AGENT

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions", "versions")]


def exported(house: House, person: Person) -> dict[str, bytes]:
    _, erasures = erasing(house)
    return dict(Exporting(erasures.rooms, house.clock).files(person.email))


def test_an_export_has_everything_that_is_kept_of_a_person(
    house: House, tables: dict[str, str]
) -> None:
    person = somebody(house, tables)
    person.lives()
    files = exported(house, person)
    everything = b"\n".join(files.values()).decode()
    # Moments are keyed hashes by which photos are found; the phone is never stored; what a
    # lead says of a colleague's decision is the colleague's.
    ours = {person.moment, person.phone, person.unreadable, person.looked}
    known = set(person.canaries) - ours
    assert [text for text in known if text not in everything] == []
    documents = {name for name in files if name.endswith(".json")}
    assert documents == {
        "orders.json",
        "returns.json",
        "membership.json",
        "mail.json",
        "codes.json",
        "claims.json",
        "tickets.json",
        "wechat.json",
    }
    [picture] = [each for _, _, shown in json.loads(files["tickets.json"]) for each in shown]
    assert (picture["entry"], picture["state"]) == (1, "accepted")
    assert len(json.loads(files["orders.json"])) == 3
    assert len(json.loads(files["returns.json"])) == 3
    assert sum(name.startswith("evidence/") for name in files) == 16
    assert sum(name.startswith("labels/") for name in files) == 1
    assert sum(name.startswith("messages/R-") for name in files) == 2
    guide = files["README.txt"].decode()
    assert person.email in guide
    for name in documents:
        assert name in guide


def test_an_export_names_nobody_of_the_staff(house: House, tables: dict[str, str]) -> None:
    person = somebody(house, tables)
    person.is_declined(person.buys())
    returns = exported(house, person)["returns.json"].decode()
    assert AGENT.staff_id not in returns
    assert '"by": "staff"' in returns


def test_an_export_has_nothing_of_another_person(house: House, tables: dict[str, str]) -> None:
    person, other = somebody(house, tables), somebody(house, tables)
    theirs = other.is_declined(other.buys())
    person.begins(person.buys())
    everything = b"\n".join(exported(house, person).values()).decode()
    assert other.email not in everything
    assert theirs.ticket not in everything


def test_the_file_is_its_owners_alone_and_replaces_no_other(
    house: House, tables: dict[str, str], tmp_path: Path
) -> None:
    person = somebody(house, tables)
    house.returns.discard(person.email_key, person.begins(person.buys()).return_id, actor=CUSTOMER)
    _, erasures = erasing(house)
    path = tmp_path / "export.zip"
    files = Exporting(erasures.rooms, house.clock).files(person.email)
    assert write(path, files) > 6
    assert path.stat().st_mode & 0o077 == 0
    with ZipFile(BytesIO(path.read_bytes())) as archive:
        assert archive.testzip() is None
    with pytest.raises(FileExistsError):
        write(path, [])
