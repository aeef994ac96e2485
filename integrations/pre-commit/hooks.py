#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""hooks.py LOADLINE: the hooks of .pre-commit-hooks.yaml in the sample repository, run by pre-commit.

Ends with 0 when they stop what they should and nothing else, 1 when not, 4 when there is no pre-commit."""
import copy
import pathlib
import shutil
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "integrations"))

from sample import BUNDLE, Sample, run  # noqa: E402 (the path has to be set first)


def commit_hooks(sample):
    """Where a repository with our hooks is, and its commit: pre-commit takes hooks from commits alone."""
    directory = sample.directory.parent / (sample.directory.name + "-hooks")
    directory.mkdir()
    shutil.copy(ROOT / ".pre-commit-hooks.yaml", directory)
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "-m", "hooks"]):
        run("git", *command, cwd=directory, environment=sample.environment)
    commit = run("git", "rev-parse", "HEAD", cwd=directory, environment=sample.environment).strip()
    return str(directory), commit


def run_hooks(sample, *arguments, status=0):
    # Its own place for what it keeps, so that nothing of the caller's is used or changed.
    sample.environment["PRE_COMMIT_HOME"] = str(sample.directory.parent / (sample.directory.name + "-cache"))
    return sample.run("pre-commit", *(arguments or ("run", "--all-files")), status=status)


def main():
    if not shutil.which("pre-commit"):
        print("there is no pre-commit here: scripts/setup integrations")
        return 4
    with tempfile.TemporaryDirectory() as parent:
        directory = pathlib.Path(parent) / "sample"
        directory.mkdir()
        sample = Sample(directory, sys.argv[1])
        sample.make_bundle_baseline()
        url, ref = commit_hooks(sample)
        config = (f"repos:\n- repo: {url}\n  rev: {ref}\n  hooks:\n  - id: loadline-validate\n"
                  "  - id: loadline-gate\n    args: [--baseline=.loadline/bundle.json]\n")
        (directory / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
        sample.commit("hooks")
        output = run_hooks(sample)
        assert output.count("Passed") == 2, output

        # As people have them: git itself calls the hooks and takes no commit that they stop.
        run_hooks(sample, "install")
        worse = copy.deepcopy(BUNDLE)
        worse["process"]["cwd"] = "tmp"
        sample.write_bundle(worse)
        sample.git("add", "--all")
        output = sample.run("git", "commit", "-m", "worse", status=1)
        assert output.count("Failed") == 2 and "bundle/config.json:" in output, output
        assert sample.git("log", "--format=%s").splitlines()[0] == "hooks", "nothing was committed"

        sample.write_bundle({**BUNDLE, "hostname": "fine"})
        sample.git("add", "--all")
        output = sample.git("commit", "-m", "fine")
        assert output.count("Passed") == 2, output

        # Without the argument the hook says what it needs.
        (directory / ".pre-commit-config.yaml").write_text(
            config.replace("    args: [--baseline=.loadline/bundle.json]\n", ""), encoding="utf-8")
        sample.git("add", "--all")
        output = run_hooks(sample, status=1)
        assert "--baseline is required" in output, output
    return 0


if __name__ == "__main__":
    sys.exit(main())
