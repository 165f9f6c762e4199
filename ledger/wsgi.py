"""The WSGI entry point: `app`, over the database that the environment variables name."""

from __future__ import annotations

import os

from ledger.app import create_app
from ledger.settings import read_settings
from ledger.store.engine import open_engine, session_maker

_settings = read_settings(os.environ)
app = create_app(_settings, session_maker(open_engine(_settings.database, hide_parameters=True)))
