"""The name pattern of a folder: what it reads, and what cannot be one."""

import pytest
from shipway_client.errors import WrongUsage
from shipway_daemon.rules.patterns import NameNumbers, check_pattern


@pytest.mark.parametrize(
    ("pattern", "name", "version", "build"),
    [
        ("App-{version}-{build}.zip", "App-1.2.0-45.zip", "1.2.0", "45"),
        ("App-{version}-{build}.zip", "App-1.2.0-rc.1-45.zip", "1.2.0-rc.1", "45"),
        ("App-{version}-{build}.zip", "App-1.2.0.zip", None, None),
        ("App-{version}-{build}.zip", "App-next-45.zip", None, None),
        ("App-{version}-{build}.zip", "my-App-1.0-2.zip", None, None),
        ("App-{version}-{build}.zip", "App-1.0-2.zip.bak", None, None),
        ("{build}_{version}.msi", "7_2024.1.msi", "2024.1", "7"),
        ("*_{version}_*.msi", "Tool_1.2.3_x64.msi", "1.2.3", None),
        ("*-{version}.zip", "My-App-1.2.0-rc1.zip", "1.2.0-rc1", None),
        ("{version}.zip", "1.0\n.zip", None, None),
        ("a.b+{version}(x)", "a.b+1(x)", "1", None),
        ("a.b+{version}(x)", "aab+1(x)", None, None),
        ("漢-{version}.zip", "漢-3.zip", "3", None),
    ],
)
def test_a_name_is_read_whole_or_says_nothing(pattern, name, version, build):
    assert check_pattern(pattern).read(name) == NameNumbers(version, build)


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("App.zip", "no field"),
        ("", "no field"),
        ("out/{version}.zip", "slash"),
        ("App-{number}.zip", "{number}"),
        ("App-{}.zip", "{}"),
        ("App-{version.zip", "brace"),
        ("App-version}.zip", "brace"),
        ("{version}-{version}", "twice"),
        ("{version}{build}", "where one field ends"),
        ("*{version}", "where one field ends"),
        ("**{version}x", "where one field ends"),
        ("*a*b*c*d*e{version}", "stars"),
        ("{version}" + "x" * 200, "characters"),
    ],
)
def test_what_cannot_be_read_without_guessing_is_refused_with_a_reason(pattern, why):
    with pytest.raises(WrongUsage, match=r"The pattern .*") as refused:
        check_pattern(pattern)

    assert why in refused.value.message


@pytest.mark.parametrize("filler", ["0", "0-", "1.", "a", "-"])
def test_no_name_makes_a_pattern_run_away(filler):
    """The worst pattern that is allowed, over names of the greatest length; it just has to end."""
    pattern = check_pattern("*-{version}-*-*-*-{build}-x")

    assert pattern.read((filler * 255)[:255]) == NameNumbers()
