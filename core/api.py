"""The base of every REST view: parse, ask access, call the action, serialise."""

from typing import Any

from rest_framework import serializers
from rest_framework.views import APIView


class ApiView(APIView):
    @property
    def user(self) -> Any:
        """The accounts.User who asks (the kernel may not import it)."""
        return self.request.user

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
