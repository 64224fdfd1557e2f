"""What a refused form leaves is shown once, on its own page, to the browser that sent it."""

import pytest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from aftercare.web.flash import Flash
from aftercare.web.signing import FLASH_SECONDS, Flashes

KEY = b"test key"
FLASHES = Flashes(KEY, "portal", secure=False)
REFUSED = Flash({"email": "That’s no address."}, "find_order_invalid", {"email": "sam@"})


def sent_back(set_cookie: str) -> str:
    return f"other=1; {set_cookie.partition(';')[0]}"


def test_its_own_page_reads_it() -> None:
    assert FLASHES.read(sent_back(FLASHES.write("/", REFUSED)), "/") == REFUSED


def test_no_other_page_reads_it() -> None:
    assert FLASHES.read(sent_back(FLASHES.write("/", REFUSED)), "/code") is None


def test_a_browser_keeps_it_for_two_minutes() -> None:
    assert f"Max-Age={FLASH_SECONDS}" in FLASHES.write("/", REFUSED)
    assert "Max-Age=0" in FLASHES.shown()


def test_an_old_one_is_not_shown() -> None:
    class Earlier(TimestampSigner):
        def get_timestamp(self) -> int:
            return super().get_timestamp() - FLASH_SECONDS - 2

    old = URLSafeTimedSerializer(KEY, salt="portal.flash", signer=Earlier)
    assert FLASHES.read(f"aftercare-flash={old.dumps(['/', {}, '', {}])}", "/") is None


@pytest.mark.parametrize("members", [7, None, [], ["/"], ["/", 1, "", {}], ["/", {}, "", [1]]])
def test_what_another_version_wrote_is_nothing(members: object) -> None:
    text = URLSafeTimedSerializer(KEY, salt="portal.flash").dumps(members)
    assert FLASHES.read(f"aftercare-flash={text}", "/") is None


def test_nobody_else_writes_one() -> None:
    forged = Flashes(b"another key", "portal", secure=False).write("/", REFUSED)
    session = URLSafeTimedSerializer(KEY, salt="portal.session").dumps(["/", {}, "", {}])
    assert FLASHES.read(sent_back(forged), "/") is None
    assert FLASHES.read(f"aftercare-flash={session}", "/") is None


@pytest.mark.parametrize("character", ["x", "ü", "🧸"])
def test_text_that_no_cookie_holds_is_left_out_and_the_error_stays(character: str) -> None:
    words = [character + str(number**7) for number in range(2000)]
    flash = REFUSED._replace(typed={"note": " ".join(words)})
    cookie = FLASHES.write("/", flash)
    assert len(cookie) < 4096
    assert FLASHES.read(sent_back(cookie), "/") == REFUSED._replace(typed={})


def test_a_cookie_holds_what_browsers_keep_and_no_more() -> None:
    book = "".join(map(chr, range(0x4E00, 0x4E00 + 4_000)))
    assert FLASHES.holds("/messages/new", REFUSED)
    assert not FLASHES.holds("/messages/new", REFUSED._replace(typed={"words": book}))
