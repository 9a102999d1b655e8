"""The reference management server, as a process of its own and against its document."""

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest
import urllib3
from shipway_http_management.adapter import HttpManagement, HttpManagementOptions
from shipway_http_management.digests import content_digest
from shipway_plugins import EnvironmentContext
from shipway_plugins.testing import RecordingReporter, Samples
from shipway_plugins.testing.samples import put
from support.management import REFERENCE, TOKEN, management_server
from support.openapi import contract

BEARER = {"Authorization": f"Bearer {TOKEN}"}


@contextmanager
def process(folder):
    """Run it as its README says; answers its address, and kills it at the end."""
    command = (sys.executable, REFERENCE, "--port", "0", "--folder", folder)
    running = subprocess.Popen(
        [*command, "--token-env", "MANAGEMENT_TOKEN"],
        stdout=subprocess.PIPE,
        env={**os.environ, "MANAGEMENT_TOKEN": TOKEN},
    )
    try:
        yield running, json.loads(running.stdout.readline())["server"]
    finally:
        running.kill()
        running.wait(60)
        running.stdout.close()


@pytest.fixture
def samples(tmp_path):
    folder = tmp_path / "samples"
    folder.mkdir()
    return Samples(folder)


@pytest.fixture
def server(tmp_path):
    with management_server(tmp_path / "server") as running:
        yield running


def adapter(url, tmp_path):
    context = EnvironmentContext(name="test", data_dir=tmp_path)
    return HttpManagement(HttpManagementOptions(server=url, token=TOKEN), context)


def ask(server, method, path, *, body=None, **headers):
    """Ask something that the adapter never would."""
    told = {**BEARER, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return urllib3.request(
        method, server.url + path, body=body, headers=told, retries=False, timeout=30
    )


def test_what_it_answered_survives_kill_9(tmp_path, samples):
    """It runs as documented; what was taken is there when it starts again."""
    folder = tmp_path / "kept"
    version = samples.version("ios-phone")
    plan = samples.plan("k1", put(version))
    with process(folder) as (_, url):
        receipt = adapter(url, tmp_path).publish(plan, RecordingReporter())
    with process(folder) as (running, url):
        again = adapter(url, tmp_path)
        assert [one.digest for one in again.live(samples.app).entries] == [version.digest]
        assert again.publish(plan, RecordingReporter()) == receipt
        running.send_signal(signal.SIGTERM)
        assert running.wait(60) == 0


def test_without_a_token_it_does_not_start(tmp_path):
    """Nobody is let in by an empty one."""
    command = [sys.executable, REFERENCE, "--folder", tmp_path, "--token-env", "NOT_SET_ANYWHERE"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "NOT_SET_ANYWHERE holds no token" in done.stderr


def test_an_etag_changes_with_what_is_live(server, samples):
    """And only with that."""
    path = "/v1/apps/sample%2Fapp"
    tags = [ask(server, "GET", path).headers["ETag"] for _ in range(2)]
    plan = samples.plan("k1", put(samples.version("ios-phone")))
    server.adapter().publish(plan, RecordingReporter())
    tags.append(ask(server, "GET", path).headers["ETag"])
    assert tags[0] == tags[1] != tags[2]


def test_a_body_that_does_not_fit_its_digest_is_not_acted_on(server):
    body = json.dumps({"digest": "0" * 64, "size": 5, "file_name": "x"}).encode()
    headers = {"Content_Type": "application/json", "Content_Digest": content_digest(b"another")}
    told = ask(server, "POST", "/v1/uploads", body=body, **headers)
    assert (told.status, told.json()["type"]) == (400, "urn:shipway:management:damaged")
    assert list((server.folder / "uploads").iterdir()) == []


def test_a_path_that_is_not_the_bodys_is_damage(server, samples):
    """A path has no digest, so the body names again what it is for."""
    body = json.dumps(
        {"key": "k1", "app": "sample/app", "copy": "production", "state": "draft", "items": []}
    ).encode()
    headers = {"Content_Type": "application/json", "Content_Digest": content_digest(body)}
    for path in ("/v1/apps/sample%2Fapq/publications/k1", "/v1/apps/sample%2Fapp/publications/k3"):
        told = ask(server, "PUT", path, body=body, **headers)
        assert (told.status, told.json()["type"]) == (400, "urn:shipway:management:damaged")
    assert server.journal() == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v1/nothing", 404), ("PATCH", "/v1/status", 405), ("GET", "/v1/uploads/x", 405)],
)
def test_what_there_is_not_is_a_problem(server, method, path, status):
    told = ask(server, method, path)
    assert told.status == told.json()["status"] == status
    assert told.headers["Content-Digest"] == content_digest(told.data)


@pytest.mark.e2e
def test_it_keeps_to_its_document_whatever_comes(tmp_path):
    """Schemathesis makes requests up from the document, right ones and wrong ones."""
    import schemathesis
    from hypothesis import HealthCheck, Phase, given, settings
    from requests import PreparedRequest
    from schemathesis import GenerationMode

    def sign(request: PreparedRequest) -> PreparedRequest:
        request.headers.update(BEARER)
        body = request.body or b""
        content = body.encode() if isinstance(body, str) else bytes(body)
        if content:
            request.headers["Content-Digest"] = content_digest(content)
        return request

    schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
    counted = 0
    with management_server(tmp_path / "server") as server:
        schema = schemathesis.openapi.from_dict(contract().document)
        for found in schema.get_all_operations():
            operation = found.ok()
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

                @settings(
                    max_examples=15,
                    deadline=None,
                    derandomize=True,
                    database=None,
                    phases=[Phase.explicit, Phase.generate],
                    suppress_health_check=list(HealthCheck),
                )
                @given(case=operation.as_strategy(generation_mode=mode))
                def fuzz(case):
                    nonlocal counted
                    counted += 1
                    response = case.call(base_url=server.url, auth=sign)
                    assert response.status_code < 500, response.text

                fuzz()
        statuses = {status for _, _, status in server.answers}
    assert counted > 150
    assert {200, 201, 400, 404} <= statuses
