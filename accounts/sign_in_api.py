"""Where allauth's sign-in for programs needs mending: the rest of /_allauth/ is its own."""

from allauth.headless.account import views
from allauth.headless.internal.restkit.inputs import Input

from accounts.sign_in_forms import RequestLoginCodeForm


class RequestLoginCodeInput(RequestLoginCodeForm, Input):
    pass


class RequestLoginCodeView(views.RequestLoginCodeView):
    input_class = RequestLoginCodeInput
