"""Django's settings: read from the environment by `environment`, the rest fixed."""

from __future__ import annotations

import os

from csp.constants import NONE, SELF

from northing.ui import assets
from northing.web import environment, late

# Before the modules load that import what can wait.
late.load_late()

NORTHING_HOME = environment.home()
# The database holds sessions and what people said, so what Northing writes is for its own user alone.
os.umask(0o077)
SECRET_KEY = environment.secret_key(NORTHING_HOME)
DEBUG = environment.flag("NORTHING_DEBUG", default=False)
PUBLIC_URL = environment.public_url()
SECURE = PUBLIC_URL.startswith("https://")
PROXIES = environment.whole_number("NORTHING_PROXIES", 0, low=0, high=10)
ALLOWED_HOSTS = environment.hosts(PUBLIC_URL)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "django_tasks",
    "northing.ui",
    "northing.access",
    "northing.kit",
    "northing.accounts",
    "northing.decisions",
    "northing.products",
    "northing.insight",
    "northing.strategy",
    "northing.features",
    "northing.roadmap",
    "northing.delivery",
    "northing.demo",
    "northing.web",
    # After our own modules, whose templates for its pages come first.
    "allauth",
    "allauth.account",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "northing.web.sending.LongAnswers",
    "northing.web.static_addresses.StaticFiles",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

FORM_RENDERER = "northing.ui.forms.FormRenderer"
ROOT_URLCONF = "northing.web.urls"
WSGI_APPLICATION = "northing.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "northing.web.shell.shell",
            ],
            "builtins": ["northing.ui.templatetags.ui"],
        },
    }
]

DATABASES = {"default": environment.database(NORTHING_HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SESSION_ENGINE = "northing.access.sessions"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
if PROXIES:
    # Whether a visitor came by TLS, and from which address, only the proxy knows.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "northing.accounts.signin.AccountAdapter"
ACCOUNT_FORMS = {"login": "northing.accounts.signin.SignInForm"}
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key", "login": "30/m/ip"}

TASKS = {"default": {"BACKEND": "northing.kit.jobs.backend.LeasedBackend"}}

# No mail is sent; nothing that would be one, and could hold a secret, is written into the log instead.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

# In the path, so that files which name each other by where they lie need not know of it.
STATIC_URL = "/static/" if DEBUG else f"/static/{assets.digest()}/"
STORAGES = {"staticfiles": {"BACKEND": "northing.web.static_addresses.StaticAddresses"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 0  # in development; what has a version in its address is kept for good
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "northing.access.uploads.BoundedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
UPLOAD_LIMIT = environment.whole_number("NORTHING_UPLOAD_MB", 512, low=1, high=10_000) * 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "northing.access.secrets.MaskingFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": environment.text("NORTHING_LOG", "WARNING").upper()},
}
