"""Every setting once: its name, default, choices and meaning.

A setting's flag and environment variable follow from its name: ``log_level`` is ``--log-level`` on
the command line and ``DYNALITE_LOG_LEVEL`` in the environment. The command line wins.
"""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_FILE = "dynalite.db"
IN_MEMORY = ":memory:"
# What --delay-transient-statuses means: npm's dynalite takes as long.
TRANSITION_MS = 500
LONGEST_TRANSITION_MS = 86_400_000
LONGEST_SLOW_MS = 86_400_000
TTL_INTERVAL_SECONDS = 60
LONGEST_TTL_SECONDS = 86_400
LARGEST_SEED = 2**63 - 1
LONGEST_LAG_MS = 60_000
HIGHEST_PORT = 65_535
MOST_SHARDS = 256
MOST_SHARD_HOURS = 24


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. default: False makes it a switch; a number or a text gives its type.

    aliases: the same setting under the names that other programs give it, in kebab case. least,
    most: it is a whole number from one to the other. bare: what the flag means without a value.
    repeated: it may be given several times, in the environment with blanks between.
    """

    name: str
    default: str | int | bool | None
    help: str
    choices: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    least: int = 0
    most: int | None = None
    bare: str | None = None
    repeated: bool = False

    @property
    def flag(self) -> str:
        """The name on the command line."""
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        """The name in the environment."""
        return "DYNALITE_" + self.name.upper()


HOST = Setting("host", "127.0.0.1", "Address to listen on.")
PORT = Setting("port", 8000, "Port to listen on; 0 takes a free one.")
REGION = Setting("region", "us-east-1", "Region of a caller that names none.")
TLS_CERT = Setting("tls_cert", None, "Certificate file (PEM), for HTTPS.")

SERVE: tuple[Setting, ...] = (
    HOST,
    PORT,
    Setting("in_memory", False, "Keep everything in memory: nothing outlives the process."),
    Setting(
        "db_path",
        None,
        f"The file, or a folder to keep {DEFAULT_FILE} in.",
        aliases=("path",),
    ),
    Setting(
        "durability",
        "full",
        "full: an acknowledged write is on disk; relaxed: it survives a crash of the process, "
        "not of the machine.",
        choices=("full", "relaxed"),
    ),
    REGION,
    Setting(
        "transitions",
        0,
        "Milliseconds that tables take to be created, updated and deleted; without it they are "
        "ready at once.",
        most=LONGEST_TRANSITION_MS,
    ),
    Setting(
        "ttl_interval",
        TTL_INTERVAL_SECONDS,
        "Seconds between two sweeps that remove expired items; 0: they stay.",
        most=LONGEST_TTL_SECONDS,
    ),
    Setting(
        "ttl_pause",
        0,
        "Seconds after a change of a table's time to live in which another is refused; the "
        "service's are 3600.",
        most=LONGEST_TTL_SECONDS,
    ),
    Setting(
        "eventual_lag",
        0,
        "Milliseconds by which reads without ConsistentRead are late, those of global indexes too.",
        most=LONGEST_LAG_MS,
    ),
    Setting(
        "eventual_seed",
        None,
        "Let each such read be late by something from 0 to --eventual-lag, drawn from this number.",
        most=LARGEST_SEED,
    ),
    Setting(
        "test_clock",
        None,
        "Let the tables' time stand still, at START (epoch seconds, ISO 8601 or now), until "
        "`/clock` on the admin port moves it.",
        bare="now",
    ),
    Setting(
        "stream_shards",
        1,
        "Shards that each stream has at a time.",
        least=1,
        most=MOST_SHARDS,
    ),
    Setting(
        "stream_shard_hours",
        4,
        "Hours after which the shards of a stream are closed and followed by others; 0: never.",
        most=MOST_SHARD_HOURS,
    ),
    Setting("accounts", False, "Take a 12-digit access key as the account that tables belong to."),
    Setting("shared_db", False, "Show every caller the same tables, whatever region it names."),
    Setting(
        "credentials",
        None,
        "Access keys that every request must be signed with: ID:SECRET, or a list with commas. "
        "Without it any key and signature is accepted.",
    ),
    Setting("cors", None, "Origins that browsers may call from: a list with commas, or *."),
    TLS_CERT,
    Setting("tls_key", None, "Private key file (PEM) of the certificate."),
    Setting(
        "wording",
        "current",
        "current: refusals worded as in us-east-1 today; older: as before AWS reworded some.",
        choices=("current", "older"),
    ),
    Setting(
        "schema",
        None,
        "File of tables that are made at the start where they are not there: CreateTable requests, "
        "CloudFormation, SAM, CDK, Terraform's JSON, serverless.yml, a Workbench model.",
    ),
    Setting(
        "faults",
        None,
        "JSON file of faults that requests meet: throttling, errors, latency. For tests.",
    ),
    Setting(
        "log_level",
        "warning",
        "How much is written to standard error.",
        choices=("debug", "info", "warning", "error"),
    ),
    Setting(
        "log_format",
        "text",
        "text: lines for people; json: an object a line for programs.",
        choices=("text", "json"),
    ),
    Setting(
        "slow_ms",
        None,
        "Log requests that take this many milliseconds or more; without it none is.",
        most=LONGEST_SLOW_MS,
    ),
    Setting(
        "admin_port",
        None,
        "Port for `/health` and `/metrics`; 0 takes a free one. Without it there is none.",
        most=HIGHEST_PORT,
    ),
    Setting("admin_host", "127.0.0.1", "Address of that port."),
    Setting(
        "trigger",
        None,
        "TABLE=MODULE:FUNCTION: call a Python function with the table's changes, as Lambda does; "
        "repeatable. It runs your code in the server.",
        repeated=True,
    ),
    Setting(
        "kinesis_endpoint",
        None,
        "Kinesis endpoint that gets the records of Kinesis destinations, through boto3.",
    ),
    Setting(
        "kinesis_sink",
        None,
        "File, or existing folder with a file for each stream, that gets them as JSON lines "
        "instead. With neither they wait, for a day.",
    ),
    Setting(
        "otel",
        None,
        "Collector that gets an OpenTelemetry span of every request, such as "
        "http://127.0.0.1:4318; needs the extra `otel`. Without it nothing is sent.",
    ),
)

SHELL: tuple[Setting, ...] = (
    Setting("endpoint_url", None, "Ask this endpoint, through boto3, instead of a file."),
    Setting(
        "output",
        "table",
        "How results are shown.",
        choices=("table", "vertical", "json", "jsonl", "dynamodb", "csv"),
    ),
    Setting("history", None, "File of what was typed; an empty name keeps nothing."),
)

# What other local DynamoDB programs call the durations of `transitions`.
TRANSITIONS_OF_OTHERS: tuple[Setting, ...] = (
    Setting(
        "create_table_ms", None, "The same for their creation alone.", most=LONGEST_TRANSITION_MS
    ),
    Setting(
        "update_table_ms", None, "The same for their updates alone.", most=LONGEST_TRANSITION_MS
    ),
    Setting(
        "delete_table_ms", None, "The same for their deletion alone.", most=LONGEST_TRANSITION_MS
    ),
    Setting(
        "delay_transient_statuses",
        False,
        f"As --transitions {TRANSITION_MS}, unless that is given.",
    ),
)

# What other local DynamoDB programs take and this one needs not: accepted with a warning, `help`.
WITHOUT_EFFECT: tuple[Setting, ...] = (
    Setting("optimize_db_before_startup", False, "the file needs no optimizing"),
    Setting("disable_telemetry", False, "nothing is ever sent anywhere"),
    Setting("max_item_size_kb", 400, "items have DynamoDB's limit of 400 KB"),
)
