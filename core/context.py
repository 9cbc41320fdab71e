"""What every page knows."""

from django.http import HttpRequest

from core import demo


def page(request: HttpRequest) -> dict[str, object]:
    return {"csp_nonce": getattr(request, "csp_nonce", ""), "demo": demo.told()}
