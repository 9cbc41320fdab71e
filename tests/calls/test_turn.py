"""The credentials of calls/turn.py against a real coturn, started from deploy/coturn."""

import time

import pytest

from accounts.models import User
from calls import turn

from .servers import local_coturn, needs_coturn
from .stun import TurnClient, TurnError

pytestmark = needs_coturn
ALICE, BOB = User(pk=7), User(pk=8)


@pytest.fixture(scope="module")
def as_deployed(tmp_path_factory):
    with local_coturn(tmp_path_factory.mktemp("coturn"), relays_to_loopback=False) as running:
        yield running


@pytest.fixture
def relay(as_deployed, settings):
    for name, value in as_deployed.settings.items():
        setattr(settings, name, value)
    return as_deployed


def client_with(relay, now: float | None = None, user: User = ALICE, **other: str) -> TurnClient:
    server = turn.ice_for(user, now)["ice_servers"][-1]
    wanted = {"username": server["username"], "credential": server["credential"], **other}
    return TurnClient(relay.port, **wanted)


def refused(client: TurnClient) -> int:
    with pytest.raises(TurnError) as error:
        client.allocate()
    client.close()
    return error.value.code


def test_our_credentials_get_an_address_of_the_relay(relay):
    client = client_with(relay)
    address, port = client.allocate()
    client.close()
    assert address == "127.0.0.1"
    assert 49152 <= port <= 65535


def test_expired_wrong_and_lengthened_ones_do_not(relay, settings):
    yesterday = time.time() - 86_400
    assert refused(client_with(relay, yesterday)) == 401
    assert refused(client_with(relay, credential="guessed")) == 401
    stale = turn.ice_for(ALICE, yesterday)["ice_servers"][-1]
    assert refused(client_with(relay, credential=stale["credential"])) == 401
    settings.TURN_SECRET = "another"
    assert refused(client_with(relay)) == 401


@pytest.mark.parametrize(
    "peer",
    [
        "127.0.0.1", "10.1.2.3", "172.20.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "255.255.255.255", "192.0.2.2", "198.18.0.1",
    ],
)  # fmt: skip
def test_what_is_not_the_internet_is_not_relayed_to(relay, peer):
    client = client_with(relay)
    client.allocate()
    with pytest.raises(TurnError) as error:
        client.permit(peer)
    client.close()
    assert error.value.code == 403


def test_the_internet_is(relay):
    client = client_with(relay)
    client.allocate()
    client.permit("8.8.8.8")
    client.close()


def test_one_person_gets_no_more_than_the_quota(relay):
    clients = [client_with(relay, user=BOB) for _ in range(61)]
    for client in clients[:60]:
        client.allocate()
    assert refused(clients[60]) == 486
    assert client_with(relay).allocate()  # others do
    for client in clients:
        client.close()
