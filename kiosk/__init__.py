"""The tally kiosk."""

import os
from collections.abc import Mapping

from flask import Flask
from flask_login import current_user
from werkzeug.routing import IntegerConverter, Map

import kiosk.models  # noqa: F401  registers every table
from kiosk import (
    assets,
    charts,
    config,
    database,
    errors,
    filters,
    guards,
    headers,
    languages,
    links,
    network,
    sentences,
    sessions,
    wording,
)
from kiosk.extensions import csrf, db, login
from kiosk.limits import TokenBuckets
from kiosk.views import (
    approving,
    auditing,
    backdating,
    confirming,
    counting,
    figures,
    locking,
    own,
    pairing,
    people,
    reviewing,
    settling,
    setup,
    setup_activities,
    setup_screens,
    sheets,
    shell,
    signin,
    starting,
    stations,
    tapping,
    weeks,
    working,
)

PARTS = [network, assets, sessions, errors, filters, wording, sentences, charts, links, guards, headers, csrf]
AREAS = [
    *(shell, tapping, working, locking, signin, confirming, starting, pairing, approving, stations, backdating),
    *(counting, figures, weeks, reviewing, settling, auditing),
    *(setup, setup_activities, setup_screens, sheets, people, own),
]

# A whole day of a busy house at once, and then two hundred a minute.
TAPS_AT_ONCE, TAPS_PER_SECOND = 3000, 4.0
# Wrong codes: more than anybody mistypes, and nothing against seven thousand million.
GUESSES_AT_ONCE, GUESSES_PER_SECOND = 20, 0.1


class RowConverter(IntegerConverter):
    """`<row:user_id>`: the number of a row. No database is asked for one that is too large for it."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=2**31 - 1)


def create_app(environ: Mapping[str, str] = os.environ) -> Flask:
    """The app, as the environment and the instance folder say. Raises ConfigError with a sentence."""
    instance = config.instance_folder(environ)
    # Static files are ours to serve: under one version, and compressed.
    app = Flask("kiosk", instance_path=str(instance), static_folder=None)
    app.config.from_mapping(config.flask_config(instance, environ))
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = database.engine_options(app.config["SQLALCHEMY_DATABASE_URI"])
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}

    db.init_app(app)
    # Not asked for every page: one about an error must not need the database to say who is signed in.
    # Nor does its own init_app do more than look for a remember-me, which there is none of, after each request.
    app.login_manager = login  # type: ignore[attr-defined]
    app.jinja_env.globals["current_user"] = current_user
    languages.init_app(app)
    # First of all whether it is us that is meant.
    # The guards before the check of forms: to whom a page does not exist, its form does not either.
    for part in PARTS:
        part.init_app(app)
    app.url_map.converters["row"] = RowConverter
    for area in AREAS:
        app.register_blueprint(area.bp)
    csrf.exempt(tapping.bp)
    csrf.exempt(locking.bp)
    app.extensions["tap_buckets"] = TokenBuckets(capacity=TAPS_AT_ONCE, per_second=TAPS_PER_SECOND)
    app.extensions["guesses"] = TokenBuckets(capacity=GUESSES_AT_ONCE, per_second=GUESSES_PER_SECOND)
    if app.debug:
        from kiosk.views import patterns

        app.register_blueprint(patterns.bp)
    return app
