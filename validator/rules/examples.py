#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What each rule finds, shown: of every rule one example in which it fires, with its message and its way out, as `loadline validate` says them, and one near miss.

The examples are those of the tests: changes of sound documents (testdata/rules/*.json), and for what a walk reports a spoilt image
(../image/tampered_images.py). Usage: examples.py LOADLINE prints them as JSON.
"""
import importlib.util
import json
import pathlib
import re
import subprocess
import sys
import tempfile

VALIDATOR = pathlib.Path(__file__).resolve().parent.parent


def expand(value, index=0):
    """As in examples_test.cc: {"$repeat": n, "of": x} are n copies of x, in which "$index" is the copy's number."""
    if value == "$index":
        return index
    if isinstance(value, dict):
        if "$repeat" in value:
            return [expand(value["of"], i) for i in range(value["$repeat"])]
        return {key: expand(one, index) for key, one in value.items()}
    return [expand(one, index) for one in value] if isinstance(value, list) else value


def merged(document, change):
    """JSON Merge Patch (RFC 7396)."""
    if not isinstance(change, dict):
        return change
    result = dict(document) if isinstance(document, dict) else {}
    for key, value in change.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result


def results_of(loadline, arguments):
    run = subprocess.run([loadline, "validate", "--format", "json", "--quiet", *arguments], capture_output=True, text=True, check=False)
    if not run.stdout:
        sys.exit(f"examples.py: loadline validate {' '.join(arguments)}: {run.stderr.strip()}")
    return json.loads(run.stdout)["results"]


# What is made anew each time differs in what it is called.
def settled(text, folder):
    return re.sub(r"\b(sha\d+:)[0-9a-f]{64,}", r"\1…", text.replace(str(folder) + "/", ""))


def shown(result, folder):
    pointer = result.get("location", {}).get("pointer", "")
    return {"pointer": pointer, "message": settled(result["message"], folder).removeprefix(f"{pointer}: "), "hint": settled(result.get("hint", ""), folder)}


def write(folder, kind, document):
    """The path to validate, whose name says which document it is."""
    if kind == "bundle":
        (folder / "rootfs").mkdir(parents=True)
        path = folder / "config.json"
    else:
        folder.mkdir(parents=True)
        path = folder / f"{kind}.json"
    path.write_text(json.dumps(document))
    return folder if kind == "bundle" else path


def of_documents(loadline, folder):
    """{rule: example}, with one call of the program for each kind and version."""
    documents = json.loads((VALIDATOR / "testdata" / "documents.json").read_text())
    calls = {}
    rows = {}
    for file in sorted((VALIDATOR / "testdata" / "rules").glob("*.json")):
        table = json.loads(file.read_text())
        for row in table["rules"]:
            kind, fires = table["document"], min(row["fires"], key=lambda one: len(json.dumps(one["change"])))
            path = write(folder / row["rule"].replace("/", "-"), kind, merged(documents[kind], expand(fires["change"])))
            calls.setdefault((kind, fires.get("spec", "")), []).append(str(path))
            rows[str(path)] = (row, kind, fires)
    examples = {}
    for (kind, spec), paths in calls.items():
        for result in results_of(loadline, ["--kind", kind, *(["--spec", spec] if spec else []), *paths]):
            row, _, fires = rows[result["subject"]]
            if result["id"] != row["rule"] or row["rule"] in examples:
                continue
            near = min(row["silent"], key=lambda change: len(json.dumps(change)))
            examples[row["rule"]] = {"kind": kind, "change": fires["change"], "near": near, **shown(result, folder)}
    return examples


def of_walks(loadline, wanted, folder):
    """{rule: example} of spoilt images, the first of each rule."""
    place = importlib.util.spec_from_file_location("tampered_images", VALIDATOR / "image" / "tampered_images.py")
    images = importlib.util.module_from_spec(place)
    place.loader.exec_module(images)
    examples = {}
    for name, (make, expected, options) in images.VARIANTS.items():
        new = {rule for rule, _ in expected} & wanted - examples.keys()
        if not new:
            continue
        where = folder / name
        where.mkdir()
        results = images.results_in(loadline, make(where), options)
        if isinstance(results, str):
            sys.exit(f"examples.py: {name}: {results}")
        for result in results:
            if result["id"] in new and result["id"] not in examples:
                examples[result["id"]] = {"image": name.replace("-", " "), **shown(result, where)}
    return examples


def examples_of(loadline, rules):
    """{rule: {"kind", "change", "near"} or {"image"}, and "pointer", "message", "hint"}, for those of `rules` that have one."""
    with tempfile.TemporaryDirectory(prefix="loadline-examples-") as folder:
        examples = of_documents(loadline, pathlib.Path(folder) / "documents")
        examples |= of_walks(loadline, set(rules) - examples.keys(), pathlib.Path(folder))
    return examples


if __name__ == "__main__":
    all_rules = json.loads(subprocess.run([sys.argv[1], "list", "rules", "--format", "json"], check=True, capture_output=True, text=True).stdout)
    print(json.dumps(examples_of(sys.argv[1], [rule["id"] for rule in all_rules]), indent=1, ensure_ascii=False))
