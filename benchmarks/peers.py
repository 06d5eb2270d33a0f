"""The servers that are measured: ours, the floor and the peers, and how each is started.

Peers are looked for where three environment variables say; one that is missing is named absent,
with the reason, and left out:

    DYNALITE_PEERS         npm install --prefix FOLDER amplify-dynamodb-simulator dynalite \\
                               @dynoxide/linux-x64
    DYNALITE_PEERS_PYTHON  python3 -m venv FOLDER; FOLDER/bin/pip install 'moto[server]' ministack
    DYNALITE_PEERS_JAVA    mvn -f benchmarks/dynamodb_local.xml dependency:copy-dependencies \\
                               -DoutputDirectory=FOLDER
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Callable, Collection, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from benchmarks import harness, names
from benchmarks.servers import HOST, Recipe, Server
from dynalite_py.model import codec

NODE_FOLDER, PYTHON_FOLDER, JAVA_FOLDER = (
    "DYNALITE_PEERS",
    "DYNALITE_PEERS_PYTHON",
    "DYNALITE_PEERS_JAVA",
)
# Their speed still doubles over the first tens of thousands of requests.
WARM_ROUNDS: dict[str, int] = dict.fromkeys(names.DYNAMODB_LOCALS, 2)
# A hundred times slower than the others: one short round tells all there is to tell.
SLOW = frozenset({names.MOTO, names.MINISTACK})
FILLED_TOGETHER = 2
CHECKOUT = Path(__file__).resolve().parents[1]
RUNNER_3 = "software.amazon.dynamodb.services.local.main.ServerRunner"
RUNNER = "com.amazonaws.services.dynamodbv2.local.main.ServerRunner"


def recipes(plan: harness.Plan) -> tuple[list[Recipe], dict[str, str]]:
    """Every server that can be started here, ours first, and why the others cannot."""
    found = [_ours(plan), _floor(plan)]
    absent: dict[str, str] = {}
    makers: dict[str, Callable[[harness.Plan], Recipe]] = {
        names.DYNAMODB_LOCAL: _dynamodb_local,
        names.DYNAMODB_LOCAL_3: _dynamodb_local_3,
        names.DYNOXIDE: _dynoxide,
        names.DYNALITE: _dynalite,
        names.MOTO: _moto,
        names.MINISTACK: _ministack,
    }
    for name, make in makers.items():
        try:
            found.append(make(plan))
        except harness.UnmeasurableError as reason:
            absent[name] = str(reason)
    return found, absent


def versions(plan: harness.Plan) -> dict[str, str]:
    """The versions of all servers that can be started here."""
    found, _ = recipes(plan)
    return {recipe.name: recipe.version for recipe in found}


def folders() -> dict[str, Path]:
    """Where the environment says that peers are, by the variable's name."""
    named = {name: os.environ.get(name) for name in (NODE_FOLDER, PYTHON_FOLDER, JAVA_FOLDER)}
    return {name: Path(folder) for name, folder in named.items() if folder}


def _ours(plan: harness.Plan) -> Recipe:
    def command(folder: Path, port: int) -> Sequence[str]:
        serve = [sys.executable, "-m", "dynalite_py", "serve", str(folder / "store.db")]
        return [*serve, "--port", str(port)]

    return Recipe(harness.OURS, "this checkout", command, True, _our_environment(plan))


def _floor(plan: harness.Plan) -> Recipe:
    def command(folder: Path, port: int) -> Sequence[str]:
        return [sys.executable, "-m", "benchmarks.floors", str(folder / "store.db")]

    return Recipe(harness.FLOOR, "this checkout", command, True, _our_environment(plan))


def _our_environment(plan: harness.Plan) -> Callable[[int], dict[str, str]]:
    environment = harness.python_environment(plan, CHECKOUT)
    return lambda port: environment


def _installed(plan: harness.Plan, variable: str, pattern: str) -> Path:
    """The one file that a pattern names below a peers' folder. Raises: UnmeasurableError."""
    folder = plan.peers.get(variable)
    if folder is None:
        raise harness.UnmeasurableError(f"{variable} names no folder")
    found = next(iter(sorted(folder.resolve().glob(pattern))), None)
    if found is None:
        raise harness.UnmeasurableError(f"{folder} has no {pattern}")
    return found


def python_packages(plan: harness.Plan, package: str) -> Path:
    """The folder of packages that has one, for Python of our own version.

    Raises: UnmeasurableError.
    """
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    pattern = f"lib/{version}/site-packages/{package}/__init__.py"
    return _installed(plan, PYTHON_FOLDER, pattern).parents[1]


@lru_cache(maxsize=16)
def _printed(*command: str) -> str:
    return harness.output_of(command).strip()


def _dynamodb_local(plan: harness.Plan) -> Recipe:
    pattern = "node_modules/amplify-dynamodb-simulator/emulator/DynamoDBLocal.jar"
    jar = _installed(plan, NODE_FOLDER, pattern)
    libraries = jar.parent / "DynamoDBLocal_lib"
    return _java_recipe(plan, names.DYNAMODB_LOCAL, RUNNER, libraries, [jar])


def _dynamodb_local_3(plan: harness.Plan) -> Recipe:
    jar = _installed(plan, JAVA_FOLDER, "DynamoDBLocal-3*.jar")
    return _java_recipe(plan, names.DYNAMODB_LOCAL_3, RUNNER_3, jar.parent, [])


