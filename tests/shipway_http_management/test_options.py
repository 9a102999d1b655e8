"""Wrong settings are named, before anything is sent."""

import pytest
from shipway_http_management.adapter import HttpManagement, HttpManagementOptions
from shipway_plugins import EnvironmentContext
from shipway_plugins.credentials import credential_names
from shipway_plugins.errors import BadSettings


def make(tmp_path, **settings):
    options = HttpManagementOptions(**{"server": "https://x.example", "token": "t", **settings})
    return HttpManagement(options, EnvironmentContext(name="test", data_dir=tmp_path))


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"server": ""}, "server"),
        ({"server": "x.example"}, "server"),
        ({"server": "ftp://x.example"}, "server"),
        ({"server": "https://"}, "server"),
        ({"server": "https://x.example:none"}, "server"),
        ({"server": "https://x.example:70000"}, "server"),
        ({"server": "https://me:secret@x.example"}, "server"),
        ({"server": "https://x.example/?a=b"}, "server"),
        ({"server": "http://x.example"}, "server"),
        ({"server": "http://127.0.0.1.x.example"}, "server"),
        ({"token": ""}, "token"),
        ({"token": "two words"}, "token"),
        ({"token": "line\r\nX-Other: y"}, "token"),
        ({"ca_file": "/nowhere/authority.pem"}, "ca_file"),
        ({"ca_file": __file__}, "ca_file"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, settings, field):
    with pytest.raises(BadSettings, match=f"The setting {field} does not fit") as raised:
        make(tmp_path, **settings)
    assert "secret" not in raised.value.message


@pytest.mark.parametrize(
    "settings",
    [
        {"server": "http://127.0.0.1:8650"},
        {"server": "http://[::1]:8650"},
        {"server": "http://localhost"},
        {"server": "http://x.example", "allow_plain_http": True},
        {"server": "https://x.example/management/"},
        {"token": "ends with a line\n".replace(" ", "-")},
    ],
)
def test_what_is_right_is_taken(tmp_path, settings):
    assert make(tmp_path, **settings)


def test_the_token_is_a_credential():
    """So it is never stored, only where it is to be found."""
    import msgspec

    assert credential_names(msgspec.json.schema(HttpManagementOptions)) == ["token"]
