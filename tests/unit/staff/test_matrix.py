"""Which roles may do what."""

import pytest

from aftercare.staff.errors import NotPermittedError
from aftercare.staff.matrix import published
from aftercare.staff.model import Member, Role
from aftercare.staff.policy import may, require


def member(*roles: Role) -> Member:
    return Member("stf_1", "Ana", "ana@example.com", frozenset(roles))


def test_each_verb_of_the_matrix_is_for_somebody() -> None:
    assert all(published().values())


def test_what_the_matrix_does_not_name_is_nobodys() -> None:
    assert not may(member(*Role), "returns.destroy")


def test_nobody_without_a_role_may_do_anything() -> None:
    assert not any(may(member(), verb) for verb in published())


def test_a_refusal_names_the_verb() -> None:
    require(member(Role.LEAD), "returns.confirm")
    with pytest.raises(NotPermittedError) as refused:
        require(member(Role.AGENT), "returns.confirm")
    assert refused.value.facts == {"verb": "returns.confirm"}
    assert refused.value.code == "not_permitted"
