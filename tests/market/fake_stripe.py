"""A Stripe on loopback that keeps its books as Stripe does: sessions, intents, refunds, disputes, idempotency keys."""

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


class FakeStripe(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.sessions: dict[str, dict[str, Any]] = {}
        self.intents: dict[str, dict[str, Any]] = {}
        self.refunds: list[dict[str, Any]] = []
        self.disputes: list[dict[str, Any]] = []
        self.keys: dict[str, tuple[Any, int, Any]] = {}
        self.calls: list[tuple[str, str, dict[str, str]]] = []
        self.hang: Callable[[str, str], bool] = lambda method, path: False  # answers too late what it has done
        self.fail: Callable[[str, str], tuple[int, dict[str, Any]] | None] = lambda method, path: None
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    # --- what happens there

    def pay(self, session: str) -> None:
        """The buyer pays on the hosted page."""
        row = self.sessions[session]
        number = f"pi_{session}"
        row |= {"status": "complete", "payment_status": "paid", "payment_intent": number, "url": None}
        charge = {"id": f"ch_{session}", "object": "charge", "amount_captured": row["amount_total"]}
        self.intents[number] = {
            "id": number, "object": "payment_intent", "status": "succeeded", "latest_charge": charge,
            "last_payment_error": None,
        }  # fmt: skip

    def come_back(self, session: str, code: str) -> None:
        """A debit that was begun, and that the bank returned."""
        row, number = self.sessions[session], f"pi_{session}"
        row |= {"status": "complete", "payment_status": "unpaid", "payment_intent": number, "url": None}
        self.intents[number] = {
            "id": number, "object": "payment_intent", "status": "requires_payment_method", "latest_charge": None,
            "last_payment_error": {"code": code, "decline_code": None},
        }  # fmt: skip

    def dispute(self, session: str, *, status: str = "needs_response", fee: int = 1500) -> dict[str, Any]:
        row = self.sessions[session]
        made = {
            "id": f"dp_{len(self.disputes)}", "object": "dispute", "amount": row["amount_total"], "status": status,
            "currency": row["currency"], "payment_intent": row["payment_intent"], "charge": f"ch_{session}",
            "balance_transactions": [{"object": "balance_transaction", "fee": fee, "currency": row["currency"]}],
        }  # fmt: skip
        self.disputes.append(made)
        return made

    # --- requests

    def answer(self, method: str, path: str, form: dict[str, str], key: str) -> tuple[int, Any]:
        self.calls.append((method, path, {**form, "_key": key}))
        if (failure := self.fail(method, path)) is not None:
            return failure
        if method == "POST" and key in self.keys:
            known, status, body = self.keys[key]
            if known != (path, form):
                return 400, _error("idempotency_error", None, "Keys for idempotent requests can only be used with …")
            return status, body
        status, body = self._do(method, path.strip("/").split("/")[1:], form)
        if method == "POST":
            body = json.loads(json.dumps(body))
            self.keys[key] = ((path, form), status, body)
        return status, body

    def _do(self, method: str, parts: list[str], form: dict[str, str]) -> tuple[int, Any]:
        match (method, *parts):
            case ("POST", "checkout", "sessions"):
                return 200, self._make_session(form)
            case ("GET", "checkout", "sessions"):
                found = [one for one in self.sessions.values() if one["payment_intent"] == form["payment_intent"]]
                return 200, _list("/v1/checkout/sessions", found)
            case ("GET", "checkout", "sessions", number) if number in self.sessions:
                row = dict(self.sessions[number])
                if any("payment_intent" in value for value in form.values()) and row["payment_intent"]:
                    row["payment_intent"] = self.intents[row["payment_intent"]]
                return 200, row
            case ("POST", "checkout", "sessions", number, "expire") if number in self.sessions:
                row = self.sessions[number]
                if row["status"] != "open":
                    return 400, _error("invalid_request_error", None, "Only Checkout Sessions with a status of open …")
                row |= {"status": "expired", "url": None}
                return 200, row
            case ("POST", "refunds"):
                return self._make_refund(form)
            case ("GET", "refunds"):
                rows = [one for one in self.refunds if one["payment_intent"] == form["payment_intent"]]
                return 200, _list("/v1/refunds", rows)
            case ("GET", "disputes"):
                rows = [one for one in self.disputes if one["payment_intent"] == form["payment_intent"]]
                return 200, _list("/v1/disputes", rows)
        return 404, _error("invalid_request_error", "resource_missing", f"No such thing: {parts}")

    def _make_session(self, form: dict[str, str]) -> dict[str, Any]:
        number = f"cs_{len(self.sessions)}"
        row = {
            "id": number, "object": "checkout.session", "status": "open", "payment_status": "unpaid",
            "amount_total": int(form["line_items[0][price_data][unit_amount]"]),
            "currency": form["line_items[0][price_data][currency]"], "payment_intent": None,
            "url": f"https://checkout.stripe.com/c/pay/{number}", "metadata": {},
        }  # fmt: skip
        self.sessions[number] = row
        return row

    def _make_refund(self, form: dict[str, str]) -> tuple[int, Any]:
        intent, amount = form["payment_intent"], int(form["amount"])
        done = sum(one["amount"] for one in self.refunds if one["payment_intent"] == intent)
        if amount > self.intents[intent]["latest_charge"]["amount_captured"] - done:
            return 400, _error("invalid_request_error", "charge_already_refunded", "Charge has already been refunded.")
        made = {
            "id": f"re_{len(self.refunds)}", "object": "refund", "amount": amount, "status": "succeeded",
            "payment_intent": intent, "metadata": {"key": form["metadata[key]"]},
        }  # fmt: skip
        self.refunds.append(made)
        return 200, made


def _list(url: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"object": "list", "data": rows, "has_more": False, "url": url}


def _error(kind: str, code: str | None, message: str) -> dict[str, Any]:
    return {"error": {"type": kind, "code": code, "message": message}}


class _Handler(BaseHTTPRequestHandler):
    server: FakeStripe

    def do_GET(self) -> None:
        self._respond("GET", dict(parse_qsl(urlsplit(self.path).query)))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self._respond("POST", dict(parse_qsl(body)))

    def _respond(self, method: str, form: dict[str, str]) -> None:
        path = urlsplit(self.path).path
        status, body = self.server.answer(method, path, form, self.headers.get("Idempotency-Key", ""))
        if self.server.hang(method, path):
            time.sleep(1.5)
        content = json.dumps(body).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
        except OSError:
            return  # the client did not wait

    def log_message(self, *args: object) -> None:
        pass
