"""The base of every REST view: parse, ask access, call the action, serialise."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from core.errors import NotFound

_MAX_ID = 2**63 - 1


class ApiView(APIView):
    @property
    def user(self) -> Any:
        """The accounts.User who asks (the kernel may not import it)."""
        return self.request.user

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Numbers in an address are ids: beyond 64 bits there is nothing, and no database should have to say so."""
        super().initial(request, *args, **kwargs)
        if any(isinstance(value, int) and not 0 <= value <= _MAX_ID for value in kwargs.values()):
            raise NotFound()

    def data(self, serializer_class: type[serializers.Serializer]) -> dict[str, Any]:
        """The validated body. Raises ValidationError, answered as code "invalid" with `fields`."""
        return self._validated(serializer_class, self.request.data)

    def query(self, serializer_class: type[serializers.Serializer]) -> dict[str, Any]:
        """The validated query string."""
        return self._validated(serializer_class, self.request.query_params)

    @staticmethod
    def _validated(serializer_class: type[serializers.Serializer], data: Any) -> dict[str, Any]:
        serializer = serializer_class(data=data)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data
