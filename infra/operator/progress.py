"""Progress: a bar on a terminal, a line for each tenth in a log."""

from typing import TextIO

_WIDTH = 30
_LINES = 10


class Progress:
    """Call it with how many of the whole are done, as often as you like."""

    def __init__(self, stream: TextIO, whole: int, what: str) -> None:
        self._stream = stream
        self._whole = whole
        self._what = what
        self._shown = -1

    def __call__(self, done: int) -> None:
        share = done / self._whole
        step = int(share * (100 if self._stream.isatty() else _LINES))
        if step == self._shown:
            return
        self._shown = step
        text = f"{share:4.0%}  {done:,} of {self._whole:,} {self._what}"
        if self._stream.isatty():
            full = int(share * _WIDTH)
            bar = "█" * full + "░" * (_WIDTH - full)
            self._stream.write(f"\r{bar} {text}" + ("\n" if done == self._whole else ""))
        else:
            self._stream.write(f"{text}\n")
        self._stream.flush()
