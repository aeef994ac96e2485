#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""snippets.py LOADLINE [--gitlab]: runs the blocks of docs/ci.md in the sample repository, in their order.

A block ```sh is run by sh -e and ends with 0, or with what exits=N says; one that says `elsewhere` is not run here.
A block with file=PATH is written to that file, and then run by the tool that reads it: GitHub's workflows by
run_workflow.py, hooks by pre-commit, a Makefile by make; with --gitlab only GitLab's jobs are run, by gitlab-ci-local.

Ends with 0 when all do what the page says, 1 when one does not, 4 when a tool or the rights for it are missing."""
import os
import pathlib
import re
import shutil
import sys
import tempfile

from sample import Sample

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/ci.md"
sys.path += [str(ROOT / "integrations" / folder) for folder in ("github", "gitlab", "pre-commit")]


def blocks(text):
    """(language, words, content) of each."""
    for match in re.finditer(r"^```(\w+)([^\n]*)\n(.*?)^```$", text, re.M | re.S):
        yield match[1], match[2].split(), match[3]


def option(words, name):
    return next((word.split("=", 1)[1] for word in words if word.startswith(name + "=")), None)


def run_workflow(sample, path):
    from run_workflow import Runner, run_workflow as run
    runner = Runner(sample.directory, ROOT, sample.environment)
    results = run(path, runner)
    assert set(results.values()) == {"success"}, f"{results}\n{runner.log}"
    assert "let through" in runner.log, runner.log


def run_hooks(sample, path):
    from hooks import commit_hooks, run_hooks as run
    url, ref = commit_hooks(sample)
    text = path.read_text(encoding="utf-8").replace("URL/loadline", url).replace("REF", ref)
    path.write_text(text, encoding="utf-8")
    output = run(sample)
    assert output.count("Passed") == 2, output


def run_jobs(sample, path):
    from jobs import run_jobs as run
    assert path.name == ".gitlab-ci.yml"
    output = run(sample)
    assert output.count("let through") == 2, output



def run_file(sample, path, gitlab):
    """What was left out, in words; empty when it was run."""
    name = path.name
    if name == ".gitlab-ci.yml":
        if gitlab:
            run_jobs(sample, path)
    elif gitlab:
        pass
    elif path.parent.name == "workflows":
        run_workflow(sample, path)
    elif name == ".pre-commit-config.yaml":
        if not shutil.which("pre-commit"):
            return "there is no pre-commit here: scripts/setup integrations"
        run_hooks(sample, path)
    elif name == "Makefile":
        assert "let through" in sample.run("make", "gate")
    else:
        raise AssertionError(f"nothing runs {path}")
    return ""


def main():
    gitlab = "--gitlab" in sys.argv
    if os.geteuid() != 0:
        print("a runtime can only be certified as root")
        return 4
    files, left_out = [], []
    ran = 0
    with tempfile.TemporaryDirectory() as directory:
        sample = Sample(directory, sys.argv[1])
        sample.commit("a bundle and a runtime")
        for language, words, content in blocks(PAGE.read_text(encoding="utf-8")):
            if option(words, "file"):
                path = sample.directory / option(words, "file")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(content, encoding="utf-8")
                files.append(path)
            elif language == "sh" and "elsewhere" not in words:
                sample.run("sh", "-e", "-c", content, status=int(option(words, "exits") or 0))
                ran += 1
            elif language != "sh":
                raise AssertionError(f"a block of {language} that is neither run nor a file:\n{content}")
        sample.commit("what the page says")
        for path in files:
            if why := run_file(sample, path, gitlab):
                left_out.append(why)
    assert ran >= 8 and len(files) >= 4, "the page has lost its blocks"
    for why in left_out:
        print(why)
    return 4 if left_out else 0


if __name__ == "__main__":
    sys.exit(main())
