"""Calls between real pages: fake devices, real connections, and what getStats says at both ends."""

import shutil
import time
from contextlib import ExitStack

import pytest

from tests.browser.conftest import PASSWORD, Server, people_of, until
from tests.calls.servers import local_coturn, local_janus, needs_coturn, needs_janus

CALLS = '(await import("calls/main.js")).calls()'
SMALL = "{width: 160, height: 120, frameRate: 10}"
PEOPLE = ("alice", "bob", "charlie", "dora", "emil", "fay")

SEED = f"""
from allauth.account.models import EmailAddress
from accounts.models import Contact, User
from messenger.actions.chats import create_chat, open_direct
people = []
for handle in {PEOPLE!r}:
    user = User.objects.create_user(handle, handle + "@example.com", {PASSWORD!r}, name=handle.title())
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    people.append(user)
for owner in people:
    Contact.objects.bulk_create(Contact(owner=owner, user=user) for user in people if user != owner)
alice, bob, charlie = people[:3]
for one, other in ((alice, bob), (charlie, bob)):
    open_direct(by=one, user_id=other.pk)
create_chat(by=alice, kind="group", title="Class", member_ids=[user.pk for user in people[1:]])
"""

# Of all connections of the page: what came in. Reads what the engine holds, so it is there with any view.
PROBE = """
window.probe = async () => {
  const { calls } = await import("calls/main.js");
  const found = { connections: 0, frames: 0, energy: 0, width: 0, heard: 0, seen: 0, types: [], fragments: [] };
  for (const pc of calls().session?.carrier?.connections ?? []) {
    const reports = [...(await pc.getStats()).values()];
    const byId = Object.fromEntries(reports.map((one) => [one.id, one]));
    if (pc.connectionState === "connected") found.connections += 1;
    for (const one of reports) {
      if (one.type === "inbound-rtp" && one.kind === "video") {
        found.frames += one.framesDecoded ?? 0;
        found.seen += one.framesDecoded > 0 ? 1 : 0;
        found.width = Math.max(found.width, one.frameWidth ?? 0);
      }
      if (one.type === "inbound-rtp" && one.kind === "audio") {
        found.energy += one.totalAudioEnergy ?? 0;
        found.heard += one.totalAudioEnergy > 0 ? 1 : 0;
      }
      const pair = one.type === "transport" ? byId[one.selectedCandidatePairId] : null;
      if (pair) found.types.push(byId[pair.localCandidateId]?.candidateType);
      if (one.type === "transport") found.fragments.push(one.iceLocalUsernameFragment);
    }
  }
  return found;
};
"""


@pytest.fixture(scope="module")
def station(tmp_path_factory):
    """A server with a relay and a media server where they are installed, six people, and a group of them."""
    folder = tmp_path_factory.mktemp("calls")
    server = Server(folder)
    with ExitStack() as stack:
        for program, local in (("turnserver", local_coturn), ("janus", local_janus)):
            if shutil.which(program):
                server.environment |= stack.enter_context(local(folder)).environ
        server.manage("migrate", "-v0")
        server.manage("shell", "-v0", "-c", SEED)
        server.start()
        stack.callback(server.stop)
        yield server


@pytest.fixture
def caller(browser, station):
    """caller("alice"): her page, with the engine of calls in it. Whoever is in a call at the end hangs up."""
    pages = []
    with people_of(browser, station) as open_page:

        def open_ready(handle: str):
            page = open_page(handle)
            pages.append(page)
            ready(page)
            return page

        yield open_ready
        for page in pages:
            do(page, "hangUp()")


@pytest.fixture
def pair(caller):
    alice, bob = caller("alice"), caller("bob")
    return alice, bob, chat_with(alice, "bob")


def ready(page) -> None:
    page.evaluate(PROBE)
    page.evaluate(f"async () => {{ {CALLS}.picture = {SMALL}; }}")
    waits(page, lambda now: now["isReady"])
    until(page, "(async () => (await import('chat/engine.js')).engine().chats.snapshot().rows.length > 0)()")


def do(page, what: str):
    """`calls.<what>` in the page; its rejection is the test's."""
    return page.evaluate(f"async () => {{ const calls = {CALLS}; await calls.{what}; }}")


def code_of(page, what: str) -> str:
    return page.evaluate(f"async () => {{ try {{ await {CALLS}.{what}; }} catch (error) {{ return error.code; }} }}")


