"""What reaches the application, and what is turned away before it."""

import http.client
import json
import socket
import time

import pytest


def get(port, path="/", headers=None, method="GET", body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, body, headers or {})
    response = connection.getresponse()
    return response.status, json.loads(response.read())


def test_daphne_root_path_of_a_client_is_ignored(port):
    _, seen = get(port, "/x/admin/", {"Daphne-Root-Path": "/x"})
    assert seen["root_path"] == ""
    assert seen["path"] == "/x/admin/"
    assert "daphne-root-path" not in dict(seen["headers"])


CLAIMS = {"X-Forwarded-For": "6.6.6.6, 203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil"}


def test_forwarded_headers_of_a_client_are_taken_out(port):
    _, seen = get(port, "/", CLAIMS)
    assert seen["client"][0] == "127.0.0.1"
    assert seen["scheme"] == "http"
    assert not [name for name, _ in seen["headers"] if name.startswith("x-forwarded")]


def test_behind_one_proxy_the_rightmost_address_counts(proxied_port):
    _, seen = get(proxied_port, "/", CLAIMS)
    assert seen["client"][0] == "203.0.113.9"
    assert seen["scheme"] == "https"
    headers = dict(seen["headers"])
    assert headers["x-forwarded-for"] == "203.0.113.9"
    assert "x-forwarded-host" not in headers


def test_body_of_one_chunk_arrives(port):
    status, seen = get(port, "/", method="POST", body=b"x" * 1024 * 1024)
    assert (status, seen["length"]) == (200, 1024 * 1024)


def raw(port, data, *, until_closed=True, timeout=15):
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as connection:
        connection.sendall(data)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
            if not until_closed:
                break
        return received


def test_announced_body_above_the_cap_is_refused_before_it_is_sent(port):
    started = time.monotonic()
    answer = raw(port, b"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 300000000\r\nExpect: 100-continue\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 413 ")
    assert b"100 Continue" not in answer
    assert json.loads(body)["code"] == "too_large"
    assert time.monotonic() - started < 5


def test_chunked_body_is_cut_at_the_cap(port):
    head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(head)
        for _ in range(21):
            connection.sendall(chunk)
        assert connection.recv(65536).startswith(b"HTTP/1.1 413 ")


def test_headers_have_a_deadline_that_bytes_do_not_extend(port):
    started = time.monotonic()
    connections = [socket.create_connection(("127.0.0.1", port), timeout=5) for _ in range(2)]
    for connection, beginning in zip(connections, (b"G", b"GET / HTTP/1.1\r\nX: "), strict=True):
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")
        connection.sendall(beginning)
        connection.settimeout(0.5)
    for connection in connections:
        while time.monotonic() - started < 20:
            try:
                assert connection.recv(65536).startswith(b"HTTP/1.1 408 ")
                break
            except TimeoutError:
                for other in connections:
                    other.sendall(b"X")
        else:
            pytest.fail("still open")
        connection.close()
    assert 8 < time.monotonic() - started < 15


def test_answer_waits_for_its_reader(port):
    before = get(port, "/memory")[1]["rss"]
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(b"GET /big HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(1)
        assert get(port, "/memory")[1]["rss"] - before < 8 * 1024 * 1024  # of 100 MiB
        received = 0
        while received < 100 * 1024 * 1024:
            received += len(connection.recv(1 << 20))
