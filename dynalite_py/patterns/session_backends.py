"""Sessions for web frameworks: Flask's session interface, Starlette's middleware, Django's engine.

All keep data in a ``sessions.Sessions`` and give the visitor a cookie with the id alone, so one
sign-in is known to every process. What two requests of a visitor change at once is merged member by
member; a request that comes after a sign-out brings nothing back. The frameworks are the extras
``flask``, ``starlette`` and ``django``, imported when a backend is made.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from dynalite_py.model import codec
from dynalite_py.patterns.sessions import Data, Session, SessionGoneError, Sessions

if TYPE_CHECKING:
    from flask import Flask
    from flask.sessions import SessionInterface, SessionMixin
    from flask.wrappers import Request, Response

SameSite: TypeAlias = Literal["lax", "strict", "none"]
Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

_DJANGO_BASE = "django.contrib.sessions.backends.base"
_EXPIRY = "_session_expiry"  # Django's own name of this member


def required(module: str, extra: str) -> Any:
    """A module of a framework. Raises: ImportError that names the extra."""
    try:
        return import_module(module)
    except ImportError as missing:
        raise ImportError(
            f"{module} is not installed: pip install 'dynalite_py[{extra}]'", name=module
        ) from missing


class Visit(dict[str, Any]):
    """The session of one request: a dict that is compared, at the end, with what was read.

    So changes inside of members are seen, too. ``rotate`` gives it another id, as after a sign-in.
    """

    def __init__(self, session: Session | None = None) -> None:
        super().__init__({} if session is None else session.data)
        self.read = session
        self.is_rotated = False
        self._is_forced = False

    def rotate(self) -> None:
        """Move to another id when the request ends: call it where somebody signs in."""
        self.is_rotated = True

    @property
    def modified(self) -> bool:
        """Whether something has to be written; it can be set, as the frameworks' own can."""
        if self._is_forced or (self.is_rotated and self.read is not None):
            return True
        before = {} if self.read is None else self.read.data
        return codec.sorted_text(dict(self)) != codec.sorted_text(before)

    @modified.setter
    def modified(self, value: bool) -> None:
        self._is_forced = value


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request's session. session: None where there is none. ended: there was."""

    session: Session | None
    ended: bool = False


def finish(sessions: Sessions, visit: Visit, *, lifetime_seconds: int | None = None) -> Outcome:
    """Write at the end of a request what it changed.

    A visitor who has no data has no session. One who was signed out meanwhile stays so: what a late
    request changed is dropped. Raises: TypeError for data that are no JSON.
    """
    if not visit:
        if visit.read is None:
            return Outcome(None)
        sessions.delete(visit.read.id)
        return Outcome(None, ended=True)
    if not visit.modified:
        return Outcome(visit.read)
    if visit.read is None:
        return Outcome(sessions.create(visit, lifetime_seconds=lifetime_seconds))
    try:
        after = sessions.merge(
            visit.read, visit, rotate=visit.is_rotated, lifetime_seconds=lifetime_seconds
        )
    except SessionGoneError:
        return Outcome(None, ended=True)
    return Outcome(after)


# Flask


def flask_interface(sessions: Sessions) -> SessionInterface:
    """For ``app.session_interface``; cookies are as the app's ``SESSION_COOKIE_...`` say.

    ``flask.session.rotate()`` gives another id at a sign-in. Raises: ImportError without Flask.
    """
    return _flask_class()(sessions)


@lru_cache(maxsize=1)
def _flask_class() -> Callable[[Sessions], SessionInterface]:
    required("flask", "flask")
    from flask.sessions import SessionInterface, SessionMixin

    class FlaskVisit(Visit, SessionMixin):
        """What ``flask.session`` is."""

    class DynaliteSessions(SessionInterface):
        """Opens a session before a request and saves it behind."""

        def __init__(self, sessions: Sessions) -> None:
            self.sessions = sessions

        def open_session(self, app: Flask, request: Request) -> SessionMixin:
            """The session that the request's cookie names, or an empty one."""
            given = request.cookies.get(self.get_cookie_name(app))
            visit = FlaskVisit(self.sessions.read(given) if given else None)
            visit.new = visit.read is None
            return visit

        def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
            """Write what changed, and the cookie where it is another one or lives longer."""
            assert isinstance(session, FlaskVisit)
            if session.accessed:
                response.vary.add("Cookie")
            was = session.read
            refreshes = self.should_set_cookie(app, session)
            lifetime = int(app.permanent_session_lifetime.total_seconds())
            done = finish(
                self.sessions,
                session,
                lifetime_seconds=lifetime if session.permanent else None,
            )
            cookie: dict[str, Any] = {
                "domain": self.get_cookie_domain(app),
                "path": self.get_cookie_path(app),
                "secure": self.get_cookie_secure(app),
                "httponly": self.get_cookie_httponly(app),
                "samesite": self.get_cookie_samesite(app),
                "partitioned": self.get_cookie_partitioned(app),
            }
            name = self.get_cookie_name(app)
            if done.ended:
                response.delete_cookie(name, **cookie)
                response.vary.add("Cookie")
            elif done.session is not None and (refreshes or was is None):
                cookie["expires"] = self.get_expiration_time(app, session)
                response.set_cookie(name, done.session.id, **cookie)
                response.vary.add("Cookie")

    return DynaliteSessions


