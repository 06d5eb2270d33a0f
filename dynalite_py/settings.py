"""Every setting once: its name, default, choices and meaning.

A setting's flag and environment variable follow from its name: ``log_level`` is ``--log-level`` on
the command line and ``DYNALITE_LOG_LEVEL`` in the environment. The command line wins.
"""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_FILE = "dynalite.db"
IN_MEMORY = ":memory:"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. default: False makes it a switch; a number or a text gives its type.

    aliases: the same setting under the names that other programs give it, in kebab case.
    """

    name: str
    default: str | int | bool | None
    help: str
    choices: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()

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
        "log_level",
        "warning",
        "How much is written to standard error.",
        choices=("debug", "info", "warning", "error"),
    ),
)

# What other local DynamoDB programs take and this one needs not: accepted with a warning, `help`.
WITHOUT_EFFECT: tuple[Setting, ...] = (
    Setting("optimize_db_before_startup", False, "the file needs no optimizing"),
    Setting("disable_telemetry", False, "nothing is ever sent anywhere"),
    Setting("delay_transient_statuses", False, "tables change at once"),
    Setting("create_table_ms", 0, "tables are ready at once"),
    Setting("delete_table_ms", 0, "tables are gone at once"),
    Setting("update_table_ms", 0, "tables change at once"),
    Setting("max_item_size_kb", 400, "items have DynamoDB's limit of 400 KB"),
)
