"""A store in a folder, as a program for the adapter `command`: it knows states and targets.

It goes wrong as the file `trouble` in its folder says.
"""

import hashlib
import json
import os
import signal
import sys
from pathlib import Path

STORE = Path(os.environ["STORE"])
ERRORS = {"busy": "busy", "refuses": "refused", "unreachable": "unreachable"}


def main(call: str) -> None:
    asked = json.load(sys.stdin)
    assert asked["version"] == 1
    assert asked["call"] == call
    assert os.environ["STORE_TOKEN"]
    sys.stderr.write(f"asked {call} with the token {os.environ['STORE_TOKEN']}\n")
    trouble = read("trouble", "")
    if trouble == "unreachable" or (trouble in ERRORS and call in ("publish", "unpublish")):
        message = f"The store is not well: {trouble}, {os.environ['STORE_TOKEN']}."
        tell(error={"kind": ERRORS[trouble], "message": message})
    else:
        CALLS[call](asked, trouble)


def status(asked: dict, trouble: str) -> None:
    tell(status="available", reason="The folder is there.")


def live(asked: dict, trouble: str) -> None:
    held = read("index.json", {}).get(asked["app"], {})
    tell(live=list(held.values()), processing=bool(read("hidden.json", {})))


def unpublish(asked: dict, trouble: str) -> None:
    change(asked["app"], {}, trouble)


def publish(asked: dict, trouble: str) -> None:
    plan, held = asked["plan"], dict(read("index.json", {}).get(asked["app"], {}))
    for item in plan["items"]:
        if item["action"] == "remove":
            held.pop(item["channel"], None)
        if item["action"] == "publish":
            held[item["channel"]] = receive(plan, item)
    change(asked["app"], held, trouble)


def receive(plan: dict, item: dict) -> dict:
    version, digest, done = item["version"], hashlib.sha256(), 0
    tell(stage=f"Upload {item['channel']}", detail=version["address"])
    with Path(version["path"]).open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
            done += len(piece)
            tell(progress=[done, version["size"]])
    return {
        "channel": item["channel"],
        "digest": digest.hexdigest(),
        "state": plan["state"],
        "targets": plan["targets"],
        "version": version["version"],
        "build": version["build"],
    }


def change(app: str, held: dict, trouble: str) -> None:
    """Hold this of the app from now on, or once it is shown."""
    index = read("index.json", {})
    if index.get(app, {}) != held:
        name = "hidden.json" if trouble == "shows late" else "index.json"
        write(name, {**index, app: held})
        write("changes", read("changes", 0) + 1)
    if trouble == "loses the reply":
        os.kill(os.getpid(), signal.SIGKILL)
    tell(receipt={"message": "It is taken."})


def read(name: str, otherwise):
    path = STORE / name
    return json.loads(path.read_text()) if path.exists() else otherwise


def write(name: str, value: object) -> None:
    STORE.mkdir(parents=True, exist_ok=True)
    fresh = STORE / f"{name}.new"
    fresh.write_text(json.dumps(value))
    fresh.rename(STORE / name)


def tell(**said: object) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


CALLS = {"status": status, "live": live, "publish": publish, "unpublish": unpublish}

main(sys.argv[1])
