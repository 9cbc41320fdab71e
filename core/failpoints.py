"""Places where a fault test makes the process die. FAILPOINT=name[:after n passes]; refused outside tests."""

import os
import signal

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_name, _, _passes = os.environ.get("FAILPOINT", "").partition(":")
_left = int(_passes or 0)

if _name and not settings.TESTING:
    raise ImproperlyConfigured("FAILPOINT kills the process and is for tests only (TENFOLD_TESTING=1).")


def failpoint(name: str) -> None:
    """Die here, as kill -9 would have it, when the environment asks for this place."""
    global _left
    if name == _name:
        if _left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        _left -= 1
