"""Other people: profiles, contacts, blocks."""

from typing import TypedDict

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import user_for_viewing, users_for_viewing
from accounts.actions import relations
from accounts.api.inputs import ContactInput, PeopleQuery
from accounts.models import Block, Contact
from accounts.queries import find_people
from accounts.serializers import (
    BlockJSON,
    ContactJSON,
    ProfileJSON,
    block_json,
    contact_json,
    profile_json,
    profiles_json,
)
from core import limits
from core.api import ApiView
from core.paging import page
from core.schema import Shape, problems
from core.shapes import page_of


class PeopleJSON(TypedDict):
    results: list[ProfileJSON]


ContactsJSON = page_of("ContactPageJSON", ContactJSON)
BlocksJSON = page_of("BlockPageJSON", BlockJSON)


class PeopleView(ApiView):
    @extend_schema(
        operation_id="users_list",
        summary="Find people",
        description="`q`: the beginning of a name, alias or handle among my contacts, or anybody's whole handle. "
        "`ids`: up to 100 ids, comma-separated; unknown ones are left out.",
        parameters=[PeopleQuery],
        responses={200: Shape(PeopleJSON), **problems()},
        tags=["people"],
    )
    def get(self, request: Request) -> Response:
        query = self.query(PeopleQuery)
        if "ids" in query:
            found = users_for_viewing(self.user, map(int, query["ids"].split(",")))
        else:
            limits.check("find_people", self.user.pk)
            found = find_people(self.user, query["q"])
        return Response({"results": profiles_json(self.user, found)})


class PersonView(ApiView):
    @extend_schema(
        summary="A person", responses={200: Shape(ProfileJSON), **problems("user_not_found")}, tags=["people"]
    )
    def get(self, request: Request, user_id: int) -> Response:
        return Response(profile_json(self.user, user_for_viewing(self.user, user_id)))


class PersonByHandleView(ApiView):
    @extend_schema(
        operation_id="users_by_handle",
        summary="A person by handle",
        responses={200: Shape(ProfileJSON), **problems("user_not_found")},
        tags=["people"],
    )
    def get(self, request: Request, handle: str) -> Response:
        limits.check("find_people", self.user.pk)
        return Response(profile_json(self.user, user_for_viewing(self.user, f"@{handle}")))


class ContactsView(ApiView):
    @extend_schema(
        summary="My contacts", responses={200: Shape(ContactsJSON), **problems("bad_cursor")}, tags=["people"]
    )
    def get(self, request: Request) -> Response:
        found = Contact.objects.filter(owner=self.user).select_related("user")
        return Response(page(found, request, size=100, serialize=contact_json))

    @extend_schema(
        summary="Add a contact, or rename one",
        description="By `user` (id) or `handle`. 200 for one I had.",
        request=ContactInput,
        responses={201: Shape(ContactJSON), 200: Shape(ContactJSON), **problems("user_not_found", "self")},
        tags=["people"],
    )
    def post(self, request: Request) -> Response:
        limits.check("contact", self.user.pk)
        data = self.data(ContactInput)
        key = data["user"] if "user" in data else f"@{data['handle'].removeprefix('@')}"
        person = user_for_viewing(self.user, key)
        contact, is_new = relations.add_contact(by=self.user, user=person, alias=data["alias"])
        return Response(contact_json(contact), status=201 if is_new else 200)


class ContactView(ApiView):
    @extend_schema(summary="Remove a contact", responses={204: None, **problems()}, tags=["people"])
    def delete(self, request: Request, user_id: int) -> Response:
        relations.remove_contact(by=self.user, user_id=user_id)
        return Response(status=204)


class BlocksView(ApiView):
    @extend_schema(
        summary="Whom I have blocked", responses={200: Shape(BlocksJSON), **problems("bad_cursor")}, tags=["people"]
    )
    def get(self, request: Request) -> Response:
        found = Block.objects.filter(owner=self.user).select_related("user")
        return Response(page(found, request, size=100, serialize=block_json))


class BlockView(ApiView):
    @extend_schema(
        summary="Block a person",
        description="They can no longer write, call, add me, or see my photo and last seen; they are not told.",
        request=None,
        responses={200: Shape(BlockJSON), **problems("user_not_found", "self")},
        tags=["people"],
    )
    def put(self, request: Request, user_id: int) -> Response:
        person = user_for_viewing(self.user, user_id)
        return Response(block_json(relations.block_user(by=self.user, user=person)))

    @extend_schema(summary="Unblock a person", responses={204: None, **problems()}, tags=["people"])
    def delete(self, request: Request, user_id: int) -> Response:
        relations.unblock_user(by=self.user, user_id=user_id)
        return Response(status=204)
