"""One customer at one browser: what they can see and do on each page."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.fakes.browser_pages.shop import Mailbox, Order
from tests.fakes.stack.local_stacks import await_true


@dataclass(frozen=True)
class File:
    """A file on the customer's phone or computer."""

    name: str
    content_type: str
    body: bytes

    @property
    def payload(self) -> FilePayload:
        return {"name": self.name, "mimeType": self.content_type, "buffer": self.body}


@dataclass(frozen=True)
class Customer:
    """A customer in a browser; all locators are roles, labels or texts on the page."""

    page: Page
    portal_url: str
    mailbox: Mailbox

    def opens(self, path: str = "/") -> None:
        self.page.goto(f"{self.portal_url}{path}")

    def opens_another_tab(self) -> "Customer":
        return replace(self, page=self.page.context.new_page())

    def asks_for_a_code(self, order_number: str, email: str) -> None:
        self.page.get_by_label("Order number").fill(order_number)
        self.page.get_by_label("Email address").fill(email)
        self.page.get_by_role("button", name="Send me a code").click()

    def types_the_code(self, code: str) -> None:
        self.page.get_by_label("Your 6-digit code").fill(code)
        self.page.get_by_role("button", name="Sign in").click()

    def signs_in(self, order: Order) -> None:
        previous = len(self.mailbox.codes_for(order.email))
        self.opens()
        self.asks_for_a_code(order.number, order.email)
        self.types_the_code(self.mailbox.next_code(order.email, previous))
        self.page.wait_for_url(f"**/orders/{order.number}")
        self.opens("/orders")
        self.sees_heading("My orders")

    def opens_order(self, order: Order) -> None:
        self.page.get_by_role("link", name=f"Return from this order {order.number}").click()

    def chooses(self, item: str, units: str, reason: str, note: str = "") -> None:
        """Goes from an order's page by an item's to the page for photos."""
        self.page.get_by_role("link", name=item).click()
        self.sees_heading(item)
        if units:
            self.page.get_by_label("How many?").select_option(units)
        self.page.get_by_label(reason, exact=True).check()
        self.page.get_by_label("Anything else?").fill(note)
        self.page.get_by_role("button", name="Continue").click()

    def starts_a_return(self, order: Order) -> None:
        """Goes from any page, signed in, to the page for photos."""
        self.opens(f"/orders/{order.number}")
        self.chooses("Moon Hare 400% Figure", "1", "Parts are missing", "An ear came off.")
        self.sees_heading("Show us what’s wrong")

    def picks(self, *files: File) -> None:
        payloads = [file.payload for file in files]
        self.page.get_by_label("Take or choose photos").set_input_files(payloads)

    def sends_a_photo(self, file: File) -> None:
        """Picks a photo and waits until it is accepted."""
        accepted = len(self.photos("accepted"))
        self.picks(file)
        expect(self.page.locator('[data-state="accepted"]')).to_have_count(accepted + 1)

    def sends_a_photo_without_javascript(self, file: File) -> None:
        self.page.get_by_role("button", name=re.compile("Add a(nother)? photo")).click()
        self.sees_heading("Add a photo")
        self.page.get_by_label("Your photo").set_input_files(file.payload)
        self.page.get_by_role("button", name="Send this photo").click()
        self.sees_heading("Show us what’s wrong")

    def picks_a_video(self, file: File) -> None:
        self.page.get_by_label("Record or choose a video").set_input_files(file.payload)

    def sends_a_video_without_javascript(self, file: File) -> None:
        self.page.get_by_role("button", name=re.compile("Add a(nother)? video")).click()
        self.sees_heading("Add a video")
        self.page.get_by_label("Your video").set_input_files(file.payload)
        self.page.get_by_role("button", name="Send this video").click()
        self.sees_heading("Show us what’s wrong")

    def refreshes_until(self, words: str) -> None:
        """Follows the page's refresh link until the text appears."""

        def shown() -> bool:
            if self.page.get_by_text(words).count():
                return True
            self.page.get_by_role("link", name="Check again").click()
            return False

        await_true(shown, what=f"“{words}”")

    def photos(self, state: str) -> Sequence[Locator]:
        return self.page.locator(f'.photo[data-state="{state}"]').all()

    @property
    def submit_button(self) -> Locator:
        return self.page.get_by_role("button", name="Submit my return")

    @property
    def is_ready(self) -> Locator:
        """The link to the last page before submitting, once nothing is missing."""
        return self.page.locator('#next[data-state="ready"]')

    def checks_answers(self) -> None:
        self.page.get_by_role("link", name="Check and submit").click()
        self.sees_heading("Check your answers")

    def submits(self) -> None:
        self.checks_answers()
        self.submit_button.click()
        expect(self.page.get_by_text("You submitted your return.")).to_be_visible()

    @property
    def ticket(self) -> str:
        return self.page.locator(".ticket-number").inner_text()

    @property
    def return_id(self) -> str:
        match = re.search(r"ret_\w+", self.page.url)
        assert match, self.page.url
        return match[0]

    @property
    def tracking_number(self) -> str:
        return self._fact("Tracking number")

    @property
    def timeline(self) -> list[str]:
        return self.page.locator(".timeline li p").all_inner_texts()

    def checks_a_code(self, code: str, language: str = "en") -> None:
        """Checks a code on the check page, which has only one field and one button."""
        self.opens(f"/authenticity?lang={language}")
        self.page.get_by_role("textbox").fill(code)
        self.page.get_by_role("main").get_by_role("button").click()

    def sees_heading(self, words: str) -> None:
        expect(self.page.get_by_role("heading", name=words, level=1)).to_be_visible()

    def sees(self, words: str) -> None:
        expect(self.page.get_by_text(words).first).to_be_visible()

    def downloads_the_label(self) -> bytes:
        with self.page.expect_download() as started:
            self.page.get_by_role("link", name="Download your prepaid label").click()
        assert started.value.suggested_filename == f"return-label-{self.ticket}.letter.pdf"
        return Path(started.value.path()).read_bytes()

    def _fact(self, name: str) -> str:
        return self.page.locator(f'dt:text-is("{name}") + dd').inner_text()
