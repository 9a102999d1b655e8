"""Whatever is asked over the socket, nothing breaks, and every answer is one of the document's.

`SHIPWAY_ANY_REQUEST_CALLS=10000` asks for more; `SHIPWAY_ANY_REQUEST_SEED` for others.
"""

import asyncio
import os
import shutil
import sys
from collections import Counter

import pytest
from schemathesis.core.failures import FailureGroup
from shipway_client.wire import AddFile, AddFolder, UnknownBinary
from support.any_request import BASE, LEFT_OUT, Sandbox, session
from support.binaries import NEXT_APK, OTHER_APK, SAMPLE_APK, SAMPLE_IPA
from support.daemon import running_daemon
from support.waiting import wait_for

JSON = "application/json"
CALLS = int(os.environ.get("SHIPWAY_ANY_REQUEST_CALLS", "1500"))
SEED = int(os.environ.get("SHIPWAY_ANY_REQUEST_SEED", "1"))


#: What must have worked at least once: else the requests only met closed doors.
CORE = ("profiles.create", "versions.add", "folders.add", "uploads.create", "jobs.publish")


class Asked:
    """Everything that was asked of one daemon, and what came of it."""

    def __init__(self, daemon, folder):
        files = [SAMPLE_APK, SAMPLE_IPA, folder / "empty.apk"]
        files[-1].touch()
        self.sandbox = Sandbox(folder, files, SEED)
        self.session = session(daemon.client.api.address)
        self.aim = False
        #: What was wrong, by operation and the first line of what is to be said of it.
        self.wrong = {}
        self.statuses = Counter()
        self.both = Counter()

    def ask(self, case):
        """Make one request, and hold its answer against the document."""
        self.sandbox.tame(case, aim=self.aim)
        response = case.call(base_url=BASE, session=self.session, timeout=60)
        self.heard(case, response)
        return response

    def heard(self, case, response):
        operation = case.operation.definition.raw["operationId"]
        self.statuses[response.status_code] += 1
        self.both[operation, response.status_code] += 1
        try:
            case.validate_response(response, checks=checks())
        except FailureGroup as failures:
            for failure in failures.exceptions:
                key = (operation, str(failure).strip().partition("\n")[0])
                self.wrong.setdefault(key, f"{case.as_curl_command()}\n{failure}")
            return
        told = response.headers.get("content-type") == [JSON] and response.content  # HEAD has none
        if response.status_code < 300 and told:
            self.sandbox.learn(operation, response.json())


def checks():
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks as openapi

    return [
        not_a_server_error,
        openapi.status_code_conformance,
        openapi.content_type_conformance,
        openapi.response_headers_conformance,
        openapi.response_schema_conformance,
    ]


def schema_of(asked):
    import schemathesis

    served = asked.session.get(f"{BASE}/v1/openapi.json", timeout=60)
    schema = schemathesis.openapi.from_dict(served.json())
    return schema.exclude(operation_id=list(LEFT_OUT))


def each_operation(schema, asked):
    """Right and wrong requests of each operation, in rounds: each finds what others made."""
    import hypothesis
    from schemathesis import GenerationMode

    operations = [found.ok() for found in schema.get_all_operations()]
    impossible = set()
    rounds = 4
    examples = max(1, CALLS * 2 // 3 // (len(operations) * 2 * rounds))
    for turn in range(rounds):
        for operation in operations:
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                if (operation.label, mode) in impossible:
                    continue
                asked.aim = mode is GenerationMode.POSITIVE

                @hypothesis.seed(SEED * 100 + turn)
                @settings(examples)
                @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
                def one(case):
                    asked.ask(case)

                try:
                    one()
                except hypothesis.errors.Unsatisfiable:  # any text is a name
                    assert mode is GenerationMode.NEGATIVE, operation.label
                    impossible.add((operation.label, mode))


def chains(schema, asked):
    """What answers lead to: the links of the document, by a state machine."""
    import hypothesis

    class Chains(schema.as_state_machine()):
        def before_call(self, case):
            asked.sandbox.tame(case, aim=False)

        def get_call_kwargs(self, case):
            return {"session": asked.session, "base_url": BASE, "timeout": 60}

        def validate_response(self, response, case, additional_checks=(), **more):
            asked.heard(case, response)

    steps = 10
    for turn in range(CALLS // 3 // steps):  # one a run: what was asked before changes what is told
        hypothesis.seed(SEED * 10_000 + turn)(Chains)
        Chains.run(settings=settings(1, stateful_step_count=steps))


def settings(examples, **more):
    from hypothesis import HealthCheck, Phase
    from hypothesis import settings as made

    return made(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
        **more,
    )


async def furnish(client, folder, asked):
    """Have something that can be asked for: versions, a candidate, a folder, a held binary."""
    for sample in (SAMPLE_APK, NEXT_APK, SAMPLE_IPA):
        added = await client.versions.add(AddFile(path=str(sample)))
    await client.versions.mark_candidate(added.version.address)
    held = folder / "held"
    held.mkdir()
    shutil.copy(OTHER_APK, held)
    await client.folders.add(AddFolder(path=str(held), unknown=UnknownBinary.HOLD, quiet=0.1))

    async def is_held():
        return bool((await client.unmatched.list()).items)

    await wait_for(is_held, 60, "the binary is not held")
    for path in (
        *("profiles", "versions", "apps", "environments", "folders", "unmatched", "plugins"),
    ):
        told = await asyncio.to_thread(asked.session.get, f"{BASE}/v1/{path}", timeout=60)
        asked.sandbox.learn(f"{path}.list", told.json())


@pytest.mark.e2e
async def test_nothing_breaks_whatever_is_asked(tmp_path):
    async with running_daemon() as daemon:
        asked = Asked(daemon, tmp_path)
        schema = await asyncio.to_thread(schema_of, asked)
        await furnish(daemon.client, tmp_path, asked)
        await asyncio.to_thread(each_operation, schema, asked)
        await asyncio.to_thread(chains, schema, asked)
        health = await daemon.client.history.health()
        assert health.pid == daemon.pid
        assert '"error":"Traceback' not in daemon.log
    assert not asked.wrong, "\n\n".join(asked.wrong.values())
    table = [f"{count:6} {status} {name}" for (name, status), count in sorted(asked.both.items())]
    sys.stdout.write("\n".join([f"{dict(asked.statuses)}", *table, ""]))
    assert sum(asked.statuses.values()) > CALLS * 0.8
    assert {200, 201, 202, 400, 404, 409} <= set(asked.statuses)
    assert {operation for operation, status in asked.both if status < 300} >= set(CORE)
