"""The secret of a store's hooks."""

from __future__ import annotations

from include.store_hooks.secret import digest_of, matches, new_secret


def test_secret_matches_its_own_digest_only() -> None:
    one, other = new_secret(), new_secret()
    assert matches(one, digest_of(one))
    assert matches(one, digest_of(other), digest_of(one))
    assert matches(one, None, digest_of(one))
    assert not matches(one, digest_of(other))
    assert not matches("", digest_of(one))


def test_nothing_matches_where_there_is_no_digest() -> None:
    assert not matches("", None, None)
    assert not matches("")
    assert not matches("\ud83d\0", None)


def test_secrets_are_long_and_never_the_same() -> None:
    assert len({new_secret() for _ in range(50)}) == 50
    assert len(new_secret()) >= 40
