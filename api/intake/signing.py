"""How a source knows that a callback is ours. Pure."""

import hashlib
import hmac


def sign(secret: bytes, timestamp: str, body: bytes) -> str:
    """The value of X-Signature: over the timestamp's digits and the body's bytes, one after the other."""
    return f"sha256={hmac.new(secret, timestamp.encode() + body, hashlib.sha256).hexdigest()}"
