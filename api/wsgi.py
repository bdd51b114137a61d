"""The application as a WSGI server finds it; `stoa serve` puts its front before it (`api/http/front.py`)."""

import gc
import os

from api.app import create_app
from api.observability import logs, proxies
from engine import bootstrap
from engine.settings import from_environment
from engine.storage import migrate

_settings = from_environment(os.environ)
logs.set_up(_settings)
logs.warn_of_missing_key(_settings)
_engine, _schema_head = bootstrap.build(_settings), migrate.head()
app = create_app(_engine, _settings, schema_head=_schema_head)
if not _settings.trusted_proxies:
    proxies.warn_at_start(_engine, schema_head=_schema_head)

# What is loaded by now stays for good: the collector need not look through it at every turn.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 50, 50)
