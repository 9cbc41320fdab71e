"""How a feed is doing, in words. The codes are those of the fetch log, and part of the interface."""

from django.utils.translation import gettext as _

from news.models import Feed, Source


def words_of(code: str) -> str:
    """In the language of now; "" for a feed that is well."""
    words = {
        "": "",
        "ok": _("Fetched."),
        "not_modified": _("Nothing new."),
        "busy": _("The server asked us to come back later."),
        "login": _("It is behind a login."),
        "forbidden": _("The server does not let us read it."),
        "not_found": _("There is nothing at this address any more."),
        "gone": _("Its publisher has ended it."),
        "status": _("The server answered with an error."),
        "not_a_feed": _("There is a page at this address, but no feed."),
        "empty": _("The server sent an empty document."),
        "broken": _("What the server sent cannot be read."),
        "too_large": _("It is larger than we read."),
        "too_slow": _("The server took too long."),
        "too_many_redirects": _("The server sends us round in circles."),
        "refused": _("The address leads into a private network."),
        "bad_url": _("This is no address of the web."),
        "unreachable": _("The server cannot be reached."),
    }
    return words.get(code, _("The last fetch failed."))


def code_of(source: Source, feed: Feed) -> str:
    return "gone" if source.state == Source.State.GONE else feed.failure
