"""Which channel a binary belongs to: the file says, else whoever brings it, else the default."""

import pytest
from msgspec import UNSET
from shipway_client.errors import WrongUsage
from shipway_daemon.rules.channels import channel_of, check_channel
from shipway_plugins.words import Inspection, Platform


def found(platform, families=UNSET):
    return Inspection(platform=Platform(platform), format="any", device_families=families)


CASES = [
    ("android", ["phone"], None, "android-phone"),
    ("android", UNSET, None, "android-phone"),
    ("android", ["phone"], "android-tablet", "android-tablet"),
    ("android", ["phone"], "android-kiosk", "android-kiosk"),
    ("android", ["phone"], "ios-phone", "android-phone"),
    ("android", ["tv"], None, "android-tv"),
    ("android", ["watch"], None, "android-watch"),
    ("ios", ["phone"], None, "ios-phone"),
    ("ios", ["tablet"], None, "ios-tablet"),
    ("ios", ["phone", "tablet"], None, "ios-phone"),
    ("ios", ["phone", "tablet"], "ios-tablet", "ios-tablet"),
    ("ios", ["phone"], "ios-tablet", "ios-phone"),
    ("ios", ["tablet"], "ios-phone", "ios-tablet"),
    ("ios", [], None, "ios-phone"),
    ("ios", UNSET, None, "ios-phone"),
    ("ios-simulator", ["phone", "tablet"], None, "ios-simulator-phone"),
    ("ios-simulator", ["phone"], "ios-phone", "ios-simulator-phone"),
    ("macos", UNSET, None, "macos-desktop"),
    ("windows", UNSET, "windows-kiosk", "windows-kiosk"),
    ("windows", ["phone"], None, "windows-desktop"),
    ("custom", UNSET, None, "custom"),
    ("custom", UNSET, "custom-firmware", "custom-firmware"),
    ("custom", UNSET, "android-phone", "android-phone"),
]


@pytest.mark.parametrize(("platform", "families", "wanted", "channel"), CASES)
def test_the_channel_of_a_binary(platform, families, wanted, channel):
    """A universal one is phone, and tablet when asked for; a file is never another platform's."""
    assert channel_of(found(platform, families), wanted) == channel


@pytest.mark.parametrize("case", CASES)
def test_a_channel_that_was_found_stays_itself(case):
    """A binary of a channel fits a profile of that channel."""
    platform, families, _, channel = case
    assert channel_of(found(platform, families), channel) == channel
    assert check_channel(channel) == channel


@pytest.mark.parametrize(
    "channel",
    ["", "Android", "android_phone", "-a", "a-", "a--b", "a b", "ä", "nope", "androidphone"],
)
def test_what_is_no_channel_is_refused_with_examples(channel):
    with pytest.raises(WrongUsage, match="is no channel") as refused:
        check_channel(channel)
    assert "android, ios, " in refused.value.hint
    assert "ios-tablet" in refused.value.hint
