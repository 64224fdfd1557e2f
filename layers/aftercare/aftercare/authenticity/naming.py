"""What somebody names as a code, and the key of its history: others keep that, and no code."""

from dataclasses import dataclass

from aftercare.authenticity import references
from aftercare.authenticity.asked import key_of
from aftercare.authenticity.codes import MistypedError, key_id_of, normalise, read
from aftercare.authenticity.keys import KeyRing
from aftercare.authenticity.unrecorded import OUTCOMES

NOT_ISSUED = "not_issued"
NO_CODE = "no_code"
"""In place of a key: nobody issued the code; or it is neither a code nor a reference of ours."""


def named_in(text: str) -> str:
    """The code or the check's reference in the text, in one spelling; `NO_CODE` for other text.

    It needs no keys, so that it does not say whether there is such a code. Empty for no text.
    """
    if not text.strip():
        return ""
    if reference := references.any_in(text):
        return reference
    try:
        return normalise(text)
    except MistypedError:
        return NO_CODE


@dataclass(frozen=True, slots=True)
class CodeNames:
    """Reads what was named with the keys of the codes. It reads no table and counts no check."""

    ring: KeyRing

    def key(self, named: str) -> str:
        """The key of the history of the code that `named_in` found; else why there is none.

        Raises:
            UnavailableError, ConfigurationError: As `KeyRing.get`.
        """
        if named == NO_CODE:
            return NO_CODE
        if references.any_in(named):
            return self._of_check(named)
        keys = self.ring.get(key_id_of(named))
        code = read(named, keys) if keys else None
        return key_of(code) if code else NOT_ISSUED

    def _of_check(self, reference: str) -> str:
        content = references.read(reference, self.ring)
        if isinstance(content, references.Unrecorded):
            return NOT_ISSUED if OUTCOMES.get(content.what) == NOT_ISSUED else NO_CODE
        # One in a million short references that somebody makes up is right.
        return key_of(content.code) if content and not content.is_short else NO_CODE
