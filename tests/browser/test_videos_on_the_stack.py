"""Videos from Chromium to the deployed bucket: in parts, over a bad line; watched."""

import base64
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Page, Response, expect

from aftercare.evidence.videos import PART_BYTES
from tests.browser.conftest import Visit
from tests.fakes.browser_pages.chromium import DESK, NO_JAVASCRIPT, PHONE, Console, Network
from tests.fakes.browser_pages.customer import Customer, File
from tests.fakes.browser_pages.files import SMALL_PHOTO
from tests.fakes.browser_pages.shop import Order
from tests.fakes.stack.local_stacks import LocalStack
from tests.fakes.stack.staff_member import StaffMember
from tests.fakes.videos import box, mp4

pytestmark = pytest.mark.browser

# Three parts, the last one short.
_LONG = mp4(60, size=2 * PART_BYTES)
SLOW = PART_BYTES // 2
VERDICT_MS = 30_000

# What a browser records of a canvas for some seconds, as text.
RECORD = """async (seconds) => {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [160, 120];
  const pen = canvas.getContext('2d');
  const recorder = new MediaRecorder(canvas.captureStream(10), { mimeType: 'video/webm' });
  const chunks = [];
  recorder.ondataavailable = ({ data }) => chunks.push(data);
  const stopped = new Promise((resolve) => { recorder.onstop = resolve; });
  recorder.start(500);
  const begun = performance.now();
  await new Promise((resolve) => {
    const draw = () => {
      const at = performance.now() - begun;
      pen.fillStyle = `hsl(${at / 10} 80% 50%)`;
      pen.fillRect(0, 0, 160, 120);
      if (at < seconds * 1000) requestAnimationFrame(draw); else resolve();
    };
    draw();
  });
  recorder.stop();
  await stopped;
  const bytes = new Uint8Array(await new Blob(chunks).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}"""
PLAYED = "video => video.readyState > 2 && video.currentTime > 0.5 && video.videoWidth === 160"


@dataclass
class Wire:
    """What goes between a page and the bucket: the parts that it took."""

    taken: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, page: Page) -> "Wire":
        wire = cls()
        page.on("response", wire._hear)
        return wire

    def _hear(self, response: Response) -> None:
        if response.request.method == "PUT" and response.ok:
            self.taken.append(int(response.url.partition("partNumber=")[2].partition("&")[0]))


def own_video(order: Order) -> File:
    """A video that nobody else has sent; a copy of another order's waits for a person."""
    return File("unpacking.mp4", "video/mp4", _LONG + box(b"free", order.number.encode()))


def state(customer: Customer) -> Any:
    return expect(customer.page.locator("[data-video-uploads] [data-words]"))


def is_here(customer: Customer, words: str) -> None:
    tile = customer.page.locator("[data-videos] [data-photo]")
    expect(tile).to_contain_text(words, timeout=VERDICT_MS)


def test_a_video_in_parts_leads_to_a_label(visit: Visit, order: Order) -> None:
    customer = visit(PHONE, signed_in=True)
    customer.starts_a_return(order)
    wire = Wire.of(customer.page)
    customer.picks_a_video(own_video(order))
    is_here(customer, "Video 1 is here, 1:00 long.")
    assert wire.taken == [1, 2, 3]
    customer.submits()
    customer.sees_heading("Your label is ready")


def test_after_a_lost_connection_and_a_reload_only_the_missing_parts_are_sent(
    visit: Visit, order: Order, console: Console
) -> None:
    customer = visit(PHONE, signed_in=True)
    customer.starts_a_return(order)
    page, wire, network = customer.page, Wire.of(customer.page), Network(customer.page)
    page.on("dialog", lambda dialog: dialog.accept())
    network.slows_to(SLOW)
    with page.expect_response(lambda response: "partNumber=1" in response.url):
        customer.picks_a_video(own_video(order))
    network.goes_away()
    state(customer).to_contain_text("You’re offline. It goes on by itself")
    before = list(wire.taken)
    network.comes_back()
    page.reload()
    page.get_by_label("Choose video 1 again").set_input_files(own_video(order).payload)
    is_here(customer, "Video 1 is here, 1:00 long.")
    assert before == [1]
    assert wire.taken == [1, 2, 3]
    console.forgive("ERR_INTERNET_DISCONNECTED")


def test_what_the_browser_records_is_accepted_and_plays_for_staff(
    visit: Visit, order: Order, stack: LocalStack
) -> None:
    customer = visit(DESK, signed_in=True)
    customer.starts_a_return(order)
    recorded = base64.b64decode(customer.page.evaluate(RECORD, 4))
    customer.picks_a_video(File("recording.webm", "video/webm", recorded))
    is_here(customer, "Video 1 is here, 0:0")
    customer.submits()
    agent = StaffMember.at(stack)
    agent.enters("agent")
    case = agent.get(f"/cases/{customer.return_id}")
    link = agent.get(case.find(r'href="([^"]+size=video)"')).location
    page = visit(DESK).page
    page.goto(link)
    page.evaluate("() => { document.querySelector('video').muted = true; }")
    page.evaluate("() => document.querySelector('video').play()")
    page.wait_for_function(f"() => ({PLAYED})(document.querySelector('video'))")


def test_without_javascript_one_form_sends_the_whole_video(visit: Visit, order: Order) -> None:
    customer = visit(PHONE, NO_JAVASCRIPT, signed_in=True)
    customer.starts_a_return(order)
    customer.sends_a_video_without_javascript(SMALL_PHOTO)
    customer.refreshes_until("Video 1 isn’t a video. Please choose another file.")
    expect(customer.is_ready).to_have_count(0)
    customer.sends_a_video_without_javascript(own_video(order))
    customer.refreshes_until("Video 2 is here, 1:00 long.")
    customer.submits()
    customer.refreshes_until("Your label is ready")
