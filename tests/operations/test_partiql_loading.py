"""The first statements of a process may come from many threads at once."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import threading
from dynalite_py.engine import Engine
from dynalite_py.model.caller import Caller
from dynalite_py.model.errors import DynamoDBError

engine, caller, refusals = Engine.open(), Caller(), []
start = threading.Barrier(9)

def ask(operation, request):
    start.wait()
    try:
        engine.perform(operation, request, caller)
    except DynamoDBError as refusal:
        refusals.append(refusal.code)

statement = {"Statement": "SELECT * FROM Music WHERE pk = 'a'"}
kinds = [
    ("ExecuteStatement", statement),
    ("BatchExecuteStatement", {"Statements": [statement]}),
    ("ExecuteTransaction", {"TransactStatements": [statement]}),
]
threads = [threading.Thread(target=ask, args=kinds[at % 3]) for at in range(9)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
engine.close()
print(sorted(set(refusals)))
"""


def test_many_threads_may_ask_first() -> None:
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True
        )
        assert done.stdout == "['ResourceNotFoundException']\n"
        assert "Traceback" not in done.stderr
