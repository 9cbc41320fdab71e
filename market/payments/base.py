"""What a payment provider has to do for us. Each is one file beside this one, which can be deleted.

Nothing here is called inside a database transaction, and every call names an idempotency key: a call whose answer got
lost is made again and answers the same. Whatever a webhook says is only a hint that something changed: the truth is
fetched (`fetch`), so late, doubled and reversed events all lead to the same state.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol


@dataclass(frozen=True)
class ReportedRefund:
    key: str  # ours, "refund:12"; "" when it was made elsewhere
    reference: str
    amount_minor: int
    status: Literal["pending", "succeeded", "failed"]


@dataclass(frozen=True)
class ReportedChargeback:
    reference: str
    amount_minor: int
    fee_minor: int
    status: Literal["open", "won", "lost"]


@dataclass(frozen=True)
class ReportedPayment:
    """A payment as the provider has it now. `captured_minor` is what it took from the buyer, before any refund."""

    reference: str
    status: Literal["pending", "succeeded", "failed", "cancelled"]
    captured_minor: int = 0
    action_url: str = ""  # where the buyer pays, while pending
    failure: str = ""  # a code: declined, authentication_failed, expired …
    refunds: tuple[ReportedRefund, ...] = ()
    chargebacks: tuple[ReportedChargeback, ...] = ()


@dataclass(frozen=True)
class ReportedPayout:
    reference: str
    status: Literal["pending", "paid", "failed", "returned"]
    failure: str = ""


@dataclass(frozen=True)
class ProviderEvent:
    """A webhook, verified. `subject`: the payment or payout it is about, as the provider names it."""

    id: str
    kind: str
    subject: str
    about: Literal["payment", "payout", "other"] = "payment"


@dataclass(frozen=True)
class PaymentOrder:
    """What to take, from whom and where to go afterwards."""

    key: str
    amount_minor: int
    currency: str
    title: str
    return_url: str  # absolute; the buyer comes back here, whatever happened
    metadata: Mapping[str, str] = field(default_factory=dict)


class ProviderError(Exception):
    """The provider could not be asked, or did not answer: nobody knows whether it did it. Try again with the key."""


class ProviderRefused(Exception):
    """The provider answered, and will not do it: trying again is of no use. `code` is stable and shown to people."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(detail or code)
        self.code = code


class BadSignature(Exception):
    """A webhook that the provider has not sent."""


class Provider(Protocol):
    name: str

    def create_payment(self, order: PaymentOrder) -> ReportedPayment:
        """Begin a payment; with the same key it is the same payment, as it stands now."""
        ...

    def fetch_payment(self, reference: str) -> ReportedPayment: ...

    def cancel_payment(self, reference: str, *, key: str) -> ReportedPayment:
        """Nobody may pay this any more; one that is paid stays paid, and says so."""
        ...

    def refund(self, reference: str, *, amount_minor: int, currency: str, key: str) -> ReportedRefund: ...

    def pay_out(self, *, destination: str, amount_minor: int, currency: str, key: str) -> ReportedPayout:
        """Raises ProviderRefused("payouts_manual") where payouts are not made through the provider."""
        ...

    def fetch_payout(self, reference: str) -> ReportedPayout: ...

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> ProviderEvent:
        """Verified on the raw bytes. Header names in lower case. Raises BadSignature."""
        ...

    def holds(self, currency: str) -> int | None:
        """What it holds for us by its own books, minor units; None when it cannot be asked cheaply."""
        ...
