"""``dynalite serve`` runs the server; ``dynalite env`` prints what points AWS programs at it."""

from __future__ import annotations

import contextlib
import functools
import logging
import os
import sys
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import dynalite_py
from dynalite_py import settings
from dynalite_py.doors.cli import options, triggers
from dynalite_py.model import clock
from dynalite_py.model.caller import Caller
from dynalite_py.model.clock import MovableClock, SystemClock
from dynalite_py.security import credentials

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

    from dynalite_py.doors.server.protocol import ServerSettings
    from dynalite_py.engine import Answer, Engine, TriggerOptions
    from dynalite_py.faults.laid import Faults
    from dynalite_py.model.clock import Clock
    from dynalite_py.model.metrics import Commits, StoreFigures

LOG = logging.getLogger(__name__)

SHELLS = ("bash", "fish", "powershell")


@dataclass(frozen=True, slots=True)
class SharedEngine:
    """An engine in which every caller is the same one: DynamoDB Local's -sharedDb."""

    engine: Engine
    everybody: Caller

    @property
    def operations(self) -> Iterable[str]:
        """The names of the operations."""
        return self.engine.operations

    @property
    def clock(self) -> Clock:
        """The engine's clock."""
        return self.engine.clock

    @property
    def failure(self) -> str | None:
        """The engine's failure."""
        return self.engine.failure

    def submit(
        self, operation: str, request: dict[str, Any], caller: Caller, answer: Answer
    ) -> bytes | None:
        """As the engine's own, whoever calls. Raises: DynamoDBError."""
        del caller
        return self.engine.submit(operation, request, self.everybody, answer)

    def access_path(self, operation: str, request: dict[str, Any], caller: Caller) -> str:
        """As the engine's own, whoever calls."""
        del caller
        return self.engine.access_path(operation, request, self.everybody)

    def begin_turn(self) -> None:
        """As the engine's own."""
        self.engine.begin_turn()

    def end_turn(self) -> None:
        """As the engine's own."""
        self.engine.end_turn()

    def measure(self) -> Commits:
        """As the engine's own."""
        return self.engine.measure()

    def figures(self) -> StoreFigures:
        """As the engine's own."""
        return self.engine.figures()


