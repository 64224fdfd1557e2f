"""Writes the addresses room's data files: `make addresses`."""

from infra.addresses import countries, zones


def main() -> None:
    for part in (countries, zones):
        part.FILE.write_text(part.text(), encoding="utf-8")
        print(f"{part.FILE.name}: {len(part.text().encode()):,} bytes")


if __name__ == "__main__":
    main()
