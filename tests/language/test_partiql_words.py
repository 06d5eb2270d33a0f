"""The words that a statement takes for its own, bare; in double quotes every one is a name."""

from __future__ import annotations

import pytest

from dynalite_py.language import nodes, partiql_parse
from dynalite_py.model.errors import DynamoDBError

# Source: facts, PartiQL, Words that need double quotes as names.
WORDS = """
absolute action add all allocate alter and any are as asc assertion at authorization avg bag
begin between bit bit_length blob bool boolean by cascade cascaded case cast catalog char
char_length character character_length check clob close coalesce collate collation column commit
conflict connect connection constraint constraints continue convert corresponding count create
cross current current_date current_time current_timestamp current_user cursor date date_add
date_diff deallocate dec decimal declare default deferrable deferred delete desc describe
descriptor diagnostics disconnect distinct do domain double drop else end end-exec escape except
exception exec execute exists external extract false fetch first float for foreign found from
full get global go goto grant group having identity immediate in index indicator initially inner
input insensitive insert int integer intersect interval into is isolation join key language last
left let level like limit list local lower match max min missing modified module names national
natural nchar new next no not nothing null nullif numeric octet_length of old on only open
option or order outer output overlaps pad partial pivot position precision prepare preserve
primary prior privileges procedure public read real references relative remove restrict
returning revoke right rollback rows schema scroll section select session session_user set sexp
size smallint some space sql sqlcode sqlerror sqlstate string struct substring sum symbol
system_user table temporary then time timestamp to transaction translate translation trim true
tuple union unique unknown unpivot update upper usage user using value values varchar varying
view when whenever where with work write zone
""".split()  # noqa: SIM905 - read and compared more easily as one text
# Reserved in expressions, free in statements.
FREE = "name status data type year month day state comment hash range total title".split()  # noqa: SIM905
_WF = "Statement wasn't well formed, can't be processed: "


def refusal(text: str) -> str:
    """Why a text is no statement."""
    with pytest.raises(DynamoDBError) as refused:
        partiql_parse.parsed(text)
    assert refused.value.code == "ValidationException"
    return refused.value.message or ""


def test_the_list_is_whole() -> None:
    assert len(WORDS) == len(set(WORDS)) == 243


@pytest.mark.parametrize("word", WORDS)
def test_a_word_of_the_language_is_a_name_in_quotes_alone(word: str) -> None:
    for spelt in (word, word.upper()):
        assert refusal(f"SELECT {spelt} FROM music")
        assert refusal(f"SELECT m.{spelt} FROM music") == _WF + "Invalid path dot component"
        update = f"UPDATE music SET {spelt} = 1 WHERE pk = 'a'"
        assert refusal(update) == _WF + "Expected identifier for simple path"
        read = partiql_parse.parsed(f'SELECT "{spelt}", m."{spelt}".x FROM music')
        assert isinstance(read, nodes.Select)
        assert read.projection is not None
        assert [path.parts for _, path in read.projection] == [(spelt,), ("m", spelt, "x")]
        quoted = partiql_parse.parsed(f"UPDATE music SET \"{spelt}\" = 1 WHERE pk = 'a'")
        assert isinstance(quoted, nodes.UpdateStatement)


@pytest.mark.parametrize("word", FREE)
def test_a_word_reserved_in_expressions_is_free(word: str) -> None:
    read = partiql_parse.parsed(f"SELECT {word} FROM music WHERE m.{word} = 1")
    assert isinstance(read, nodes.Select)
    assert read.projection == ((word, nodes.Path((word,))),)
