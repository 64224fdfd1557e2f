"""What a refusal says to a customer, in the words of the catalogue."""

from typing import NamedTuple

from aftercare.kernel.errors import AftercareError
from aftercare.web.problems import Problem, family_of
from aftercare.words.service import Words


def sentence_of(spoken: Words, error: AftercareError) -> str:
    """The sentence of the error's code and reason, or else of its family."""
    reason = error.facts.get("why") or error.facts.get("field")
    keys = (f"{error.code}.{reason}", error.code, family_of(error))
    key = next(key for key in keys if spoken.has(f"problems.{key}"))
    minutes = -(-int(error.facts.get("retry_after", 60)) // 60)
    return spoken.text(f"problems.{key}", minutes=minutes, **error.facts)


def detail_of(spoken: Words, error: Exception, problem: Problem) -> str:
    """The same for any error; those that are not ours have the sentence of the problem's code."""
    if isinstance(error, AftercareError) and family_of(error):
        return sentence_of(spoken, error)
    return spoken.text(f"problems.{problem.code}")


def title_of(spoken: Words, error: Exception, problem: Problem) -> str:
    """The title of the error's family."""
    return spoken.text(f"pages.problem_title.{family_of(error) or problem.code}")


class Explanation(NamedTuple):
    """What a problem's page says."""

    title: str
    detail: str


def in_catalogue(spoken: Words, error: Exception, problem: Problem) -> Explanation:
    """The problem in the words of the catalogue, as customers read it."""
    return Explanation(title_of(spoken, error, problem), detail_of(spoken, error, problem))
