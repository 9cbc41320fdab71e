"""Links, requests and previews as JSON."""

from accounts.serializers import sender_json, user_json
from messenger.models import Chat, Invite, JoinRequest
from messenger.serializers import chat_json, optional_timestamp, timestamp
from messenger.shapes import ChatPreviewJSON, InviteJSON, JoinRequestJSON


def invite_json(invite: Invite) -> InviteJSON:
    """Needs `created_by` loaded."""
    return {
        "id": invite.pk,
        "token": invite.token,
        "path": f"/join/{invite.token}",
        "created_by": sender_json(invite.created_by) if invite.created_by else None,
        "created_at": timestamp(invite.created_at),
        "expires_at": optional_timestamp(invite.expires_at),
        "max_uses": invite.max_uses,
        "use_count": invite.use_count,
        "needs_approval": invite.needs_approval,
        "is_active": invite.is_open,
    }


def join_request_json(request: JoinRequest) -> JoinRequestJSON:
    """Needs `user` loaded."""
    return {"user": user_json(request.user), "invite": request.invite_id, "created_at": timestamp(request.created_at)}


def chat_preview_json(chat: Chat, state: str, *, invite: Invite | None = None) -> ChatPreviewJSON:
    """No id for strangers to a private chat: the link is all they may know it by. It opens the photo too."""
    full = chat_json(chat)
    return {
        "id": chat.pk if chat.handle or state == "member" else None,
        "kind": full["kind"],  # type: ignore[typeddict-item]
        "title": full["title"],
        "description": full["description"],
        "handle": full["handle"],
        "photo": _photo(full["photo"], is_inside=bool(chat.handle) or state == "member", invite=invite),
        "color": full["color"],
        "member_count": full["member_count"],
        "needs_approval": invite is not None and invite.needs_approval,
        "state": state,  # type: ignore[typeddict-item]
    }


def _photo(address: str | None, *, is_inside: bool, invite: Invite | None) -> str | None:
    """An address that answers whoever holds this preview, else None; see files/access.py."""
    if address is None or is_inside:
        return address
    return f"{address}?invite={invite.token}" if invite is not None and invite.is_open else None