@click.command(cls=options.Tolerant, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("file", required=False, envvar="DYNALITE_FILE")
@options.options(*settings.SERVE)
@options.options(*settings.TRANSITIONS_OF_OTHERS, *settings.WITHOUT_EFFECT, hidden=True)
@click.version_option(dynalite_py.__version__, message="dynalite %(version)s")
@click.pass_context
def serve(ctx: click.Context, /, file: str | None, **given: Any) -> None:
    """Serve a file's tables over DynamoDB's protocol.

    FILE is made where it does not exist; without FILE it is ./dynalite.db. `:memory:` keeps
    nothing. The flags of DynamoDB Local and of npm's dynalite work too (-port, -inMemory, -dbPath).
    """
    from dynalite_py.doors.server import log_lines

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(log_lines.formatter(given["log_format"]))
    logging.basicConfig(level=given["log_level"].upper(), handlers=[handler])
    for warning in options.without_effect(ctx):
        if given["log_format"] == "json":
            LOG.warning(warning)
        else:
            click.echo(f"Warning: {warning}", err=True)
    given["file"] = file
    _drop_overruled(ctx, given)
    path = chosen_file(given["file"], given["db_path"], in_memory=given["in_memory"])
    _refuse_contradictions(given)
    given["trigger"] = [triggers.read(text) for text in given["trigger"]]
    given["credentials"] = _read_credentials(given["credentials"])
    given["clock"] = _test_clock(given["test_clock"], given["admin_host"])
    given["faults"] = _read_faults(given["faults"])
    with _spans(given["otel"]) as tracer:
        _run(path, given, tracer)


def _drop_overruled(ctx: click.Context, given: dict[str, Any]) -> None:
    """Where the command line says what to open, forget what the environment says about that."""
    sources = {name: ctx.get_parameter_source(name) for name in ("file", "db_path", "in_memory")}
    if click.core.ParameterSource.COMMANDLINE in sources.values():
        for name, source in sources.items():
            if source is click.core.ParameterSource.ENVIRONMENT:
                given[name] = None


def chosen_file(file: str | None, db_path: str | None, *, in_memory: bool) -> str:
    """The file to open, out of the three ways to name it. Raises: click.UsageError."""
    if in_memory and (file or db_path):
        raise click.UsageError("--in-memory and a file exclude each other.")
    if file and db_path:
        raise click.UsageError("Name the file once: as FILE or with --db-path.")
    if in_memory:
        return settings.IN_MEMORY
    named = file or db_path or settings.DEFAULT_FILE
    if named != settings.IN_MEMORY and Path(named).is_dir():
        return str(Path(named) / settings.DEFAULT_FILE)
    return named


def _refuse_contradictions(given: dict[str, Any]) -> None:
    if bool(given["tls_cert"]) != bool(given["tls_key"]):
        raise click.UsageError("--tls-cert and --tls-key go together.")
    if given["shared_db"] and given["accounts"]:
        raise click.UsageError("--shared-db and --accounts exclude each other.")
    if given["eventual_seed"] is not None and not given["eventual_lag"]:
        raise click.UsageError("--eventual-seed needs --eventual-lag.")
    if given["test_clock"] is not None and given["admin_port"] is None:
        raise click.UsageError("--test-clock needs --admin-port: the clock is moved there.")
    if given["kinesis_endpoint"] and given["kinesis_sink"]:
        raise click.UsageError("--kinesis-endpoint and --kinesis-sink exclude each other.")


def _read_credentials(text: str | None) -> Mapping[str, str] | None:
    """Secrets by access key; None: no signature is verified. Raises: click.UsageError."""
    if text is None:
        return None
    try:
        return credentials.read(text)
    except credentials.MalformedError as fault:
        raise click.UsageError(f"--credentials takes ID:SECRET[,ID:SECRET...]: {fault}.") from None


def _test_clock(start: str | None, admin_host: str) -> MovableClock | None:
    """The clock that stands still at a start; None: the system's. Raises: click.UsageError."""
    if start is None:
        return None
    from dynalite_py.doors.server import protocol

    if not protocol.is_loopback(admin_host):
        raise click.UsageError("--test-clock needs an --admin-host that only this machine reaches.")
    if start == "now":
        return MovableClock(SystemClock().now())
    try:
        return MovableClock(clock.parsed(start))
    except ValueError:
        raise click.UsageError(
            f"--test-clock takes now, epoch seconds or a moment as 2026-01-31T12:00:00Z, not "
            f"{start!r:.100}. Where FILE follows it, write --test-clock=now."
        ) from None


def _read_faults(name: str | None) -> Faults | None:
    """What requests are to meet; None: nothing. Raises: click.UsageError."""
    if name is None:
        return None
    from dynalite_py.faults import laid, rules

    try:
        found, seed = rules.of_file(Path(name).read_bytes())
    except OSError as failure:
        raise click.UsageError(f"--faults: {name} cannot be read: {failure.strerror}.") from None
    except rules.FaultsError as fault:
        raise click.UsageError(f"--faults: {name}: {fault}.") from None
    return laid.Faults(found, seed=seed)


@contextlib.contextmanager
def _spans(collector: str | None) -> Generator[Tracer | None]:
    """Where requests' spans go: to the collector, if there is one."""
    if collector is None:
        yield None
        return
    from dynalite_py.doors.server import tracing

    try:
        with tracing.sending(collector, dynalite_py.__version__) as tracer:
            yield tracer
    except tracing.TracingError as refusal:
        raise click.ClickException(f"--otel: {refusal}") from refusal


def _run(path: str, given: dict[str, Any], tracer: Tracer | None) -> None:
    """Open the file, serve until a signal, close the file."""
    from dynalite_py import engine
    from dynalite_py.doors.server import run

    transitions = engine.Transitions.of_milliseconds(
        **durations(given), ttl_pause=1000 * given["ttl_pause"]
    )
    try:
        store = engine.Engine.open(
            path,
            durability=given["durability"],
            transitions=transitions,
            wording=given["wording"],
            ttl_interval=given["ttl_interval"],
            clock=given["clock"],
            late=engine.Lateness(given["eventual_lag"] / 1000, given["eventual_seed"]),
            kinesis_endpoint=given["kinesis_endpoint"],
            kinesis_sink=given["kinesis_sink"],
            stream_shards=given["stream_shards"],
            shard_hours=given["stream_shard_hours"],
        )
    except engine.StoreError as refusal:
        raise click.ClickException(str(refusal)) from refusal
    try:
        everybody = Caller(region=given["region"])
        _make_tables(store, given["schema"], everybody)
        store.lay_faults(given["faults"])
        for trigger in given["trigger"]:
            _start_trigger(store, trigger, everybody)
        door = SharedEngine(store, everybody) if given["shared_db"] else store
        run.run(
            door,
            _server_settings(given),
            started=functools.partial(_greet, path),
            admin_started=functools.partial(_greet_watchers, clock=given["clock"] is not None),
            tracer=tracer,
        )
    except OSError as failure:
        raise click.ClickException(_unreachable(failure, given)) from failure
    finally:
        store.close()


def _make_tables(store: Engine, schema: str | None, caller: Caller) -> None:
    """The tables of a file, where they are not there. Raises: click.ClickException."""
    if schema is None:
        return
    from dynalite_py.doors.cli import create
    from dynalite_py.doors.library import exceptions
    from dynalite_py.doors.library.client import Client

    try:
        wanted = create.read(
            Path(schema), (), stack="local", region=caller.region, account=caller.account
        )
        create.make(Client(store.perform, caller, request_ids=os.urandom(18).hex()), wanted)
    except exceptions.DynaliteError as refusal:
        raise click.ClickException(f"--schema: {refusal.message}") from refusal


def _start_trigger(store: Engine, options: TriggerOptions, caller: Caller) -> None:
    """Start a trigger; its table may come later. Raises: click.ClickException."""
    from dynalite_py.engine import TriggerError

    try:
        store.trigger(options, caller, patient=True)
    except TriggerError as failure:
        raise click.ClickException(f"--trigger: {failure}") from failure


def durations(given: dict[str, Any]) -> dict[str, int]:
    """Milliseconds that tables take to be created, updated and deleted.

    The setting of one kind wins, then the one for all; DynamoDB Local's switch comes last.
    """
    switched: int = settings.TRANSITION_MS if given["delay_transient_statuses"] else 0
    every: int = given["transitions"] or switched
    each = {kind: given[f"{kind}_table_ms"] for kind in ("create", "update", "delete")}
    return {kind: every if asked is None else asked for kind, asked in each.items()}


def _server_settings(given: dict[str, Any]) -> ServerSettings:
    from dynalite_py.doors.server.protocol import ServerSettings

    origins = given["cors"]
    return ServerSettings(
        host=given["host"],
        port=given["port"],
        tls_certificate=Path(given["tls_cert"]) if given["tls_cert"] else None,
        tls_key=Path(given["tls_key"]) if given["tls_key"] else None,
        cors=tuple(origin.strip() for origin in origins.split(",")) if origins else None,
        accounts=given["accounts"],
        region=given["region"],
        credentials=given["credentials"],
        admin_host=given["admin_host"],
        admin_port=given["admin_port"],
        slow_ms=given["slow_ms"],
        test_clock=given["clock"] is not None,
    )


def _unreachable(failure: OSError, given: dict[str, Any]) -> str:
    """One line for a person about an address that cannot be listened on, or TLS files."""
    if failure.filename is not None:
        return f"{failure.filename} cannot be read: {failure.strerror}"
    from dynalite_py.doors.server import run

    if isinstance(failure, run.AdminPortError):
        place = f"{given['admin_host']}:{given['admin_port']} (--admin-port)"
        return f"{place} cannot be served: {failure.strerror or failure}"
    return f"{given['host']}:{given['port']} cannot be served: {failure.strerror or failure}"


def _greet(path: str, endpoint: str) -> None:
    """Say where the server is, as soon as it answers."""
    kept = "in memory: nothing is kept" if path == settings.IN_MEMORY else Path(path).resolve()
    click.echo(f"dynalite {dynalite_py.__version__} on {endpoint} ({kept})")
    click.echo(f"export AWS_ENDPOINT_URL_DYNAMODB={endpoint}")
    sys.stdout.flush()


def _greet_watchers(endpoint: str, *, clock: bool) -> None:
    """Say where health and metrics are, and the clock where there is one to move."""
    click.echo(f"# health and metrics: {endpoint}/health {endpoint}/metrics")
    if clock:
        click.echo(f"# clock: {endpoint}/clock")
    sys.stdout.flush()


@click.command()
@options.options(settings.HOST, settings.PORT, settings.REGION, settings.TLS_CERT)
@click.option("--shell", type=click.Choice(SHELLS), help="Whose syntax. Default: the shell in use.")
def env(host: str, port: int, region: str, tls_cert: str | None, shell: str | None) -> None:
    """Print what points AWS programs at the server.

    For bash and zsh: eval "$(dynalite env)". For fish: dynalite env --shell fish | source
    """
    for name, value in exports(host, port, region, certificate=tls_cert):
        click.echo(_assigned(name, value, shell or _shell_in_use()))


def exports(
    host: str, port: int, region: str, *, certificate: str | None = None
) -> list[tuple[str, str]]:
    """The variables that AWS programs read: the endpoint, and credentials that mean nothing.

    certificate: a file that the programs trust, where the server speaks HTTPS.
    """
    scheme = "https" if certificate else "http"
    endpoint = f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
    trusted = [("AWS_CA_BUNDLE", str(Path(certificate).resolve()))] if certificate else []
    return [
        ("AWS_ENDPOINT_URL_DYNAMODB", endpoint),
        ("AWS_ENDPOINT_URL_DYNAMODB_STREAMS", endpoint),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_REGION", region),
        ("AWS_DEFAULT_REGION", region),
        *trusted,
    ]


def _assigned(name: str, value: str, shell: str) -> str:
    if shell == "fish":
        return f"set -gx {name} {value}"
    if shell == "powershell":
        return f'$env:{name} = "{value}"'
    return f"export {name}={value}"


def _shell_in_use() -> str:
    if os.name == "nt":
        return "powershell"
    return "fish" if Path(os.environ.get("SHELL", "")).name == "fish" else "bash"
