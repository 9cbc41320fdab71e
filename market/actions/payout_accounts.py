"""Where a shop's money is paid out to: an IBAN, or an account as the payment provider names it."""

import re

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import limits
from core.errors import Invalid
from market.access.listings import own_shop, require_may_sell
from market.models import Shop

_ACCOUNT = re.compile(r"[A-Za-z0-9_-]{4,64}", re.ASCII)
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}", re.ASCII)


def set_payout_account(*, by: User, account: str) -> Shop:
    """Payouts that are under way go where they were sent. Raises Invalid("bad_account")."""
    require_may_sell(by)
    limits.check("shop_edit", by.pk)
    shop = own_shop(by)
    account = "".join(account.split())
    if not _ACCOUNT.fullmatch(account):
        raise Invalid("bad_account", _("This is no account number."), field="account")
    if _IBAN.fullmatch(account.upper()):
        account = account.upper()
        if not is_iban(account):
            raise Invalid("bad_account", _("There is a slip in this IBAN. Compare it again."), field="account")
    Shop.objects.filter(pk=shop.pk).update(payout_account=account)
    shop.payout_account = account
    return shop


def is_iban(account: str) -> bool:
    """ISO 13616: the first four characters behind the rest, letters as two digits, leave 1 when divided by 97."""
    turned = account[4:] + account[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1
