"""The secret of a store's hooks. BigCommerce keeps it and sends it with each call; we keep only a digest.

A secret is 32 random bytes, so nobody can guess it from its digest, however fast that is computed.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

# The header that holds it in each call.
HEADER = "X-CRM-Webhook-Secret"
LONGEST = 200  # characters of a secret that are looked at
_NOBODYS = bytes(32)


def new_secret() -> str:
    """A new random secret."""
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> bytes:
    """The SHA-256 of a secret, which is all that is kept of it."""
    return hashlib.sha256(secret[:LONGEST].encode("utf-8", "surrogatepass")).digest()


def matches(secret: str, *digests: bytes | None) -> bool:
    """Whether the secret has one of these digests; it takes the same time for each, and for none."""
    given = digest_of(secret)
    # all of them are compared, whichever matches
    found = [hmac.compare_digest(given, digest or _NOBODYS) and digest is not None for digest in digests]
    return any(found)