# Starlette, FastAPI


class SessionMiddleware:
    """``request.session`` for Starlette and what is built on it; the client works in threads.

    Add it by ``app.add_middleware(SessionMiddleware, sessions=sessions)``. The cookie is written
    with the head of the answer, so changes behind that are not kept; a websocket reads its session.
    ``request.session.rotate()`` gives another id. Raises: ImportError without Starlette.
    """

    def __init__(
        self,
        app: Application,
        sessions: Sessions,
        *,
        cookie: str = "session",
        path: str = "/",
        domain: str | None = None,
        same_site: SameSite = "lax",
        https_only: bool = True,
    ) -> None:
        required("starlette", "starlette")
        self.app = app
        self.sessions = sessions
        self._name = cookie
        flags = [f"Path={path}", "HttpOnly", f"SameSite={same_site}"]
        flags += ["Secure"] if https_only else []
        flags += [f"Domain={domain}"] if domain is not None else []
        self._flags = "; ".join(flags)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        from starlette.concurrency import run_in_threadpool
        from starlette.datastructures import MutableHeaders
        from starlette.requests import HTTPConnection

        given = HTTPConnection(scope).cookies.get(self._name)
        read = await run_in_threadpool(self.sessions.read, given) if given else None
        visit = scope["session"] = Visit(read)

        async def sent(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                done = await run_in_threadpool(finish, self.sessions, visit)
                headers = MutableHeaders(scope=message)
                headers.add_vary_header("Cookie")
                cookie = self._cookie(done, given)
                if cookie is not None:
                    headers.append("Set-Cookie", cookie)
            await send(message)

        await self.app(scope, receive, sent)

    def _cookie(self, done: Outcome, given: str | None) -> str | None:
        """The cookie to be set; None where the visitor's is right."""
        if done.ended:
            return f"{self._name}=; Max-Age=0; {self._flags}"
        session = done.session
        if session is None or (session.id == given and not session.extended):
            return None
        left = max(0, int(session.expires_at - self.sessions.clock.now()))
        return f"{self._name}={session.id}; Max-Age={left}; {self._flags}"


# Django


class _DjangoSessions:
    """Django's sessions in ``settings.DYNALITE_SESSIONS``, a ``Sessions``: over its SessionBase."""

    # Of SessionBase.
    session_key: str | None
    modified: bool
    _session_key: str | None
    _get_session: Callable[..., Data]
    get_expiry_age: Callable[..., float]

    _read: Session | None = None

    def _get_new_session_key(self) -> str:
        return _django_sessions().new_id()

    def load(self) -> Data:
        """The data of the cookie's session; an id that is none is forgotten."""
        self._read = _django_sessions().read(self.session_key or "")
        data = {} if self._read is None else self._read.data
        # Reads let a session slide, but not beyond a date that the application set.
        if self._read is None or self.get_expiry_age(expiry=data.get(_EXPIRY)) <= 0:
            self._read = self._session_key = None
            return {}
        return data

    def exists(self, session_key: str) -> bool:
        """Whether there is a session of this id."""
        return _django_sessions().read(session_key) is not None

    def create(self) -> None:
        """A new session."""
        lifetime = int(self.get_expiry_age())
        data = self._get_session(no_load=True)
        self._read = _django_sessions().create(data, lifetime_seconds=lifetime)
        self._session_key = self._read.id
        self.modified = True

    def save(self, must_create: bool = False) -> None:
        """Write what changed. Raises: UpdateError where it was deleted meanwhile."""
        data = self._get_session(no_load=must_create)  # It forgets an id that is none.
        if self.session_key is None or must_create:
            self.create()
            return
        self._merge(data, rotate=False)

    def cycle_key(self) -> None:
        """Another id for the same data, as Django's sign-in asks."""
        data = self._get_session()
        if self._read is None:
            self.create()
            return
        self._merge(data, rotate=True)
        self.modified = True

    async def acycle_key(self) -> None:
        """The same for coroutines."""
        await required("asgiref.sync", "django").sync_to_async(self.cycle_key)()

    def delete(self, session_key: str | None = None) -> None:
        """Sign out."""
        key = session_key or self.session_key
        if key is not None:
            _django_sessions().delete(key)

    @classmethod
    def clear_expired(cls) -> None:
        """What ``manage.py clearsessions`` calls; a table's time to live makes it needless."""
        _django_sessions().delete_expired()

    def _merge(self, data: Data, *, rotate: bool) -> None:
        lifetime = int(self.get_expiry_age())
        try:
            if self._read is None:
                raise SessionGoneError
            self._read = _django_sessions().merge(
                self._read, data, rotate=rotate, lifetime_seconds=lifetime
            )
        except SessionGoneError:
            raise required(_DJANGO_BASE, "django").UpdateError from None
        self._session_key = self._read.id
        self._session_cache = self._read.data


def _django_sessions() -> Sessions:
    return required("django.conf", "django").settings.DYNALITE_SESSIONS


@lru_cache(maxsize=1)
def _django_store() -> type[Any]:
    base = required(_DJANGO_BASE, "django").SessionBase
    return type("SessionStore", (_DjangoSessions, base), {"__module__": __name__})


def __getattr__(name: str) -> Any:
    """``SessionStore`` where ``SESSION_ENGINE`` names this module. Raises: ImportError."""
    if name == "SessionStore":
        return _django_store()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
