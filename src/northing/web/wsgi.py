"""The web application, for any WSGI server."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "northing.web.settings")
# What a start makes stays. Looking for garbage in it takes a tenth of the start, and later of every full collection.
gc.disable()
application = get_wsgi_application()
gc.freeze()
gc.enable()
