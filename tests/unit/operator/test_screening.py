"""What operators are told of screenings, and whom other rules would send to a person."""

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from aftercare.returns.document import encode
from aftercare.returns.findings import Copy, Findings, screen
from aftercare.returns.model import Return, ReturnStatus
from aftercare.returns.screening import SignalCode
from infra.local.settings import StackError
from infra.operator.commands import parser
from infra.operator.screening import IDS, changes, diff, noticed, rules_of, summary
from infra.operator.verdicts import sources
from tests.fakes.documents import rules as business_rules
from tests.fakes.orders import NOON
from tests.fakes.screening import DOCUMENT, rules

COPY = Copy("evd_1", "ret_2", "evd_2", "same_picture")


def returned(number: int, *, value: int = 100, copies: tuple[Copy, ...] = ()) -> Return:
    findings = Findings(market="US", currency="USD", value=value, copies=copies)
    screening = screen(rules(), findings)
    status = ReturnStatus.IN_REVIEW if screening.needs_review else ReturnStatus.APPROVED
    ticket, return_id = f"R-{number}", f"ret_{number:026d}"
    return Return(
        return_id, "key", "PM-1", (), NOON, ticket=ticket, status=status, screening=screening
    )


RETURNS = [returned(1), returned(2, value=30_001), returned(3, copies=(COPY,))]


def test_every_signal_has_its_rule() -> None:
    assert IDS.keys() == set(SignalCode)
    assert set(IDS.values()) <= {rule.rule_id for rule in business_rules()}


def test_each_signal_is_told_with_its_weight_its_rule_and_what_it_is_about() -> None:
    known = sources()
    nothing, dear, _, copied, photo = noticed(RETURNS, known)
    assert nothing == (
        "Return       R-1  approved: approved at once, 0 by the rules of 2026-11-28"
        " (nothing noticed)"
    )
    assert dear.startswith("Return       R-2  in_review: a person looks, 100 by the rules of ")
    assert copied.endswith("(reused_photo)")
    assert photo.split()[:3] == ["100", "reused_photo", "R-SCR-02"]
    assert photo.endswith("evd_1 ret_2 evd_2")


def test_what_the_newest_rules_would_say_is_told_where_it_is_another_answer() -> None:
    old = rules(version="old", limits={"US": {"USD": 1}})
    findings = Findings(market="US", currency="USD", value=100)
    [_, _, now] = noticed([RETURNS[0].__replace__(screening=screen(old, findings))], {})
    assert now == "  now        approved at once, 0 by the rules of 2026-11-28 (nothing noticed)"


def test_a_return_from_before_there_were_screenings_says_nothing() -> None:
    assert not list(noticed([RETURNS[0].__replace__(screening=None)], {}))


def test_a_higher_limit_and_a_lower_weight_send_fewer_to_a_person() -> None:
    count = Counter[str]()
    weights = {**rules().weights, SignalCode.REUSED_PHOTO: 99}
    new = rules(version="new", limits={"US": {"USD": 40_000}}, weights=weights)
    found = [change.ret.ticket for change in changes(RETURNS, rules(), new, count)]
    assert found == ["R-2", "R-3"]
    assert count == Counter(screened=3, changed=2)
    assert summary("old", "new", count) == (
        "From old to new: 2 of 3 returns would end otherwise; a person would look at 0."
    )


def test_only_screenings_of_the_old_version_are_replayed() -> None:
    count = Counter[str]()
    assert not list(changes(RETURNS, rules(version="another"), rules(), count))
    assert not count


def test_the_command_replays_an_export(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with gzip.open(tmp_path / "0.json.gz", "wt", encoding="utf-8") as file:
        for ret in RETURNS:
            item = {
                "pk": {"S": ret.return_id},
                "sk": {"S": "RETURN"},
                "version": {"N": "1"},
                "email_key": {"S": ret.email_key},
                "created_at": {"S": ret.created_at.isoformat()},
                "document": {"S": json.dumps(encode(ret))},
            }
            file.write(json.dumps({"Item": item}) + "\n")
    draft = tmp_path / "draft.toml"
    draft.write_text(DOCUMENT.replace("US = {USD = 30000}", "US = {USD = 50000}"))
    line = ["screening", "diff", "2026-11-28", str(draft), "--export", str(tmp_path)]
    diff(parser().parse_args(line))
    told = capsys.readouterr().out
    assert "  - a person looks" in told
    assert "1 of 3 returns would end otherwise; a person would look at 1." in told


def test_rules_that_are_not_there_or_not_readable_are_refused(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"There are no screening rules 2020: .* 2026-11-28"):
        rules_of("2020")
    broken = tmp_path / "broken.toml"
    broken.write_text("version = ")
    with pytest.raises(StackError, match=r"broken\.toml is no version of the screening rules"):
        rules_of(str(broken))
