"""A reader of other people's making, which decodes everything, reads the same as the lazy one."""

import pytest

SAMPLES = ("sample-1.0.0.apk", "sample-1.1.0.apk", "other-1.0.0.apk")


def compare(found, path):
    pyaxmlparser = pytest.importorskip("pyaxmlparser")
    oracle = pyaxmlparser.APK(str(path))
    assert found.identifier == oracle.package
    assert found.build == oracle.version_code
    assert found.version == oracle.version_name
    assert found.min_os == oracle.get_min_sdk_version()
    assert found.target_os == oracle.get_target_sdk_version()
    return oracle


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_is_read_as_the_oracle_reads_it(identify, samples, sample):
    found = identify(samples / sample)
    assert found.name == compare(found, samples / sample).application


def test_real_apps_are_read_as_the_oracle_reads_them(identify, corpus, apk_case):
    compare(identify(corpus / apk_case["path"]), corpus / apk_case["path"])
