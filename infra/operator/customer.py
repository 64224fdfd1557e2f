"""Shows what is kept of a person, gives it to them, or erases it."""

import sys
from argparse import Namespace
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from aftercare.erasure.exporting import ExportedFile
from aftercare.erasure.model import Erasure, ErasureState, Found, Why
from aftercare.erasure.wiring import ErasureConfig, erasure_desk, erasure_service, exporting
from aftercare.kernel.secret import key_in
from aftercare.returns.model import OpenReturn
from infra.operator.asking import actor_of, confirm
from infra.operator.mailbox import address
from infra.operator.progress import Progress
from infra.operator.target import Target, target


def preview(arguments: Namespace) -> None:
    """Print what an erasure would do; it changes nothing."""
    email = address(arguments)
    stack = target(arguments)
    print(shown(erasure_service(_config(stack), key=_key(stack)).look(email)))


def erase(arguments: Namespace) -> None:
    """Print what it would do, ask, and do it, showing progress; the stack does the rest."""
    email = address(arguments)
    stack = target(arguments)
    config, key = _config(stack), _key(stack)
    service = erasure_service(config, key=key)
    print(shown(service.look(email)))
    confirm(arguments, stack, f"erase {email} for good")
    actor = actor_of(arguments)
    erasure = erasure_desk(config).begin(email, Why(arguments.why), actor=actor)
    after = service.advance(
        erasure.erasure_id, progress=lambda done, whole: _bar(whole)(done), actor=actor
    )
    print(outcome(after or erasure))


def export(arguments: Namespace) -> None:
    """Write the person's data into a ZIP file, whose README.txt says what is what."""
    email = address(arguments)
    stack = target(arguments)
    written = write(Path(arguments.out), exporting(_config(stack)).files(email))
    print(f"{arguments.out}: {written} files. Give it to nobody but its owner, and delete it then.")


def write(path: Path, files: Iterable[ExportedFile]) -> int:
    """Writes a new file that nobody else on this machine can read; returns how many are in it."""
    path.touch(mode=0o600, exist_ok=False)
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for each in files:
            archive.writestr(each.name, each.body)
        return len(archive.namelist())


def shown(found: Found) -> str:
    """What an erasure would do, a line for each thing."""
    lines = [
        *_counted("removes", found.removed),
        *_counted("puts under a pseudonym", found.pseudonymised),
        *_counted("keeps", found.kept),
        *(f"waits for    {waits(each)}" for each in found.waits_for),
    ]
    return "\n".join(lines or ["There is nothing of that address."])


def waits(each: OpenReturn) -> str:
    """The return that an erasure waits for."""
    until = f", until {each.until} at last" if each.until else ""
    return f"{each.ticket}: {each.status.replace('_', ' ')}{until}"


def outcome(erasure: Erasure) -> str:
    """How far the erasure is now, and what comes next."""
    name = erasure.erasure_id
    if erasure.waits_for:
        tickets = "\n".join(f"  {waits(each)}" for each in erasure.waits_for)
        return f"{name} waits until these returns are over, and looks every day:\n{tickets}"
    if erasure.state is ErasureState.SWEPT and erasure.next_at:
        at = f"{erasure.next_at:%Y-%m-%d %H:%M} UTC"
        return f"{name}: erased. A second sweep follows by itself at {at}."
    return f"{name} goes on by itself within a minute."


def _counted(what: str, counts: Mapping[str, int]) -> list[str]:
    return [f"{what:22}  {count:,} {name}" for name, count in counts.items() if count]


@cache
def _bar(whole: int) -> Progress:
    return Progress(sys.stderr, whole, "steps")


def _config(stack: Target) -> ErasureConfig:
    names = {name: "".join(map(str.capitalize, name.split("_"))) for name in ErasureConfig._fields}
    return ErasureConfig(**{name: stack.output(output) for name, output in names.items()})


def _key(stack: Target) -> bytes:
    return key_in(stack.secret("ErasureSecret"))
