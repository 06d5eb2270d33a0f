"""Flask, Starlette and Django keep their sessions in a table."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import flask
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

import dynalite_py
from dynalite_py.model.clock import MovableClock
from dynalite_py.patterns import session_backends
from dynalite_py.patterns.session_backends import SessionMiddleware
from dynalite_py.patterns.sessions import Sessions
from tests.support.made_tables import make_table

NOTHING: Any = None


def django_store() -> Any:
    """The class that Django takes from the module."""
    return session_backends.__getattr__("SessionStore")


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture(params=["native", "boto3"])
def kept(store: dynalite_py.Store, clock: MovableClock, request: pytest.FixtureRequest) -> Sessions:
    make_table(store, "Sessions", id="S")
    client: Any = store if request.param == "native" else dynalite_py.boto3_client(store)
    return Sessions(client=client, table="Sessions", clock=clock, lifetime_seconds=1000)


def act(session: Any, path: str, meanwhile: list[Callable[[], object]]) -> None:
    """What each of the applications does for a path."""
    if path == "count":
        session["n"] = session.get("n", 0) + 1
    elif path == "nest":
        session.setdefault("list", [])
        session["list"] = [*session["list"], 1]
    elif path == "sign-in":
        session["user"] = "ada"
        rotate = getattr(session, "cycle_key", None) or session.rotate
        rotate()
    elif path == "sign-out":
        (getattr(session, "flush", None) or session.clear)()
    elif path == "slow":
        session["slow"] = session.get("slow", 0) + 1
        while meanwhile:
            meanwhile.pop()()


class Browser:
    """A test client of any of the frameworks, with its cookies."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def __call__(self, path: str) -> Any:
        return self.client.get(f"/{path}")


class Site:
    """A running application, and what happens during its slow request."""

    def __init__(self, browser: Callable[[], Browser]) -> None:
        self.browser = browser
        self.meanwhile: list[Callable[[], object]] = []


def flask_site(kept: Sessions) -> Site:
    app = flask.Flask("site")
    app.session_interface = session_backends.flask_interface(kept)

    def browser() -> Browser:
        client = app.test_client()
        return Browser(client)

    site = Site(browser)

    @app.get("/<path>")
    def answer(path: str) -> Any:  # pyright: ignore[reportUnusedFunction]
        act(flask.session, path, site.meanwhile)
        return flask.jsonify(dict(flask.session))

    return site


def starlette_site(kept: Sessions) -> Site:
    async def answer(request: Request) -> JSONResponse:
        act(request.session, request.path_params["path"], site.meanwhile)
        return JSONResponse(dict(request.session))

    app = Starlette(routes=[Route("/{path}", answer)])
    app.add_middleware(SessionMiddleware, sessions=kept)

    def browser() -> Browser:
        client = TestClient(app, base_url="https://site.test")
        return Browser(client)

    site = Site(browser)
    return site


def django_site(kept: Sessions) -> Site:
    django, settings = import_module("django"), import_module("django.conf").settings
    json_response = import_module("django.http").JsonResponse
    route = import_module("django.urls").path

    def answer(request: Any, path: str) -> Any:
        act(request.session, path, site.meanwhile)
        return json_response(dict(request.session.items()))

    if not settings.configured:
        settings.configure(
            ALLOWED_HOSTS=["*"],
            MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"],
            SECRET_KEY="test",
            SESSION_ENGINE="dynalite_py.patterns.session_backends",
        )
        django.setup()
    settings.ROOT_URLCONF = (route("<path>", answer),)
    settings.DYNALITE_SESSIONS = kept

    def browser() -> Browser:
        client: Any = import_module("django.test").Client()
        return Browser(client)

    site = Site(browser)
    return site


@pytest.fixture(params=[flask_site, starlette_site, django_site])
def site(kept: Sessions, request: pytest.FixtureRequest) -> Site:
    return request.param(kept)


def data(answer: Any) -> Any:
    assert answer.status_code == 200
    return answer.json if isinstance(answer.json, dict) else answer.json()


