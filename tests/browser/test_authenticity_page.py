"""The check page: all verdicts, in three languages and on different screens."""

from collections.abc import Mapping

import pytest
from playwright.sync_api import ViewportSize, expect

from aftercare.authenticity.model import Answer, Strength, Verdict
from aftercare.authenticity.wording import wording
from aftercare.words.model import LANGUAGES
from tests.browser.conftest import Visit
from tests.fakes.browser_pages.chromium import DARK, DESK, NO_JAVASCRIPT, PHONE, Device
from tests.fakes.browser_pages.customer import Customer
from tests.fakes.browser_pages.looks import assert_fits, looks_right
from tests.fakes.stack.local_stacks import LocalStack

pytestmark = pytest.mark.browser

SCREENS = pytest.mark.parametrize("device", [PHONE, DESK], ids=["phone", "desk"])
NARROWEST: ViewportSize = {"width": 320, "height": 640}
NOWHERE = "7K4M-2P9D-XW3R-B6TN"

type Codes = Mapping[str, str]


@pytest.fixture
def codes(stack: LocalStack) -> Codes:
    """A code for each verdict; the unchecked codes are new."""
    seeded = stack.command("seed")
    assert seeded.returncode == 0, seeded.stdout + seeded.stderr
    demo_codes: Codes = stack.facts["demo"]["codes"]
    return demo_codes


def sees_verdict(customer: Customer, verdict: Verdict, language: str = "en") -> None:
    # Several people have checked the demo's suspect code, which is a weak sign.
    answer = Answer(verdict, "", "", strength=Strength.WEAK)
    title = wording(language, typeset=True).verdict_title(answer)
    if verdict is Verdict.MISTYPED:
        expect(customer.page.get_by_role("alert")).to_contain_text(title)
    else:
        customer.sees_heading(title)


@SCREENS
def test_from_the_first_page_to_a_verdict_and_back_without_javascript(
    visit: Visit, codes: Codes, device: Device
) -> None:
    customer = visit(device, NO_JAVASCRIPT)
    customer.opens()
    customer.page.get_by_role("link", name="Is it genuine?").click()
    customer.sees_heading("Is it genuine?")
    typed = codes[Verdict.GENUINE_FIRST_CHECK].replace("-", " ").lower()
    customer.page.get_by_label("Code under the label").fill(typed)
    customer.page.get_by_role("button", name="Check this code").click()
    sees_verdict(customer, Verdict.GENUINE_FIRST_CHECK)
    expect(customer.page.locator(".groups")).to_have_text(codes[Verdict.GENUINE_FIRST_CHECK])
    customer.page.reload()
    sees_verdict(customer, Verdict.GENUINE_FIRST_CHECK)
    customer.page.get_by_role("link", name="Returns").click()
    customer.sees_heading("Return something")


def test_another_customer_sees_that_it_was_checked_before(visit: Visit, codes: Codes) -> None:
    code = codes[Verdict.GENUINE_FIRST_CHECK]
    first = visit()
    first.checks_a_code(code)
    sees_verdict(first, Verdict.GENUINE_FIRST_CHECK)
    other = visit(NO_JAVASCRIPT)
    other.checks_a_code(code)
    sees_verdict(other, Verdict.GENUINE_CHECKED_BEFORE)
    other.sees("2 times")


def test_a_scanned_label_types_the_code_and_waits_for_the_button(
    visit: Visit, codes: Codes
) -> None:
    code = codes[Verdict.GENUINE_FIRST_CHECK]
    customer = visit(NO_JAVASCRIPT)
    customer.opens(f"/01/06941234567898/21/{code.replace('-', '')}")
    expect(customer.page.get_by_label("Code under the label")).to_have_value(code)
    customer.page.get_by_role("button", name="Check this code").click()
    sees_verdict(customer, Verdict.GENUINE_FIRST_CHECK)


@pytest.mark.parametrize("verdict", [Verdict.RECALLED, Verdict.BLOCKED])
def test_a_recalled_and_a_blocked_batch_lead_into_a_return(
    visit: Visit, codes: Codes, verdict: Verdict
) -> None:
    customer = visit(NO_JAVASCRIPT)
    customer.checks_a_code(codes[verdict])
    sees_verdict(customer, verdict)
    if verdict is Verdict.RECALLED:
        expect(customer.page.get_by_role("heading", name="The known issue")).to_be_visible()
    customer.page.get_by_role("link", name="Start a return").click()
    customer.sees_heading("Return something")


def test_a_typo_is_shown_at_its_place_and_the_code_stays(visit: Visit) -> None:
    customer = visit(NO_JAVASCRIPT)
    customer.checks_a_code("7k4m 2p9d xw3r")
    field = customer.page.get_by_label("Code under the label")
    expect(field).to_have_value("7k4m 2p9d xw3r")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(
        "A code has 16 letters and digits. This has 12. "
        "16 letters and digits. Capitals, spaces and dashes don’t matter."
    )
    expect(customer.page.get_by_role("alert")).to_contain_text(
        "This says nothing about the product"
    )


def test_the_language_can_be_changed_and_the_code_stays(visit: Visit) -> None:
    customer = visit(NO_JAVASCRIPT)
    customer.checks_a_code(NOWHERE)
    for name, language, title in (
        ("简体中文", "zh-Hans", "是正品吗？"),  # noqa: RUF001 - Chinese
        ("Français", "fr", "Est-ce authentique"),
        ("English", "en", "Is it genuine?"),
    ):
        customer.page.get_by_role("link", name=name).click()
        customer.sees_heading(title)
        expect(customer.page.locator("html")).to_have_attribute("lang", language)
        expect(customer.page.get_by_role("textbox")).to_have_value(NOWHERE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verdict_looks_right_on_a_phone(visit: Visit, codes: Codes, language: str) -> None:
    customer = visit(PHONE)
    customer.opens(f"/authenticity?lang={language}")
    everything_looks_right(customer)
    for verdict in Verdict:
        customer.checks_a_code(codes[verdict], language)
        sees_verdict(customer, verdict, language)
        everything_looks_right(customer)


def test_every_verdict_looks_right_at_a_desk_in_the_dark(visit: Visit, codes: Codes) -> None:
    customer = visit(DESK, DARK)
    customer.opens("/authenticity")
    looks_right(customer)
    for verdict in Verdict:
        customer.checks_a_code(codes[verdict])
        sees_verdict(customer, verdict)
        looks_right(customer)


def everything_looks_right(customer: Customer) -> None:
    """Checks the page on this screen and on the narrowest one."""
    looks_right(customer)
    usual = customer.page.viewport_size
    customer.page.set_viewport_size(NARROWEST)
    assert_fits(customer)
    if usual:
        customer.page.set_viewport_size(usual)
