"""Colours of a typed text, line by line."""

from __future__ import annotations

from dynalite_py.doors.shell import commands, tokens

# What prompt_toolkit calls a fragment: a class of style, and a text.
Fragment = tuple[str, str]

STYLES = {
    "keyword": "bold ansiblue",
    "function": "ansimagenta",
    "string": "ansigreen",
    "quoted": "ansicyan",
    "number": "ansiyellow",
    "parameter": "bold ansired",
    "comment": "italic ansibrightblack",
    "command": "bold ansimagenta",
    "other": "underline ansired",
    "open": "ansired",
    "prompt": "bold",
    "transaction": "bold ansiyellow",
    "bottom-toolbar": "noreverse ansibrightblack",
    "auto-suggestion": "ansibrightblack",
}
_COLOURED = frozenset(STYLES)


def lines(text: str) -> list[list[Fragment]]:
    """The fragments of each line of a text."""
    done: list[list[Fragment]] = [[]]
    for style, part in fragments(text):
        first, *others = part.split("\n")
        done[-1].append((style, first))
        done.extend([(style, other)] for other in others)
    return done


def fragments(text: str) -> list[Fragment]:
    """The whole text in pieces, each with its style."""
    start = len(text) - len(text.lstrip())
    if text.startswith("\\", start):
        name = text[start + 1 :].partition(" ")[0].partition("\n")[0]
        end = start + 1 + len(name)
        kind = "class:command" if name in commands.BY_NAME else "class:open"
        if name in ("plot", "watch", "sql"):
            return [(kind, text[:end]), *_statement(text[end:])]
        return [(kind, text[:end]), ("", text[end:])]
    return _statement(text)


def _statement(text: str) -> list[Fragment]:
    done: list[Fragment] = []
    for token in tokens.tokens(text):
        kind = "open" if token.open and token.kind != "comment" else token.kind
        done.append((f"class:{kind}" if kind in _COLOURED else "", token.text))
    return done
