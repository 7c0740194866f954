"""The tally kiosk."""

import os
from collections.abc import Mapping
from pathlib import Path

from flask import Flask, request

import kiosk.database
import kiosk.models  # noqa: F401  registers every table
from kiosk import assets, config, errors, filters, guards, headers
from kiosk.extensions import babel, csrf, db, login, migrate
from kiosk.kinds import LANGUAGES
from kiosk.views import counting, shell, signin, stations, tapping

MIGRATIONS = Path(__file__).parent / "migrations"


def create_app(environ: Mapping[str, str] = os.environ) -> Flask:
    """The app, as the environment and the instance folder say. Raises ConfigError with a sentence."""
    instance = config.instance_folder(environ)
    # Static files are ours to serve: under one version, and compressed.
    app = Flask("kiosk", instance_path=str(instance), static_folder=None)
    app.config.from_mapping(config.flask_config(instance, environ))
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}

    db.init_app(app)
    migrate.init_app(app, db, directory=str(MIGRATIONS))
    login.init_app(app)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=_language)

    for part in (assets, errors, filters, guards, headers):
        part.init_app(app)
    for area in (shell, tapping, signin, stations, counting):
        app.register_blueprint(area.bp)
    csrf.exempt(tapping.bp)
    if app.debug:
        from kiosk.views import patterns

        app.register_blueprint(patterns.bp)
    return app


def _language() -> str:
    """The language asked for in the address, else Bokmål. It is stored nowhere."""
    asked = request.args.get("sprak")
    return asked if asked in LANGUAGES else LANGUAGES[0]
