"""Settings of django-allauth: how people sign up and sign in. Star-imported by settings.py."""

import environ

_env = environ.Env()

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "handle"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_USER_DISPLAY = "accounts.adapter.display_name"
ACCOUNT_LOGIN_METHODS = {"username", "email", "phone"}
# The phone is offered to API clients only: in the browser it is added in the settings, after the first message.
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "phone", "password1*"]
ACCOUNT_FORMS = {
    "login": "accounts.sign_in_forms.LoginForm",
    "signup": "accounts.sign_in_forms.SignupForm",
    "change_password": "accounts.sign_in_forms.ChangePasswordForm",
    "reset_password_from_key": "accounts.sign_in_forms.ResetPasswordKeyForm",
    "reset_password": "accounts.sign_in_forms.ResetPasswordForm",
    "request_login_code": "accounts.sign_in_forms.RequestLoginCodeForm",
}
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_MAX_EMAIL_ADDRESSES = 2  # the present one and the one it is being changed to
# "optional" (embedded default) lets people write at once, and must say when an e-mail is taken at sign-up;
# "mandatory" answers the same for known and unknown addresses there too.
ACCOUNT_EMAIL_VERIFICATION = _env("EMAIL_VERIFICATION", default="optional")
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = ACCOUNT_EMAIL_VERIFICATION == "mandatory"
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Tenfold: "
ACCOUNT_EMAIL_NOTIFICATIONS = True  # "your password was changed", to the owner of the account
ACCOUNT_EMAIL_CONFIRMATION_AUTHENTICATED_REDIRECT_URL = "/settings/account/"
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # for e-mail, phone and password, if the last sign-in is older than
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_RATE_LIMITS = {
    "signup": "30/30m/ip",  # tries; accounts made: core/limits.py
    "login": "60/m/ip",
    # The key is account and address together: a stranger elsewhere cannot use up the owner's tries. What many
    # addresses try against one account is slowed down, never refused: accounts/attempts.py.
    "login_failed": "10/15m/key,60/15m/ip",
    "change_phone": "5/10m/user",
}

HEADLESS_ENABLED = True
HEADLESS_CLIENTS = ("app", "browser")
HEADLESS_SERVE_SPECIFICATION = True
HEADLESS_SPECIFICATION_TEMPLATE_NAME = "allauth/specification.html"  # the stock page loads scripts from a CDN
HEADLESS_FRONTEND_URLS: dict[str, str] = {}

MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {"add_webauthn": "accounts.sign_in_forms.AddPasskeyForm"}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = ACCOUNT_EMAIL_VERIFICATION != "mandatory"
MFA_TOTP_ISSUER = "Tenfold"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _env.bool("HTTPS", default=False)  # localhost without TLS

USERSESSIONS_TRACK_ACTIVITY = False  # that would write on every request; see accounts/middleware.py
