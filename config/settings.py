"""All settings, in one file, driven by the environment.

Nothing set means the embedded default: SQLite in DATA_DIR, an in-memory bus, one process.
DATABASE_URL and REDIS_URL switch to PostgreSQL and Redis; see docs/operations.md.
"""

import secrets
from datetime import timedelta
from pathlib import Path

import environ
from django.utils.translation import gettext_lazy as _

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.bool("DEBUG", default=False)
TESTING = env.bool("TENFOLD_TESTING", default=False)


def _secret_key() -> str:
    """The key from the environment, else one made once and kept in DATA_DIR (embedded default)."""
    if key := env("SECRET_KEY", default=""):
        return key
    path = DATA_DIR / "secret-key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("TRUSTED_ORIGINS", default=[])
SITE_URL = env("SITE_URL", default="").rstrip("/")
HTTPS = env.bool("HTTPS", default=False)
NUM_PROXIES = env.int("NUM_PROXIES", default=0)
PORT = env.int("PORT", default=8000)

INSTALLED_APPS = [
    "daphne",
    "config",
    "core",
    "accounts",
    "moderation",
    "messenger",
    "calls",
    "market",
    "news",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.mfa",
    "allauth.usersessions",
    "lucide",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "core.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.UserLocale",  # a profile's language: after authentication
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.DeviceActivity",
    "core.middleware.NoNulls",
    "core.middleware.DomainErrors",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context.page",
            ],
            "builtins": ["core.templatetags.tenfold", "lucide.templatetags.lucide"],
        },
    }
]

# --- database ---------------------------------------------------------------------------------
DATABASE_URL = env("DATABASE_URL", default="")
DB_THREADS = env.int("DB_THREADS", default=8)  # threads that talk to the database, per process
if DATABASE_URL:
    DATABASES = {"default": env.db_url_config(DATABASE_URL)}
    DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 2, "max_size": DB_THREADS + 8, "timeout": 5}}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "tenfold.sqlite3",
            # IMMEDIATE: with SQLite's default BEGIN, contended writes fail at once instead of waiting.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-32000;"
                "PRAGMA temp_store=MEMORY;PRAGMA mmap_size=134217728;",
            },
            "TEST": {"NAME": env("TEST_DATABASE_FILE", default=str(DATA_DIR / "test.sqlite3"))},
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- bus, cache, tasks ------------------------------------------------------------------------
REDIS_URL = env("REDIS_URL", default="")
BUS_LANES = env.int("BUS_LANES", default=8)
# Tests that run side by side share a Redis, but neither limits nor events.
BUS_PREFIX = env("BUS_PREFIX", default="tenfold") + (env("PYTEST_XDIST_WORKER", default="") if TESTING else "")
if REDIS_URL:
    # redis-py's default socket timeout equals the channel layer's 5 s poll and would kill idle subscriptions.
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {
                "hosts": [{"address": REDIS_URL, "socket_timeout": 15, "socket_connect_timeout": 1}],
                "prefix": BUS_PREFIX,
            },
        }
    }
    CACHES = {
        "default": {
            "BACKEND": "core.cache.FailFastRedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": BUS_PREFIX,
        }
    }
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 10_000}}}
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 50_000}}
    }
TASKS = {"default": {"BACKEND": "core.tasks.Backend", "QUEUES": ["default", "media", "mail", "web", "push", "money"]}}

# --- people -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["core.hashing.ModestArgon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = int(timedelta(days=60).total_seconds())
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
from config.allauth import *  # noqa: E402  (sign-in, in a file of its own: it is long)

# --- REST -------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.SessionToken",  # first: it names a challenge, so that no answer is 403 for 401
        "accounts.authentication.BrowserSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["core.rendering.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.rendering.StrictJSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["core.limits.ApiThrottle"],
    "EXCEPTION_HANDLER": "core.errors.problem_response",
    "DEFAULT_SCHEMA_CLASS": "core.schema.Schema",
    "NUM_PROXIES": NUM_PROXIES,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Tenfold",
    "DESCRIPTION": (
        "Errors are problem details (RFC 9457) with a stable `code`; unknown and forbidden look the same.\n\n"
        '**Signing in**: `POST /_allauth/app/v1/auth/login` with `{"username": …, "password": …}` answers '
        "`meta.session_token`, to be sent as `X-Session-Token`. Sign-up, codes, passkeys and the second step are "
        "described at [/_allauth/openapi.html](/_allauth/openapi.html).\n\n"
        "**Live events** come over the socket `/ws/v1`, described in docs/protocol.md."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": ["core.schema.add_shapes"],
}

