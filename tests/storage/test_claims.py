"""What transactions under way hold: all of it or nothing, until it is released."""

from __future__ import annotations

from dynalite_py.storage.claims import Claims, Place, Token

ONE: Place = (1, (0, "a", ""))
TWO: Place = (1, (0, "b", ""))
THREE: Place = (2, (0, "a", ""))
TOKEN: Token = ("000000000000", "us-east-1", "TransactWriteItems", "once")


def test_what_is_taken_is_held_until_it_is_released() -> None:
    claims = Claims()
    assert claims.take([ONE, TWO], TOKEN)
    assert (claims.holds(ONE), claims.holds(TWO), claims.holds(THREE)) == (True, True, False)
    assert claims.holds_token(TOKEN)
    claims.release([ONE, TWO], TOKEN)
    assert not any(map(claims.holds, (ONE, TWO, THREE)))
    assert not claims.holds_token(TOKEN)


def test_who_meets_a_held_item_takes_nothing() -> None:
    claims = Claims()
    assert claims.take([ONE], None)
    assert not claims.take([THREE, ONE], TOKEN)
    assert not claims.holds(THREE)
    assert not claims.holds_token(TOKEN)
    assert claims.take([THREE], TOKEN)


def test_a_token_is_held_once() -> None:
    claims = Claims()
    assert claims.take([ONE], TOKEN)
    assert not claims.take([TWO], TOKEN)
    assert not claims.holds(TWO)
    assert claims.take([TWO], None)