def state(page) -> dict:
    return page.evaluate(
        f"""async () => {{
          const {{ isReady, ringing, current, inProgress, missedCount }} = {CALLS}.snapshot();
          const {{ phase = null, reason = "", isMuted, hasVideo, isSharing }} = current ?? {{}};
          const peers = (current?.peers ?? []).map(({{ isMuted, hasVideo, isSharing, isConnected, level }}) =>
            ({{ isMuted, hasVideo, isSharing, isConnected, level }}));
          const ids = (calls) => calls.map(({{ id }}) => id);
          return {{ isReady, ringing: ids(ringing), inProgress: ids(inProgress), missedCount, phase, reason, isMuted,
            hasVideo, isSharing, peers, backend: current?.call.backend, call: current?.call.id }};
        }}"""
    )


def probe(page) -> dict:
    return page.evaluate("probe()")


def waits(page, condition, seconds: float = 20.0, of=state) -> dict:
    """Until what `of` reads in the page is so. Answers it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = of(page)
        if condition(found):
            return found
        page.wait_for_timeout(100)
    raise AssertionError(f"never: {of(page)} {state(page)}")


def grows(page, *keys: str, seconds: float = 20.0) -> None:
    """More of it than now: what flows, flows."""
    before = probe(page)
    waits(page, lambda now: all(now[key] > before[key] for key in keys), seconds, of=probe)


def chat_with(page, handle: str) -> int:
    return page.evaluate(
        """async (handle) => (await import("chat/engine.js")).engine().chats.snapshot().rows
          .find((row) => row.peer?.handle === handle || row.title === handle).id""",
        handle,
    )


def connect(caller, callee, chat: int, kind: str = "audio", *, video: bool = False) -> int:
    """From pressing call to a connection at both ends."""
    do(caller, f'start({chat}, "{kind}")')
    call = waits(callee, lambda now: now["ringing"])["ringing"][0]
    do(callee, f"answer({call}, {{video: {str(video).lower()}}})")
    for page in (caller, callee):
        waits(page, lambda now: now["phase"] == "connected")
    return call


def lose_socket(page) -> None:
    page.evaluate("async () => (await import('chat/engine.js')).engine().socket.stop()")


def find_socket(page) -> None:
    page.evaluate("async () => (await import('chat/engine.js')).engine().socket.start()")


# --- two people -----------------------------------------------------------------------------------


def test_sound_flows_both_ways_until_one_hangs_up(pair):
    alice, bob, chat = pair
    do(alice, f'start({chat}, "audio")')
    call = waits(bob, lambda now: now["ringing"])["ringing"][0]
    assert waits(alice, lambda now: now["phase"] == "ringing")["peers"] == []  # nothing of bob is told yet
    do(bob, f"answer({call}, {{video: false}})")
    for page in pair[:2]:
        waits(page, lambda now: now["phase"] == "connected")
        grows(page, "energy")
        waits(page, lambda now: now["peers"][0]["level"] > 0)
    do(alice, "hangUp()")
    assert waits(bob, lambda now: now["phase"] == "ended")["reason"] == "hung_up"
    assert probe(bob)["connections"] == 0


def test_the_buttons_do_it(pair):
    """The same by hand: the telephone in the chat, the card that rings, microphone, screen, hang up."""
    alice, bob, chat = pair
    alice.goto(f"/c/{chat}")
    ready(alice)
    alice.locator("[data-do=call-audio]").click()
    bob.locator(".ring-call [data-do=answer]").click()
    for page in pair[:2]:
        waits(page, lambda now: now["phase"] == "connected")
        grows(page, "energy")
    alice.locator(".control[data-do=mic]").click()
    waits(bob, lambda now: now["peers"][0]["isMuted"])
    alice.locator(".control[data-do=share]").click()
    waits(bob, lambda now: now["peers"][0]["isSharing"])
    grows(bob, "frames")
    bob.locator(".control[data-do=hang-up]").click()
    waits(alice, lambda now: now["phase"] == "ended")


def test_pictures_flow_both_ways(pair):
    alice, bob, chat = pair
    connect(alice, bob, chat, "video", video=True)
    for page in pair[:2]:
        grows(page, "frames", "energy")
        assert state(page)["peers"][0]["hasVideo"]


def test_a_camera_may_come_later_and_go(pair):
    alice, bob, chat = pair
    connect(alice, bob, chat)
    for page, other in ((bob, alice), (alice, bob)):
        do(page, "setCamera(true)")
        waits(other, lambda now: now["peers"][0]["hasVideo"])
        grows(other, "frames")
    do(bob, "setCamera(false)")
    waits(alice, lambda now: not now["peers"][0]["hasVideo"])
    alice.wait_for_timeout(500)
    before = probe(alice)["frames"]
    alice.wait_for_timeout(1500)
    assert probe(alice)["frames"] - before <= 1
    assert state(bob)["hasVideo"] is False


def test_a_shared_screen_is_seen_and_ends_by_the_browsers_own_bar(pair):
    alice, bob, chat = pair
    connect(alice, bob, chat)
    do(alice, "setSharing(true)")
    assert state(alice)["isSharing"]
    waits(bob, lambda now: now["peers"][0]["isSharing"])
    grows(bob, "frames")
    assert probe(bob)["width"] > 160
    # As when somebody presses "Stop sharing": the track ends by itself, which scripts cannot make it do.
    alice.evaluate(
        f"async () => {{ const {{ screen }} = {CALLS}.session.media; screen.dispatchEvent(new Event('ended')); }}"
    )
    waits(bob, lambda now: not now["peers"][0]["isSharing"])
    assert not state(alice)["isSharing"]


def test_a_muted_microphone_sends_silence(pair):
    alice, bob, chat = pair
    connect(alice, bob, chat)
    grows(bob, "energy")
    do(alice, "setMuted(true)")
    waits(bob, lambda now: now["peers"][0]["isMuted"])
    bob.wait_for_timeout(1000)
    before = probe(bob)["energy"]
    bob.wait_for_timeout(2500)
    assert probe(bob)["energy"] - before < 1e-6
    do(alice, "setMuted(false)")
    grows(bob, "energy")


def test_new_ways_are_found_in_the_middle_of_a_call(pair):
    alice, bob, chat = pair
    connect(alice, bob, chat)
    before = probe(alice)["fragments"]
    alice.evaluate(f"async () => {CALLS}.session.restart()")
    waits(alice, lambda now: now["fragments"] != before and now["connections"] == 1, of=probe)
    for page in pair[:2]:
        grows(page, "energy")
        assert state(page)["phase"] == "connected"


# --- the socket is away ---------------------------------------------------------------------------


def test_who_was_away_while_it_rang_rings_when_they_are_back_and_never_for_a_dead_call(pair):
    alice, bob, chat = pair
    lose_socket(bob)
    do(alice, f'start({chat}, "audio")')
    find_socket(bob)
    call = waits(bob, lambda now: now["ringing"])["ringing"][0]
    lose_socket(bob)
    do(alice, "hangUp()")
    find_socket(bob)
    now = waits(bob, lambda now: now["ringing"] == [] and now["missedCount"])
    assert code_of(bob, f"answer({call})") == "call_ended"
    assert now["phase"] is None


def test_the_socket_may_go_while_it_rings(pair):
    alice, bob, chat = pair
    do(alice, f'start({chat}, "audio")')
    call = waits(bob, lambda now: now["ringing"])["ringing"][0]
    for page in pair[:2]:
        lose_socket(page)
    do(bob, f"answer({call})")  # by REST
    for page in pair[:2]:
        find_socket(page)
    for page in pair[:2]:
        waits(page, lambda now: now["phase"] == "connected")
        grows(page, "energy")


def test_a_call_outlives_its_sockets(pair):
    alice, bob, chat = pair
    connect(alice, bob, chat)
    for page in pair[:2]:
        lose_socket(page)
    do(alice, "setCamera(true)")  # what this says to bob's device waits for his socket
    alice.wait_for_timeout(12_000)  # more than one ping
    for page in pair[:2]:
        grows(page, "energy")
        assert state(page)["phase"] == "connected"
        find_socket(page)
    waits(bob, lambda now: now["peers"][0]["hasVideo"])
    grows(bob, "frames")


def test_a_page_that_is_loaded_again_finds_its_call(pair):
    alice, bob, chat = pair
    call = connect(alice, bob, chat)
    alice.reload()
    ready(alice)
    waits(alice, lambda now: now["inProgress"] == [call])
    do(alice, f"join({call})")
    for page in pair[:2]:
        waits(page, lambda now: now["phase"] == "connected")
        grows(page, "energy")


def test_a_caller_who_closes_the_page_rings_no_longer(pair):
    alice, bob, chat = pair
    do(alice, f'start({chat}, "audio")')
    waits(bob, lambda now: now["ringing"])
    alice.goto("about:blank")
    waits(bob, lambda now: now["ringing"] == [] and now["missedCount"], 5)
    alice.goto("/")
    ready(alice)


# --- more devices, more people --------------------------------------------------------------------


def test_answered_elsewhere_is_silent_within_a_second(pair, caller):
    alice, bob, chat = pair
    second = caller("bob")
    do(alice, f'start({chat}, "audio")')
    for page in (bob, second):
        call = waits(page, lambda now: now["ringing"])["ringing"][0]
    do(bob, f"answer({call})")
    waits(second, lambda now: now["ringing"] == [], 1)
    assert state(second)["phase"] is None
    assert code_of(second, f"answer({call})") == "answered_elsewhere"
    do(second, f"join({call})")  # it goes on there
    assert waits(bob, lambda now: now["phase"] == "ended")["reason"] == "elsewhere"
    waits(alice, lambda now: now["phase"] == "connected")
    grows(second, "energy")
    do(second, "hangUp()")


def test_a_third_caller_hears_busy(pair, caller):
    alice, bob, chat = pair
    connect(alice, bob, chat)
    charlie = caller("charlie")
    bob.evaluate(
        f"async () => {{ const calls = {CALLS}; window.waiting = 0;"
        "calls.addEventListener('waiting', () => (window.waiting += 1)); }"
    )
    do(charlie, f'start({chat_with(charlie, "bob")}, "audio")')
    assert waits(charlie, lambda now: now["phase"] == "ended")["reason"] == "busy"
    until(bob, "window.waiting === 1")
    assert state(bob)["phase"] == "connected"


def test_four_people_each_to_each(caller):
    pages = [caller(handle) for handle in PEOPLE[:4]]
    chat = chat_with(pages[0], "Class")
    do(pages[0], f'start({chat}, "video")')
    call = state(pages[0])["call"]
    for page in pages[1:]:
        assert waits(page, lambda now: now["inProgress"])["inProgress"] == [call]
        assert state(page)["ringing"] == []  # a group's call rings nobody
        do(page, f"join({call}, {{video: true}})")
    for page in pages:
        waits(page, lambda now: now["connections"] == 3 and now["heard"] == now["seen"] == 3, 40, of=probe)
        grows(page, "energy", "frames")
        assert state(page)["backend"] == "mesh"
    do(pages[3], "setHand(true)")
    do(pages[0], "muteAll()")
    waits(pages[1], lambda now: now["isMuted"])
    do(pages[1], "hangUp()")
    waits(pages[0], lambda now: len(now["peers"]) == 2)
    assert waits(pages[1], lambda now: now["inProgress"])["inProgress"] == [call]  # it goes on without them


@needs_coturn
def test_who_hides_their_address_is_heard_through_the_relay(station, caller):
    station.manage("shell", "-v0", "-c", "from accounts.models import User; User.objects.update(hides_address=True)")
    try:
        alice, bob = caller("alice"), caller("bob")
        connect(alice, bob, chat_with(alice, "bob"), "video", video=True)
        for page in (alice, bob):
            grows(page, "energy", "frames")
            assert probe(page)["types"] == ["relay"]
    finally:
        station.manage(
            "shell", "-v0", "-c", "from accounts.models import User; User.objects.update(hides_address=False)"
        )


@needs_janus
def test_six_people_through_the_media_server(caller):
    """The fifth moves everybody from the mesh into a room, and nobody's call ends."""
    pages = [caller(handle) for handle in PEOPLE]
    do(pages[0], f'start({chat_with(pages[0], "Class")}, "video")')
    call = state(pages[0])["call"]
    for page in pages[1:]:
        waits(page, lambda now: now["inProgress"])
        do(page, f"join({call}, {{video: true}})")
    for page in pages:
        waits(page, lambda now: now["backend"] == "janus" and now["phase"] == "connected", 30)
        waits(page, lambda now: now["connections"] == 2 and now["heard"] == now["seen"] == 5, 60, of=probe)
        grows(page, "energy", "frames")
    do(pages[5], "hangUp()")
    waits(pages[0], lambda now: len(now["peers"]) == 4)
    grows(pages[0], "energy", "frames")
