"""Whose answer another version of a policy would change."""

import gzip
import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aftercare.returns.document import encode
from aftercare.returns.model import Return, ReturnLine
from aftercare.returns.policies import read_policy
from aftercare.returns.policy import Facts, Payer, Policy, decide
from aftercare.returns.reasons import Reason
from infra.local.settings import StackError
from infra.operator.commands import parser
from infra.operator.policy import FOLDER, changes, diff, policy_of, shown, summary
from tests.fakes.policies import DELIVERED, facts

OLD = read_policy((FOLDER / "na_online/2025-01-06.toml").read_text())
TEXT = (FOLDER / "na_online/2025-01-06.toml").read_text()


def changed(*replacements: tuple[str, str]) -> Policy:
    """The version as somebody edited it."""
    text = TEXT
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    return read_policy(text)


def returned(number: int, policy: Policy = OLD, *, keeps_facts: bool = True, **of: Any) -> Return:
    case: Facts = facts(**of)
    decision = decide(policy, case)
    line = ReturnLine(
        "1",
        "FIG-1",
        "Moon Hare",
        1,
        reason=case.reason,
        decision=decision if keeps_facts else replace(decision, facts=None),
    )
    return Return(
        f"ret_{number:026d}", "key", "PM-1", (line,), DELIVERED, ticket=f"R-{number}", version=1
    )


RETURNS = [
    returned(1, as_of=DELIVERED + timedelta(days=2)),
    returned(2, as_of=DELIVERED + timedelta(days=12)),
    returned(3, as_of=DELIVERED + timedelta(days=20)),
    returned(4, reason=Reason.CHANGED_MIND),
]


def of(new: Policy, returns: list[Return] = RETURNS) -> tuple[list[str], Counter[str]]:
    count = Counter[str]()
    found = [change.ret.ticket for change in changes(returns, OLD, new, count)]
    return found, count


def test_the_same_version_changes_nobody_s_answer() -> None:
    assert of(OLD) == ([], Counter(lines=4))


def test_a_shorter_window_changes_the_last_day_of_all_that_it_grants() -> None:
    found, count = of(changed(("days = 15", "days = 10")))
    assert found == ["R-1", "R-2", "R-3"]
    assert count == Counter(lines=4, changed=3)


def test_another_payer_changes_what_is_told_and_a_renamed_rule_does_not() -> None:
    assert of(changed(('payer = "seller"\nevidence', 'payer = "buyer"\nevidence')))[0] == [
        "R-1",
        "R-2",
        "R-3",
    ]
    assert of(changed(('rule = "R-RET-01"', 'rule = "R-RET-33"')))[0] == []


def test_a_version_that_does_not_cover_the_market_any_more_changes_the_answer() -> None:
    narrower = replace(OLD, markets=frozenset({"CA"}))
    assert of(narrower)[0] == ["R-1", "R-2", "R-3", "R-4"]


def test_only_decisions_of_the_old_version_are_replayed() -> None:
    other = replace(OLD, version="2024-01-01")
    assert of(changed(("days = 15", "days = 10")), [returned(1, other)]) == ([], Counter())


def test_a_line_that_was_left_out_of_an_approved_return_is_replayed_too() -> None:
    ret = returned(1, as_of=DELIVERED + timedelta(days=12))
    without = replace(ret, lines=(), left_out=ret.lines)
    shorter = changed(("days = 15", "days = 10"))
    assert of(shorter, [without]) == (["R-1"], Counter(lines=1, changed=1))


def test_decisions_without_facts_are_counted_and_said() -> None:
    new = changed(("days = 15", "days = 10"))
    found, count = of(new, [returned(1), returned(2, keeps_facts=False)])
    assert (found, count["without facts"]) == (["R-1"], 1)
    assert summary("na_online/2025-01-06", "draft.toml", count) == (
        "From na_online/2025-01-06 to draft.toml: 1 of 1 answers would change."
        " 1 others keep no facts, and can't be replayed."
    )


def test_a_change_is_shown_as_a_difference_without_anything_personal() -> None:
    new = replace(OLD, grants=tuple(replace(each, payer=Payer.BUYER) for each in OLD.grants))
    [change] = changes(RETURNS[:1], OLD, new, Counter())
    heading, before, after = shown(change).splitlines()
    assert heading == (
        "R-1  ret_00000000000000000000000001  line 1  missing_parts  US figure  asked 2026-06-03"
    )
    assert before.startswith("  - allowed until the end of 2026-06-16, the seller pays, 1 photo")
    assert after.startswith("  + allowed until the end of 2026-06-16, the buyer pays, 1 photo")
    [gone] = changes(RETURNS[:1], OLD, replace(OLD, markets=frozenset()), Counter())
    assert shown(gone).endswith("  + not covered in US")


def test_a_version_is_named_by_its_policy_and_day_or_by_its_document(tmp_path: Path) -> None:
    draft = tmp_path / "draft.toml"
    draft.write_text(TEXT.replace("days = 15", "days = 30"))
    assert policy_of("na_online/2025-01-06") == OLD
    assert policy_of(str(draft)) != OLD
    with pytest.raises(StackError, match=r"no policy na_online/1999.*na_online/2025-01-06"):
        policy_of("na_online/1999")
    draft.write_text(TEXT.replace("days = 15", 'days = "many"'))
    with pytest.raises(StackError, match=r"draft\.toml is no policy: .*days"):
        policy_of(str(draft))


def test_an_export_is_replayed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "AWSDynamoDB" / "01" / "data"
    data.mkdir(parents=True)
    items = [_item(ret) for ret in RETURNS]
    items.append({"pk": {"S": "ORDER#PM-1"}, "sk": {"S": "LINE#1"}, "units": {"N": "1"}})
    with gzip.open(data / "0.json.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps({"Item": item}) + "\n" for item in items)
    draft = tmp_path / "draft.toml"
    draft.write_text(TEXT.replace("days = 15", "days = 10"))
    diff(
        parser().parse_args(
            ["policy", "diff", "na_online/2025-01-06", str(draft), "--export", str(tmp_path)]
        )
    )
    told = capsys.readouterr().out
    assert told.count("  + ") == 3
    assert "3 of 4 answers would change." in told


def test_a_folder_without_an_export_is_refused(tmp_path: Path) -> None:
    arguments = ["policy", "diff", "na_online/2025-01-06", "na_online/2025-01-06"]
    with pytest.raises(StackError, match=r"no \.json\.gz files"):
        diff(parser().parse_args([*arguments, "--export", str(tmp_path)]))


def _item(ret: Return) -> dict[str, Any]:
    return {
        "pk": {"S": ret.return_id},
        "sk": {"S": "RETURN"},
        "version": {"N": "1"},
        "email_key": {"S": ret.email_key},
        "created_at": {"S": ret.created_at.isoformat()},
        "document": {"S": json.dumps(encode(ret))},
    }