def cookie(get: Any) -> str | None:
    """The session's id that a browser has."""
    jar = get.client.cookies if hasattr(get.client, "cookies") else None
    if jar is None:
        found = get.client.get_cookie("session")
        return None if found is None else found.value
    found = jar.get("sessionid") or jar.get("session")
    return getattr(found, "value", found) or None


def count(kept: Sessions) -> int:
    return len(kept.client.scan(TableName="Sessions")["Items"])


def test_what_a_visitor_did_is_known_in_the_next_request(site: Site) -> None:
    get = site.browser()
    assert [data(get("count"))["n"] for _ in range(3)] == [1, 2, 3]
    assert data(get("nest"))["list"] == [1]
    assert data(get("nest")) == {"n": 3, "list": [1, 1]}
    assert data(site.browser()("look")) == {}


def test_a_visitor_without_data_has_no_session(site: Site, kept: Sessions) -> None:
    get = site.browser()
    assert data(get("look")) == {}
    assert cookie(get) is None
    assert count(kept) == 0


def test_a_request_that_changes_nothing_writes_nothing(site: Site, kept: Sessions) -> None:
    get = site.browser()
    get("count")
    before = kept.client.scan(TableName="Sessions")["Items"]
    assert data(get("look")) == {"n": 1}
    assert kept.client.scan(TableName="Sessions")["Items"] == before


def test_a_sign_in_gives_another_id_and_the_old_one_is_worth_nothing(
    site: Site, kept: Sessions
) -> None:
    get = site.browser()
    get("count")
    before = cookie(get)
    assert before is not None
    get("sign-in")
    after = cookie(get)
    assert after not in (None, before)
    assert data(get("look")) == {"n": 1, "user": "ada"}
    assert kept.read(before) is None
    assert count(kept) == 1


def test_a_sign_out_ends_the_session_everywhere(site: Site, kept: Sessions) -> None:
    get = site.browser()
    get("sign-in")
    before = cookie(get)
    assert before is not None
    assert data(get("sign-out")) == {}
    assert kept.read(before) is None
    assert count(kept) == 0
    assert cookie(get) is None


def test_an_id_that_the_visitor_made_up_is_not_taken(site: Site, kept: Sessions) -> None:
    get = site.browser()
    made_up = "x" * 43
    if hasattr(get.client, "set_cookie"):
        get.client.set_cookie("session", made_up)
    else:
        get.client.cookies["session"] = get.client.cookies["sessionid"] = made_up
    assert data(get("look")) == {}
    get("count")
    assert kept.read(made_up) is None
    assert count(kept) == 1


def test_an_expired_session_is_gone(site: Site, clock: MovableClock, kept: Sessions) -> None:
    get = site.browser()
    get("count")
    clock.advance(days=400)
    assert count(kept) == 1
    assert data(get("count")) == {"n": 1}


def test_requests_at_once_keep_what_the_others_wrote(site: Site) -> None:
    get = site.browser()
    get("count")
    site.meanwhile.append(lambda: get("count"))
    get("slow")
    assert data(get("look")) == {"n": 2, "slow": 1}


def test_a_request_that_ends_behind_a_sign_out_brings_nothing_back(
    site: Site, kept: Sessions
) -> None:
    get = site.browser()
    get("sign-in")
    given = cookie(get)
    assert given is not None
    site.meanwhile.append(lambda: kept.delete(given))
    answer = get("slow")
    assert answer.status_code in (200, 400)  # Django says that the session was interrupted.
    assert count(kept) == 0


def test_cookies_are_kept_from_scripts_and_say_no_data(site: Site) -> None:
    answer = site.browser()("sign-in")
    if hasattr(answer, "cookies") and not hasattr(answer, "http_version"):
        written = " ".join(morsel.OutputString() for morsel in answer.cookies.values())
    else:
        written = answer.headers["Set-Cookie"]
    assert "httponly" in written.lower()
    assert "ada" not in written
    assert "Cookie" in answer.headers["Vary"]


