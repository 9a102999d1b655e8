"""Where a credential is to be found: what such a reference looks like, while it is being typed."""

import re

#: The three places, as a person types them.
REFERENCE_HINT = "env:NAME, file:/path or keyring:service/user"
_WHOLE = re.compile(r"env:[A-Za-z_]\w*|file:/.*|keyring:.+/[^/]+", re.ASCII)
#: How each may begin; a beginning of one of these may yet become a reference.
_SCHEMES = ("env:", "file:/", "keyring:")


def is_reference(text: str) -> bool:
    """Tell whether a text is a reference to a credential."""
    return _WHOLE.fullmatch(text) is not None


def may_become_reference(text: str) -> bool:
    """Tell whether more typing can make a reference of a text; that of a secret never can."""
    begun = any(scheme.startswith(text) for scheme in _SCHEMES)
    return begun or is_reference(text) or text.startswith("keyring:")
