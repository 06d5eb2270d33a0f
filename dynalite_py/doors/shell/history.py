"""The file of typed statements: for its owner alone, and of a bounded size."""

from __future__ import annotations

import os
from pathlib import Path

# Beyond this the older half goes when a shell starts.
LARGEST_BYTES = 1024 * 1024


def default_path() -> Path:
    """In the user's folder for such things (XDG_STATE_HOME, else ~/.local/state)."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "dynalite" / "shell_history"


def prepare(path: Path) -> None:
    """Make the file where it is not, close it to others, cut a long one. Raises: OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b") as file:
        os.fchmod(handle, 0o600)
        size = file.seek(0, os.SEEK_END)
        if size <= LARGEST_BYTES:
            return
        file.seek(size - LARGEST_BYTES // 2)
        kept = file.read()
        # An entry begins with a blank line and a comment that tells its time.
        kept = kept[max(kept.find(b"\n#"), 0) :]
        file.seek(0)
        file.write(kept)
        file.truncate()
