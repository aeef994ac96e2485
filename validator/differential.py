#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares our schema checks with python3-jsonschema's on documents that are spoilt at random.

differential.py LOADLINE [COUNT] [SEED]: prints each document on which the two disagree and that
differences.json does not explain. Exit status: 0 they agree, 1 they do not, 2 wrong usage.
"""

import copy
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import jsonschema

HERE = pathlib.Path(__file__).resolve().parent
SCHEMAS = HERE.parent / "schema"
VALUES = [None, True, False, -1, 0, 1, 1.5, 2**31, 2**32, 2**63 - 1, 2**63, 2**64 - 1, 2**64,
          -2**63, -2**63 - 1, 1e30, "", "x", "a/b", "rw", "1", [], [1], ["x"], [{}], {}, {"a": 1},
          {"type": "x"}]
# Kind, schema and the documents to begin with: each has many members, because mutations start there.
DIGEST = "sha256:" + "a" * 64


def descriptor(kind, **more):
    return {"mediaType": "application/vnd.oci.image." + kind, "digest": DIGEST, "size": 1, **more}


def subjects():
    config = json.loads((SCHEMAS / "testdata/config.json").read_text())
    rows = [row["change"] for row in config["good"]]
    state = json.loads((SCHEMAS / "testdata/state.json").read_text())["base"]
    features = json.loads((SCHEMAS / "testdata/features.json").read_text())
    app = {"exec": ["/a"], "user": "0", "group": "0", "supplementaryGIDs": [1],
           "eventHandlers": [{"name": "pre-start", "exec": ["/b"]}], "workingDirectory": "/",
           "environment": [{"name": "A", "value": "b"}],
           "isolators": [{"name": "resource/cpu", "value": {"limit": "1"}}],
           "mountPoints": [{"name": "m", "path": "/m", "readOnly": True}],
           "ports": [{"name": "p", "protocol": "tcp", "port": 80, "count": 1}]}
    return [
        ("config", "oci-runtime/config.json",
         [merged(config["base"], change) for change in rows] or [config["base"]]),
        ("state", "oci-runtime/state.json", [state]),
        ("features", "oci-runtime/features.json",
         [merged(features["base"], row["change"]) for row in features["good"]]
         or [features["base"]]),
        ("seccomp-state", "oci-runtime/seccomp-state.json",
         [{"ociVersion": "1.2.0", "fds": ["seccompFd"], "pid": 1, "metadata": "m", "state": state}]),
        ("oci-layout", "oci-image/layout.json", [{"imageLayoutVersion": "1.0.0"}]),
        ("index", "oci-image/index.json", [{
            "schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json",
            "manifests": [descriptor("manifest.v1+json", platform={
                "architecture": "arm", "os": "linux", "variant": "v7", "os.version": "1",
                "os.features": ["a"]}, annotations={"a.b": "c"}, urls=["http://a"], data="e30=")],
            "subject": descriptor("manifest.v1+json"), "annotations": {"a.b": "c"}}]),
        ("manifest", "oci-image/manifest.json", [{
            "schemaVersion": 2, "artifactType": "a/b", "config": descriptor("config.v1+json"),
            "layers": [descriptor("layer.v1.tar"), descriptor("layer.v1.tar")],
            "subject": descriptor("manifest.v1+json"), "annotations": {"a.b": "c"}}]),
        ("image-config", "oci-image/config.json", [{
            "created": "2026-01-01T00:00:00Z", "author": "a", "architecture": "amd64",
            "os": "linux", "os.version": "1", "os.features": ["a"], "variant": "v1",
            "config": {"User": "a", "ExposedPorts": {"80": {}}, "Env": ["A=b"], "Cmd": ["a"],
                       "Entrypoint": ["b"], "Volumes": {"/v": {}}, "WorkingDir": "/",
                       "Labels": {"a.b": "c"}, "StopSignal": "SIGTERM", "Memory": 1,
                       "ArgsEscaped": False, "Healthcheck": {}},
            "rootfs": {"type": "layers", "diff_ids": [DIGEST]},
            "history": [{"created": "2026-01-01T00:00:00Z", "author": "a", "created_by": "b",
                         "comment": "c", "empty_layer": True}]}]),
        ("appc-image", "appc/image-manifest.json", [{
            "acKind": "ImageManifest", "acVersion": "0.8.11", "name": "example.com/a",
            "labels": [{"name": "os", "value": "linux"}], "app": app,
            "dependencies": [{"imageName": "example.com/b", "size": 1,
                              "labels": [{"name": "a", "value": "b"}]}],
            "pathWhitelist": ["/a"], "annotations": [{"name": "a", "value": "b"}]}]),
        ("appc-pod", "appc/pod-manifest.json", [{
            "acKind": "PodManifest", "acVersion": "0.8.11",
            "apps": [{"name": "a", "image": {"id": "x", "name": "b", "labels": []}, "app": app,
                      "readOnlyRootFS": True, "mounts": [{"volume": "v", "path": "/v"}],
                      "annotations": [{"name": "a", "value": "b"}]}],
            "volumes": [{"name": "v", "kind": "empty", "readOnly": False, "recursive": True,
                         "mode": "0755", "uid": 0, "gid": 0}],
            "ports": [{"name": "p", "hostPort": 80, "hostIP": "1.2.3.4"}],
            "isolators": [{"name": "resource/cpu", "value": {"limit": "1"}}]}]),
    ]


def merged(base, change):
    """RFC 7386, with {"$literal": x} for x itself, as schema/documents_test.cc reads it."""
    if not isinstance(change, dict):
        return change
    if "$literal" in change:
        return change["$literal"]
    result = dict(base) if isinstance(base, dict) else {}
    for key, value in change.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result


def places(value, path=()):
    yield path
    children = value.items() if isinstance(value, dict) else (
        enumerate(value) if isinstance(value, list) else ())
    for key, child in children:
        yield from places(child, path + (key,))


def mutate(document):
    document = copy.deepcopy(document)
    for _ in range(random.choice([1, 1, 1, 2, 3])):
        path = random.choice(list(places(document)))
        if not path:
            continue
        parent = document
        for key in path[:-1]:
            parent = parent[key]
        action = random.choice(["delete", "replace", "replace", "replace", "add"])
        if action == "delete":
            del parent[path[-1]]
        elif action == "replace":
            parent[path[-1]] = copy.deepcopy(random.choice(VALUES))
        elif isinstance(parent[path[-1]], dict):
            parent[path[-1]]["unknown"] = random.choice(VALUES)
        elif isinstance(parent[path[-1]], list):
            parent[path[-1]].append(copy.deepcopy(random.choice(VALUES)))
    return document


def validator_of(schema):
    store = {path.as_uri(): json.loads(path.read_text()) for path in SCHEMAS.glob("*/*.json")}
    uri = (SCHEMAS / schema).as_uri()
    resolver = jsonschema.RefResolver(uri, store[uri], store=store)
    return jsonschema.Draft7Validator(store[uri], resolver=resolver)


def ours(loadline, folder, kind, count):
    """For each document, the places where our schema found a defect."""
    paths = [str(folder / f"{number}.json") for number in range(count)]
    run = subprocess.run([loadline, "validate", "--kind", kind, "--format", "jsonl", *paths],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if run.returncode not in (0, 1):
        sys.exit(f"exit status {run.returncode}: {run.stderr.decode()}")
    found = {path: [] for path in paths}
    for line in run.stdout.decode().splitlines():
        result = json.loads(line)
        if result["type"] == "result" and (
                result["id"].startswith("schema/") or result["id"] == "json/number"):
            found[result["subject"]].append(result["location"]["pointer"] + " " + result["message"])
    return [found[path] for path in paths]


def explained(schema, theirs, mine, reasons):
    return any(reason["schema"] in (schema, "*") and reason["said"] in "; ".join(theirs + mine)
               for reason in reasons)


def main():
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 2500
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    random.seed(seed)
    reasons = json.loads((HERE / "differences.json").read_text())
    all_subjects = subjects()
    total = disagreed = known = invalid = 0
    for kind, schema, bases in all_subjects:
        # The configuration has as many members as all others together.
        share = count // 2 if kind == "config" else count // 2 // (len(all_subjects) - 1) + 1
        documents = [mutate(random.choice(bases)) for _ in range(share)]
        checker = validator_of(schema)
        with tempfile.TemporaryDirectory(prefix="loadline-differential-") as name:
            folder = pathlib.Path(name)
            for number, document in enumerate(documents):
                (folder / f"{number}.json").write_text(json.dumps(document))
            mine = ours(sys.argv[1], folder, kind, share)
        for document, found in zip(documents, mine):
            theirs = [error.message[:200] for error in checker.iter_errors(document)]
            total += 1
            invalid += bool(theirs)
            if bool(theirs) == bool(found):
                continue
            if explained(schema, theirs, found, reasons):
                known += 1
                continue
            disagreed += 1
            print(f"{kind}: jsonschema says {theirs or 'valid'}, loadline {found or 'valid'}:\n"
                  f"  {json.dumps(document)[:600]}")
    print(f"{total} documents, {invalid} of them invalid: {disagreed} unexplained differences, "
          f"{known} explained (seed {seed})")
    return 1 if disagreed else 0


if __name__ == "__main__":
    sys.exit(main())
