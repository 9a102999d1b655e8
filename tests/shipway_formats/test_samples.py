"""The committed samples say exactly what their build script gave them."""

import pytest
from shipway_plugins.words import Inspection, Platform, Signing, SigningState

INTERNET = {"permissions": ["android.permission.INTERNET"], "abis": [], "debuggable": False}


def apk(identifier, name, version, build):
    return Inspection(
        platform=Platform.ANDROID,
        format="apk",
        identifier=identifier,
        name=name,
        version=version,
        build=build,
        min_os="23",
        target_os="34",
        device_families=["phone"],
        signing=Signing(state=SigningState.UNVERIFIED),
        details={"android": INTERNET},
    )


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("sample-1.0.0.apk", apk("dev.shipway.sample", "Shipway Sample", "1.0.0", "1")),
        ("sample-1.1.0.apk", apk("dev.shipway.sample", "Shipway Sample", "1.1.0", "2")),
        ("other-1.0.0.apk", apk("dev.shipway.other", "Shipway Other", "1.0.0", "1")),
    ],
)
def test_a_sample_apk_says_what_it_was_built_with(identify, samples, file, expected):
    assert identify(samples / file) == expected


def test_the_sample_ipa_says_what_it_was_built_with(identify, samples):
    assert identify(samples / "sample-1.0.0.ipa") == Inspection(
        platform=Platform.IOS,
        format="ipa",
        identifier="dev.shipway.sample",
        name="Shipway Sample",
        version="1.0.0",
        build="1",
        min_os="15.0",
        device_families=["phone", "tablet"],
        signing=Signing(state=SigningState.UNSIGNED),
    )


def test_the_samples_are_small(samples):
    assert all(path.stat().st_size < 16_384 for path in samples.iterdir())
