"""A store in a folder, as a program for the adapter `command`: it knows states and targets."""

import hashlib
import json
import os
import sys
from pathlib import Path


def main(call: str) -> None:
    asked = json.load(sys.stdin)
    assert asked["version"] == 1
    assert asked["call"] == call
    index = Path(os.environ["STORE"]) / "index.json"
    held = json.loads(index.read_text()) if index.exists() else {}
    if call == "status":
        tell(status="available", reason="The folder is there.")
    elif call == "live":
        tell(live=list(held.get(asked["app"], {}).values()))
    elif call == "unpublish":
        held.pop(asked["app"], None)
        write(index, held)
        tell(receipt={"message": "It is gone."})
    else:
        publish(asked["plan"], held.setdefault(asked["app"], {}))
        write(index, held)
        tell(receipt={"key": asked["key"]})


def publish(plan: dict, held: dict) -> None:
    for item in plan["items"]:
        if item["action"] == "remove":
            held.pop(item["channel"], None)
        if item["action"] == "publish":
            held[item["channel"]] = receive(plan, item)


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


def write(index: Path, held: dict) -> None:
    index.parent.mkdir(parents=True, exist_ok=True)
    fresh = index.with_suffix(".new")
    fresh.write_text(json.dumps(held))
    fresh.rename(index)


def tell(**said: object) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


main(sys.argv[1])