def test_flask_sessions_that_are_permanent_live_as_the_app_says(
    kept: Sessions, clock: MovableClock
) -> None:
    app = flask.Flask("site")
    app.session_interface = session_backends.flask_interface(kept)
    app.config["PERMANENT_SESSION_LIFETIME"] = 5000

    @app.get("/")
    def answer() -> Any:  # pyright: ignore[reportUnusedFunction]
        flask.session.permanent = True
        flask.session.modified = True
        return "ok"

    client = app.test_client()
    assert "Expires" in client.get("/").headers["Set-Cookie"]
    given = client.get_cookie("session")
    assert given is not None
    clock.advance(4000)
    read = kept.read(given.value)
    assert read is not None
    assert read.lifetime_seconds == 5000
    assert "Expires" in client.get("/").headers["Set-Cookie"]  # It is renewed.


def test_a_starlette_cookie_lives_as_long_as_its_session(
    kept: Sessions, clock: MovableClock
) -> None:
    get = starlette_site(kept).browser()
    assert "Max-Age=1000;" in get("count").headers["Set-Cookie"]
    assert "Set-Cookie" not in get("look").headers
    clock.advance(500)
    assert (
        "Max-Age=1000; Path=/; HttpOnly; SameSite=lax; Secure" in get("look").headers["Set-Cookie"]
    )


def test_a_websocket_reads_the_session(kept: Sessions) -> None:
    from starlette.routing import WebSocketRoute

    async def talk(websocket: Any) -> None:
        await websocket.accept()
        await websocket.send_json(dict(websocket.session))
        await websocket.close()

    app = Starlette(routes=[WebSocketRoute("/", talk)])
    app.add_middleware(SessionMiddleware, sessions=kept)
    session = kept.create({"user": "ada"})
    client = TestClient(app, cookies={"session": session.id})
    with client.websocket_connect("/") as socket:
        assert socket.receive_json() == {"user": "ada"}


async def test_django_sessions_in_views_keep_djangos_contract(
    kept: Sessions, clock: MovableClock
) -> None:
    import asyncio

    django_site(kept)
    made: Any = django_store()

    def contract() -> None:
        session = made()
        session["a"] = 1
        session.set_expiry(300)
        session.save()
        assert session.exists(session.session_key)
        assert not session.exists("y" * 43)
        again = made(session.session_key)
        assert again["a"] == 1
        clock.advance(299)
        assert made(session.session_key).get("a") == 1
        clock.advance(300)
        assert made(session.session_key).get("a") is None
        made.clear_expired()
        assert count(kept) == 0

    await asyncio.to_thread(contract)
    session = made()
    await session.aset("a", 1)
    await session.acreate()
    key = session.session_key
    await session.acycle_key()
    assert session.session_key != key
    assert await made(session.session_key).aget("a") == 1
    assert kept.read(key) is None


def test_django_sessions_end_at_a_date_though_reads_let_them_slide(kept: Sessions) -> None:
    from datetime import UTC, datetime, timedelta

    django_site(kept)
    import_module("django.conf").settings.USE_TZ = True
    made: Any = django_store()
    session = made()
    session["a"] = 1
    session.set_expiry(datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=1))
    kept_one = kept.create({"a": 1, "_session_expiry": session["_session_expiry"]})
    assert made(kept_one.id).get("a") is None


@pytest.mark.parametrize(
    ("module", "extra", "use"),
    [
        ("flask", "flask", lambda: session_backends.flask_interface(NOTHING)),
        ("starlette", "starlette", lambda: SessionMiddleware(NOTHING, NOTHING)),
        ("django.contrib.sessions.backends.base", "django", django_store),
    ],
)
def test_a_framework_that_is_missing_names_the_extra(
    monkeypatch: pytest.MonkeyPatch, module: str, extra: str, use: Callable[[], object]
) -> None:
    for cached in (session_backends._flask_class, session_backends._django_store):  # pyright: ignore[reportPrivateUsage]
        cached.cache_clear()
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=rf"pip install 'dynalite_py\[{extra}\]'"):
        use()


def test_the_module_has_no_other_late_names() -> None:
    assert not hasattr(session_backends, "SessionsStore")
