"""The application as a WSGI server finds it: `gunicorn api.wsgi:app`."""

import gc
import os

from api.app import create_app
from api.observability import logs
from engine import bootstrap
from engine.settings import from_environment
from engine.storage import migrate

_settings = from_environment(os.environ)
logs.set_up(_settings)
app = create_app(bootstrap.build(_settings), _settings, schema_head=migrate.head())

# What is loaded by now stays for good: the collector need not look through it at every turn.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 50, 50)
