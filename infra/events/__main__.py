"""Writes the schema of each event to this folder: `make schemas`."""

from infra.events.schemas import FOLDER, texts


def main() -> None:
    schemas = texts()
    for path in FOLDER.rglob("*.json"):
        if path.relative_to(FOLDER).as_posix() not in schemas:
            path.unlink()
    for name, text in schemas.items():
        path = FOLDER / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    print(f"{len(schemas)} schemas in {FOLDER}")


if __name__ == "__main__":
    main()
