"""Writes the calendars room's data file: `make holidays`."""

from datetime import UTC, datetime

from infra.holidays.calendars import FILE, calendars, text, years_from


def main() -> None:
    years = years_from(datetime.now(UTC).date())
    FILE.write_text(text(years), encoding="utf-8")
    print(f"{FILE.name}: {len(text(years).encode()):,} bytes, {years[0]} to {years[-1]}")
    for market, calendar in calendars(years).items():
        for year, why in calendar["estimated"].items():
            print(f"  {market} {year} is estimated: {why}")


if __name__ == "__main__":
    main()
