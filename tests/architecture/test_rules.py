"""docs/rules.md and the code agree: each cited rule exists, each rule is where it says it is."""

import re
from collections import Counter

import pytest

from tests.fakes.documents import RULE_ID, Rule, rules, texts
from tests.fakes.template import ROOT

BUILT = [rule for rule in rules() if rule.is_built]


def test_a_rule_has_an_id_of_its_own() -> None:
    assert rules()
    repeated = {
        rule_id for rule_id, count in Counter(r.rule_id for r in rules()).items() if count > 1
    }
    assert not repeated


def test_every_rule_that_is_cited_exists() -> None:
    known = {rule.rule_id for rule in rules()}
    cited = {(path, rule_id) for path, text in texts().items() for rule_id in RULE_ID.findall(text)}
    unknown = sorted(f"{path}: {rule_id}" for path, rule_id in cited if rule_id not in known)
    assert not unknown


@pytest.mark.parametrize("rule", BUILT, ids=lambda rule: rule.rule_id)
def test_a_rule_names_its_source_its_code_and_its_test(rule: Rule) -> None:
    assert rule.source
    assert rule.code
    assert rule.tests
    for reference in (*rule.code, *rule.tests):
        path = reference.path.relative_to(ROOT)
        assert reference.path.exists(), f"docs/rules.md, {rule.rule_id}: update the path {path}"
        defined = re.compile(rf"^\s*(?:def |class )?{reference.name}\b", re.MULTILINE)
        found = defined.search(reference.path.read_text())
        assert found, f"docs/rules.md, {rule.rule_id}: {path} has no {reference.name}; update it"


def test_code_cites_rules_and_not_their_sources() -> None:
    cited = re.compile(r"\bseeds/\d|\b\d{3}_[0-9a-f]{16}\b", re.IGNORECASE)
    assert not [str(path) for path, text in texts().items() if cited.search(text)]
