#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""gate_sample.py LOADLINE: a gate in a sample repository stops a bundle and a runtime that got worse, names what
did, and lets through what is as it was or better.

Ends with 0 when it does, 1 when it does not, 4 when no runtime can be certified here."""
import copy
import json
import os
import shutil
import sys
import tempfile

from sample import BUNDLE, Sample

BUNDLE_GATE = ("gate", "--baseline", ".loadline/bundle.json")
RUNTIME_GATE = ("gate", "--baseline", ".loadline/runtime.json", "--candidate", "./runtime.json", "--quiet")


def expect(text, *parts):
    for part in parts:
        assert part in text, f"{part!r} is not in\n{text}"


def bundle_gate(sample):
    sample.make_bundle_baseline()
    sample.commit("a bundle with its baseline")
    expect(sample.loadline(*BUNDLE_GATE), "let through: nothing is worse than in .loadline/bundle.json")

    worse = copy.deepcopy(BUNDLE)
    worse["process"]["cwd"] = "tmp"
    sample.write_bundle(worse)
    text = sample.loadline(*BUNDLE_GATE, status=1)
    expect(text, "bundle/config.json:", "error: /process/cwd:", "stopped: ", " worse than in .loadline/bundle.json",
           "loadline gate --baseline .loadline/bundle.json --accept")

    # The way out: it is meant to be so. From then on it is the measure, wherever the lines move to.
    sample.loadline(*BUNDLE_GATE, "--accept")
    sample.commit("the working directory is relative, and we know")
    moved = {"hostname": "moved", **worse}
    sample.write_bundle(moved)
    expect(sample.loadline(*BUNDLE_GATE), "let through: ")

    sample.write_bundle({"hostname": "moved", **BUNDLE})
    text = sample.loadline(*BUNDLE_GATE)
    expect(text, "mended", "renew it: loadline gate --baseline .loadline/bundle.json --accept")
    sample.loadline(*BUNDLE_GATE, "--accept")
    assert "mended" not in sample.loadline(*BUNDLE_GATE), "a renewed baseline is not renewed again"


def bundle_that_is_gone(sample):
    os.rename(sample.directory / "bundle", sample.directory / "elsewhere")
    expect(sample.loadline(*BUNDLE_GATE, status=3), "bundle")
    os.rename(sample.directory / "elsewhere", sample.directory / "bundle")


def runtime_gate(sample):
    sample.certify(".loadline/runtime.json")
    sample.commit("a runtime with its baseline")
    expect(sample.loadline(*RUNTIME_GATE), "let through: nothing is worse than in .loadline/runtime.json")

    # It gets worse: the case that it broke is named, and no other.
    sample.write_runtime("--drop", "/hostname")
    text = sample.loadline(*RUNTIME_GATE, "--report", "json=gate.json", status=1)
    expect(text, "pass -> fail  oci-runtime/hostname/", "stopped: ")
    outcome = json.loads((sample.directory / "gate.json").read_text(encoding="utf-8"))
    stopping = [change["id"] for change in outcome["changes"] if change["stops"]]
    assert stopping and all("/hostname/" in id for id in stopping), stopping

    # One job may certify and another judge. It is meant to be so: from then on it is the measure.
    shutil.copy(sample.directory / ".loadline/runtime.json", sample.directory / "good.json")
    sample.certify("worse.json", status=1)
    gate = RUNTIME_GATE[:3]
    sample.loadline(*gate, "worse.json", "--accept")
    sample.commit("no hostname, and we know")
    expect(sample.loadline(*gate, "worse.json"), "let through: nothing is worse")

    # It gets worse elsewhere while it gets better here: the one does not hide the other.
    sample.write_runtime("--replace", '/process/cwd="/"')
    text = sample.loadline(*RUNTIME_GATE, status=1)
    expect(text, "pass -> fail  oci-runtime/process/cwd", "fail -> pass  oci-runtime/hostname/")

    # All is well again.
    expect(sample.loadline(*gate, "good.json"), "fail -> pass  oci-runtime/hostname/",
           "renew it: loadline gate --baseline .loadline/runtime.json good.json --accept")
    sample.loadline(*gate, "good.json", "--accept")
    assert "->" not in sample.loadline(*gate, "good.json")
    sample.write_runtime()


def refusals(sample):
    text = sample.loadline("gate", "--baseline", "none.json", status=3)
    expect(text, "none.json", "loadline certify CANDIDATE --report json=none.json")
    text = sample.loadline("gate", "--baseline", ".loadline/bundle.json", ".loadline/runtime.json", status=2)
    expect(text, "it is a validation, this is a certification")
    text = sample.loadline("gate", "--baseline", ".loadline/runtime.json", "--quiet", status=2)
    expect(text, "where the profile of \"sample-runtime\" is", "--candidate FILE")
    (sample.directory / "cut.json").write_text(
        (sample.directory / ".loadline/bundle.json").read_text(encoding="utf-8")[:200], encoding="utf-8")
    sample.loadline("gate", "--baseline", "cut.json", status=3)


def main():
    with tempfile.TemporaryDirectory() as directory:
        sample = Sample(directory, sys.argv[1])
        bundle_gate(sample)
        bundle_that_is_gone(sample)
        if os.geteuid() != 0:
            print("a runtime can only be certified as root")
            return 4
        runtime_gate(sample)
        refusals(sample)
    return 0


if __name__ == "__main__":
    sys.exit(main())
