"""Content-Digest (RFC 9530): every body carries its SHA-256, both ways."""

import base64
import hashlib


def content_digest(body: bytes) -> str:
    """Write the SHA-256 of a body as the header wants it."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def fits(body: bytes, header: str | None) -> bool:
    """Tell whether a body is the one that its header was made for; other algorithms do not count.

    Without the header nothing is known of the body, so it does not fit.
    """
    digests = [one.strip() for one in (header or "").split(",")]
    return content_digest(body) in digests
