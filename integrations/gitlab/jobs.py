#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""jobs.py LOADLINE: GitLab's template in the sample repository, run by gitlab-ci-local without containers.

Ends with 0 when its jobs stop what they should and nothing else, 1 when not, 4 when gitlab-ci-local is missing."""
import copy
import json
import pathlib
import shutil
import sys
import tempfile
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "integrations"))

from sample import BUNDLE, Sample  # noqa: E402

TOOL = ROOT / "build/integrations/node_modules/.bin/gitlab-ci-local"
JOBS = """include:
  - local: ci/loadline.gitlab-ci.yml

validated:
  extends: .loadline-validate
  variables: {LOADLINE_ARGUMENTS: bundle}

gated:
  extends: .loadline-gate
  variables: {LOADLINE_BASELINE: .loadline/bundle.json}

certified:
  extends: .loadline-certify
  variables: {LOADLINE_ARGUMENTS: "./runtime.json --only oci-runtime/hostname/*"}
"""


def missing():
    """What is not here; empty when all is."""
    if not TOOL.exists():
        return "there is no gitlab-ci-local here: scripts/setup integrations"
    if not shutil.which("rsync"):
        return "gitlab-ci-local needs rsync: scripts/setup integrations"
    return ""


def run_jobs(sample, *jobs, status=0):
    ci = sample.directory / "ci"
    ci.mkdir(exist_ok=True)
    shutil.copy(ROOT / "integrations/gitlab/loadline.gitlab-ci.yml", ci)
    sample.git("add", "--all")
    # It asks git where the repository comes from.
    if "origin" not in sample.git("remote"):
        sample.git("remote", "add", "origin", "git@localhost:sample/sample.git")
    return sample.run(str(TOOL), "--force-shell-executor", "--no-color", *jobs, status=status)


def report(sample, name):
    """What the last job left for GitLab to show: the tool puts it beside the jobs."""
    return (sample.directory / name).read_text(encoding="utf-8")


def main():
    if why := missing():
        print(why)
        return 4
    with tempfile.TemporaryDirectory() as directory:
        sample = Sample(directory, sys.argv[1])
        sample.make_bundle_baseline()
        (sample.directory / ".gitlab-ci.yml").write_text(JOBS, encoding="utf-8")
        sample.commit("jobs")
        output = run_jobs(sample)
        assert "let through" in output, output
        for job in ("validated", "gated", "certified"):
            kept = sample.directory / ".gitlab-ci-local/artifacts" / job / "loadline-report.json"
            assert json.loads(kept.read_text(encoding="utf-8"))["kind"], f"the report of {job}"
        run_jobs(sample, "gated")
        assert json.loads(report(sample, "gl-code-quality-report.json")) == []

        worse = copy.deepcopy(BUNDLE)
        worse["process"]["cwd"] = "tmp"
        sample.write_bundle(worse)
        output = run_jobs(sample, "gated", status=1)
        assert "stopped: " in output, output
        issues = json.loads(report(sample, "gl-code-quality-report.json"))
        assert [issue["location"]["path"] for issue in issues] == ["bundle/config.json"], issues
        suites = xml.etree.ElementTree.fromstring(report(sample, "loadline-junit.xml"))
        assert suites.get("failures") == "1", suites.attrib
    return 0


if __name__ == "__main__":
    sys.exit(main())
