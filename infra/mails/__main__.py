"""Writes every mail in every language to build/mails, with an index: `make mails`."""

import html
from pathlib import Path

from aftercare.mail.message import message_of
from aftercare.mail.model import Letter
from aftercare.mail.rendering import Renderer
from aftercare.words.model import LANGUAGES
from infra.mails.samples import SAMPLES, Sample

FOLDER = Path(__file__).parents[2] / "build" / "mails"
PORTAL = "https://returns.example.com"
SENDER = "returns@example.com"

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Mails</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem; }}
.row {{ display: flex; gap: 1.5rem; overflow-x: auto; padding-bottom: 1rem; }}
figure {{ margin: 0; flex: 0 0 400px; }}
iframe {{ width: 400px; height: 640px; border: 1px solid #8888; border-radius: 12px; }}
</style>
</head>
<body>
<h1>Mails</h1>
<p>{count} mails, each as HTML, as text, and as a file that a mail program opens.</p>
{rows}
</body>
</html>
"""
_ROW = """<h2>{name}</h2>
<div class="row">{figures}</div>"""
_FIGURE = """<figure>
<figcaption lang="{language}"><strong>{language}</strong> {subject}<br>
<a href="{file}.html">HTML</a> · <a href="{file}.txt">text</a> ·
<a href="{file}.eml">mail</a></figcaption>
<iframe src="{file}.html" title="{name} in {language}" loading="lazy"></iframe>
</figure>"""


def main(folder: Path = FOLDER) -> None:
    """Writes the gallery and says where it is."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    rows = "\n".join(_row(folder, sample) for sample in SAMPLES)
    page = _PAGE.format(count=len(SAMPLES) * len(LANGUAGES), rows=rows)
    index = folder / "index.html"
    index.write_text(page, "utf-8")
    print(index)


def _row(folder: Path, sample: Sample) -> str:
    figures = []
    for language in LANGUAGES:
        letter = Renderer(PORTAL)(sample.mail(language))
        file = f"{sample.name}.{language}"
        _write(folder / file, letter)
        subject = html.escape(letter.subject)
        figures.append(
            _FIGURE.format(name=sample.name, language=language, subject=subject, file=file)
        )
    return _ROW.format(name=sample.name, figures="".join(figures))


def _write(path: Path, letter: Letter) -> None:
    name = path.name
    path.with_name(f"{name}.html").write_text(letter.html, "utf-8")
    path.with_name(f"{name}.txt").write_text(letter.text, "utf-8")
    path.with_name(f"{name}.eml").write_bytes(message_of(SENDER, "mei@example.com", letter))


if __name__ == "__main__":
    main()