# --- language, files, mail --------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German")), ("ru", _("Russian"))]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "allauth"]  # the second says what allauth says, better
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": MEDIA_ROOT, "base_url": "/media/"},
    },
    "staticfiles": {"BACKEND": "core.staticstore.StaticStorage"},
}
if S3_BUCKET := env("S3_BUCKET", default=""):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {"bucket_name": S3_BUCKET, "querystring_auth": True, "default_acl": "private"},
    }
UPLOAD_DIR = Path(env("UPLOAD_DIR", default=str(DATA_DIR / "uploads")))  # running uploads; shared if servers are many
ACCEL_REDIRECT = env("ACCEL_REDIRECT", default="")  # nginx's internal location for media, e.g. /protected/
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

if email_url := env("EMAIL_URL", default=""):
    vars().update(env.email_url_config(email_url))
else:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Tenfold <no-reply@localhost>")
SMS_SENDER = env("SMS_SENDER", default="accounts.sms.console")
VAPID_PRIVATE_KEY = env("VAPID_PRIVATE_KEY", default="")  # empty: made once and kept in DATA_DIR

# --- security ---------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if HTTPS:
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_SSL_REDIRECT = env.bool("SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if NUM_PROXIES else None

# --- money and what leaves the market ---------------------------------------------------------
STRIPE_SECRET_KEY = env("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRET = env("STRIPE_WEBHOOK_SECRET", default="")
# Play money. On by itself only where nobody but the developer comes; see config/checks.py.
_IS_LOCAL = set(ALLOWED_HOSTS) <= {"localhost", "127.0.0.1", "[::1]", "testserver", ".localhost"}
MARKET_SANDBOX = env.bool("MARKET_SANDBOX", default=_IS_LOCAL and not STRIPE_SECRET_KEY)
WEBHOOK_LOOPBACK = env.bool("WEBHOOK_LOOPBACK", default=False)  # may shops' webhooks go to http://127.0.0.1?

# --- calls ------------------------------------------------------------------------------------
# Without these, calls work where the devices can reach each other themselves; see docs/operations.md.
STUN_URLS = env.list("STUN_URLS", default=[])  # stun:stun.example.org:3478
TURN_URLS = env.list("TURN_URLS", default=[])  # turn:turn.example.org:3478?transport=udp,turns:…
TURN_SECRET = env("TURN_SECRET", default="")  # coturn's static-auth-secret
TURN_SECONDS = env.int("TURN_SECONDS", default=3600)  # how long its credentials are good
JANUS_URL = env("JANUS_URL", default="")  # the media server's HTTP interface, for us alone: http://127.0.0.1:8088/janus
JANUS_PUBLIC_URL = env("JANUS_PUBLIC_URL", default="")  # its WebSocket, as browsers reach it: wss://example.org/janus
JANUS_API_SECRET = env("JANUS_API_SECRET", default="")
JANUS_TOKEN_SECRET = env("JANUS_TOKEN_SECRET", default="")
JANUS_PEOPLE = env.int("JANUS_PEOPLE", default=25)  # most in one call
CONNECT_TO = [JANUS_PUBLIC_URL] if JANUS_PUBLIC_URL else []  # where pages may open connections to, besides ourselves

# --- news -------------------------------------------------------------------------------------
# May the worker fetch the feeds that people follow?
NEWS_FETCHING = env.bool("NEWS_FETCHING", default=True)
NEWS_LOOPBACK = env.bool("NEWS_LOOPBACK", default=False)  # feeds on http://127.0.0.1: for tests

DEMO_PASSWORD = env("DEMO_PASSWORD", default="tenfold-demo")
LIMITS = env("LIMITS", default="")  # "off" or "scale:10": only for benchmarks (BENCH=1) and tests
BENCH = env.bool("BENCH", default=False)
LINK_PREVIEWS = env.bool("LINK_PREVIEWS", default=True)  # may the worker fetch pages that people link to?
METRICS_TOKEN = env("METRICS_TOKEN", default="")  # empty: /metrics answers loopback only

from config.logs import LOGGING  # noqa: E402,F401