def _java_recipe(
    plan: harness.Plan, name: str, runner: str, libraries: Path, jars: list[Path]
) -> Recipe:
    java = harness.tool("java", "apt-get install default-jdk-headless")
    advice = "apt-get install default-jdk-headless; without it the server listens everywhere"
    javac = harness.tool("javac", advice)
    classes = plan.data_folder / f"classes-{name.replace(' ', '-')}"
    path = os.pathsep.join(map(str, [classes, *jars, f"{libraries}/*"]))
    if not classes.exists():
        source = str(CHECKOUT / "benchmarks" / "OnLoopback.java")
        harness.output_of([javac, "-d", str(classes), "-cp", path, source])
    start = [java, f"-Djava.library.path={libraries}", "-cp", path]
    version = _printed(*start, runner, "-version")

    def command(store: Sequence[str], port: int) -> Sequence[str]:
        return [*start, "OnLoopback", "-port", str(port), *store, "-sharedDb", "-disableTelemetry"]

    return Recipe(
        name,
        version,
        lambda folder, port: command(["-dbPath", str(folder)], port),
        in_memory=lambda folder, port: command(["-inMemory"], port),
        fills_by_transaction=True,
    )


def _dynoxide(plan: harness.Plan) -> Recipe:
    program = str(_installed(plan, NODE_FOLDER, "node_modules/@dynoxide/*/dynoxide"))
    version = _printed(program, "--version").removeprefix("dynoxide ")

    def command(folder: Path, port: int) -> Sequence[str]:
        listen = [program, "serve", "--host", HOST, "--port", str(port)]
        return [*listen, "--db-path", str(folder / "store.db")]

    return Recipe(names.DYNOXIDE, version, command)


def _dynalite(plan: harness.Plan) -> Recipe:
    script = _installed(plan, NODE_FOLDER, "node_modules/dynalite/cli.js")
    node = harness.tool("node", "apt-get install nodejs")
    version = str(codec.decode((script.parent / "package.json").read_bytes())["version"])

    def command(folder: Path, port: int) -> Sequence[str]:
        listen = [node, str(script), "--host", HOST, "--port", str(port), "--path", str(folder)]
        at_once = ["--createTableMs", "0", "--deleteTableMs", "0", "--updateTableMs", "0"]
        return [*listen, *at_once]

    return Recipe(names.DYNALITE, version, command)


def _python_version(program: Path, package: str) -> str:
    """The version of a package in the environment that a program stands in."""
    asked = f"from importlib.metadata import version; print(version({package!r}))"
    return _printed(str(program.parent / "python"), "-c", asked)


def _moto(plan: harness.Plan) -> Recipe:
    program = _installed(plan, PYTHON_FOLDER, "bin/moto_server")
    version = _python_version(program, "moto")
    return Recipe(
        names.MOTO,
        version,
        lambda folder, port: [str(program), "-H", HOST, "-p", str(port)],
    )


def _ministack(plan: harness.Plan) -> Recipe:
    program = _installed(plan, PYTHON_FOLDER, "bin/ministack")
    version = _python_version(program, "ministack")

    def environment(port: int) -> dict[str, str]:
        """Its settings: of all its services the one that is measured, on loopback alone."""
        chosen = {"SERVICES": "dynamodb", "IOT_MTLS_ENABLED": "0", "LOG_LEVEL": "WARNING"}
        place = {"BIND_HOST": HOST, "MINISTACK_HOST": HOST, "GATEWAY_PORT": str(port)}
        return dict(os.environ) | chosen | place

    return Recipe(
        names.MINISTACK, version, lambda folder, port: [str(program)], environment=environment
    )


@dataclass(frozen=True, slots=True)
class Fleet:
    """The servers that run side by side, by name, and why the others do not."""

    servers: dict[str, Server]
    absent: dict[str, str]

    def drop(self, name: str, reason: str) -> None:
        """Go on without a server: it is stopped, and named with the reason."""
        self.absent[name] = reason
        self.servers.pop(name).stop()


@contextlib.contextmanager
def started(
    plan: harness.Plan, *, without: Collection[str] = (), in_memory: bool = False
) -> Generator[Fleet]:
    """All servers with empty stores; stopped, and their files removed, at the end.

    in_memory: those that can do without a file do. Raises: UnmeasurableError when our own does not
    start: then nothing is left to compare.
    """
    found, absent = recipes(plan)
    with contextlib.ExitStack() as stack:
        room = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=plan.data_folder)))
        running: dict[str, Server] = {}
        for recipe in found:
            if recipe.name in without:
                continue
            command = (in_memory and recipe.in_memory) or recipe.command
            chosen = replace(recipe, command=command)
            try:
                server = Server(chosen, room / recipe.name.replace(" ", "-"))
            except harness.UnmeasurableError as reason:
                if recipe.name == harness.OURS:
                    raise
                absent[recipe.name] = str(reason)
                continue
            stack.callback(server.stop)
            running[recipe.name] = server
        yield Fleet(running, absent)


def fill(fleet: Fleet, fill_one: Callable[[Server], object]) -> None:
    """Fill every server, two at a time; those that cannot be filled are dropped.

    Raises: UnmeasurableError when our own is one of them.
    """
    with ThreadPoolExecutor(FILLED_TOGETHER) as pool:
        filling = {name: pool.submit(fill_one, server) for name, server in fleet.servers.items()}
    for name, filled in filling.items():
        try:
            filled.result()
        except harness.UnmeasurableError as reason:
            if name == harness.OURS:
                raise
            fleet.drop(name, str(reason))
