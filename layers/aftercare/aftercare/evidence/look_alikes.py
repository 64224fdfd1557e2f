"""Finds the photos of other returns that a photo is like."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from aftercare.evidence.fingerprints import Look, Probe
from aftercare.evidence.likeness import SAME, SIMILAR, tiny, unlikeness
from aftercare.evidence.match_store import Indexed, MatchStore, Traced
from aftercare.evidence.model import Evidence, EvidenceState, Likeness, Match

# With the file's and the moment's, ten queries.
PROBES = 8
# Compared pixel by pixel, of thousands that have the same bucket.
COMPARED = 12
MOST_MATCHES = 8
_LIKEST_FIRST = tuple(Likeness)

type Followed = Callable[[str, str], Evidence | None]


@dataclass(frozen=True, slots=True)
class LookAlikes:
    """The index of all photos that were screened within 400 days."""

    store: MatchStore

    def add_and_find(
        self, photo: Evidence, fingerprint: bytes, capture: str, followed: Followed
    ) -> tuple[Match, ...]:
        """Adds the photo to the index, then finds photos of other returns, the likest first.

        It is added first, and reads are consistent: of two that are screened at once, at least one
        finds the other. At most 3 write units and 10 queries, whatever the number of photos
        (R-EVD-44). The code that a photo shows takes one of those, so that others are not found by
        its moment. `followed` finds a photo that may have been moved since; none if it is gone.
        Safe to repeat.
        """
        look = Look(fingerprint) if fingerprint else None
        if look is not None and look.is_plain:
            look = None
        self._add(photo, fingerprint, capture, look)
        matches: dict[str, Match] = {}
        for trace, likeness in self._found(photo, capture, look):
            other = followed(trace.return_id, trace.evidence_id)
            if other is None or other.state is EvidenceState.REFUSED:
                continue
            if other.return_id != photo.return_id:
                match = Match(other.return_id, other.evidence_id, likeness)
                matches.setdefault(other.evidence_id, match)
            if len(matches) == MOST_MATCHES:
                break
        return tuple(matches.values())

    def _add(self, photo: Evidence, fingerprint: bytes, capture: str, look: Look | None) -> None:
        trace = Traced(photo.return_id, photo.evidence_id)
        self.store.add_file(trace, photo.sha256, fingerprint, photo.opened_at)
        if capture and not photo.code:
            self.store.add_moment(trace, capture, photo.opened_at)
        if look is not None:
            home = look.home
            self.store.add_look(trace, home.bucket, home.signs, photo.sha256, photo.opened_at)

    def _found(
        self, photo: Evidence, capture: str, look: Look | None
    ) -> Iterator[tuple[Traced, Likeness]]:
        looks = list(self._like(photo, look)) if look is not None else []
        for likeness in _LIKEST_FIRST:
            match likeness:
                case Likeness.SAME_FILE:
                    traces = self.store.with_file(photo.sha256)
                case Likeness.SAME_MOMENT:
                    traces = self.store.with_moment(capture) if capture else []
                case _:
                    traces = [trace for trace, how in looks if how is likeness]
            for trace in traces:
                if trace.evidence_id != photo.evidence_id:
                    yield trace, likeness

    def _like(self, photo: Evidence, look: Look) -> Iterator[tuple[Traced, Likeness]]:
        candidates = list(islice(self._candidates(photo, look), COMPARED))
        kept = self.store.fingerprints([each for each, _ in candidates])
        compared = []
        for each, probe in candidates:
            if fingerprint := kept.get(each.photo.evidence_id):
                ours = tiny(look.turned(probe.turn))
                unlike = unlikeness(tiny(Look(fingerprint).picture), ours)
                compared.append((unlike, each.photo))
        for unlike, trace in sorted(compared):
            if unlike <= SIMILAR:
                yield trace, Likeness.SAME_PICTURE if unlike <= SAME else Likeness.SIMILAR

    def _candidates(self, photo: Evidence, look: Look) -> Iterator[tuple[Indexed, Probe]]:
        """Those with the most signs in common first, each once."""
        found: dict[str, tuple[int, Indexed, Probe]] = {}
        buckets: dict[int, list[Indexed]] = {}
        for probe in look.probes(PROBES):
            if probe.bucket not in buckets:
                buckets[probe.bucket] = self.store.in_bucket(probe.bucket)
            for each in buckets[probe.bucket]:
                apart = (each.signs ^ probe.signs).bit_count()
                known = found.get(each.photo.evidence_id)
                if known is None or apart < known[0]:
                    found[each.photo.evidence_id] = apart, each, probe
        found.pop(photo.evidence_id, None)
        for _, each, probe in sorted(found.values(), key=lambda entry: entry[0]):
            yield each, probe
