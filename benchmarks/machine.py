"""Where figures were found: processor, system, disk, versions, commit."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import apsw

from benchmarks import harness, peers
from dynalite_py.model.clock import SystemClock


def described(plan: harness.Plan) -> dict[str, Any]:
    """Where and when the figures are found, and with what."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "date": datetime.fromtimestamp(SystemClock().now(), UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "processor": processor(),
        "cores": os.cpu_count(),
        "memory_bytes": memory_bytes(),
        "system": f"{platform.system()} {platform.release()}",
        "file_system": file_system(plan.data_folder),
        "load_before": load,
        "python": platform.python_version(),
        "apsw": apsw.apsw_version(),
        "sqlite": apsw.sqlite_lib_version(),
        "servers": peers.versions(plan),
    }


def commit() -> str | None:
    """The checkout's commit, marked when files differ from it."""
    try:
        head = harness.output_of(["git", "rev-parse", "--short=12", "HEAD"], cwd=peers.CHECKOUT)
        changed = harness.output_of(["git", "status", "--porcelain"], cwd=peers.CHECKOUT)
    except harness.UnmeasurableError:
        return None
    return head.strip() + (" and changes" if changed.strip() else "")


def processor() -> str:
    """The processor's own name, where the system tells it."""
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def memory_bytes() -> int | None:
    """The machine's memory, where the system tells it."""
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return None
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def file_system(folder: Path) -> str | None:
    """The type of the file system of a folder; None where there is no /proc."""
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return None
    best, found = "", None
    for line in mounts.read_text().splitlines():
        _, point, kind = line.split()[:3]
        if folder.resolve().is_relative_to(point) and len(point) >= len(best):
            best, found = point, kind
    return found
