#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the jobs of a GitHub workflow here, as far as steps are shell and actions are composite.

As a program: run_workflow.py WORKFLOW [INPUT=VALUE…] runs its jobs in this directory. There is no runner of
GitHub's for one machine without containers, so this says of it what the shell steps rely on: expressions in
inputs, outputs and conditions, the files that GITHUB_OUTPUT and its like name, the path of an action, and that
a failed step ends a job but for what always() runs. What it does not know is an error, not passed over.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import yaml

# Actions of others, which are the platform's own: what they do here.
PLATFORM = {"actions/checkout", "actions/upload-artifact", "github/codeql-action/upload-sarif"}
OURS = re.compile(r"^OWNER/loadline/(\.github/actions/[\w-]+)@REF$")
FILES = {"GITHUB_OUTPUT": "output", "GITHUB_STEP_SUMMARY": "summary", "GITHUB_PATH": "path", "GITHUB_ENV": "env"}


class Unknown(Exception):
    """Something that a real runner knows and this one does not."""


def load(path):
    document = yaml.safe_load(pathlib.Path(path).read_text(encoding="utf-8"))
    # YAML 1.1 takes the key "on" for a truth value.
    if True in document:
        document["on"] = document.pop(True)
    return document


class Expressions:
    """${{ … }}: names of inputs and of what earlier steps gave, and comparisons of those with texts."""

    def __init__(self, inputs):
        self.inputs = inputs
        self.steps = {}
        self.failed = False

    def value(self, text):
        text = text.strip()
        if match := re.fullmatch(r"(.+?)\s*(==|!=)\s*(.+)", text):
            same = str(self.value(match[1])).lower() == str(self.value(match[3])).lower()
            return same == (match[2] == "==")
        if match := re.fullmatch(r"'([^']*)'", text):
            return match[1]
        if match := re.fullmatch(r"inputs\.([\w-]+)", text):
            if match[1] not in self.inputs:
                raise Unknown(f"there is no input {match[1]}")
            return self.inputs[match[1]]
        if match := re.fullmatch(r"steps\.([\w-]+)\.(outputs\.([\w-]+)|outcome)", text):
            if match[1] not in self.steps:
                raise Unknown(f"there is no step {match[1]}")
            outcome, outputs = self.steps[match[1]]
            return outputs.get(match[3], "") if match[3] else outcome
        if text in ("always()", "failure()", "success()"):
            return {"always()": True, "failure()": self.failed, "success()": not self.failed}[text]
        if text in ("true", "false"):
            return text == "true"
        raise Unknown(f"the expression {text}")

    def fill(self, text):
        def put(match):
            value = self.value(match[1])
            return str(value).lower() if isinstance(value, bool) else str(value)
        return re.sub(r"\$\{\{(.*?)\}\}", put, str(text).lower() if isinstance(text, bool) else str(text))

    def holds(self, condition):
        if condition is None:
            return not self.failed
        text = re.sub(r"^\$\{\{(.*)\}\}$", r"\1", str(condition).strip())
        value = self.value(text)
        asks = "always()" in text or "failure()" in text
        return bool(value) and (asks or not self.failed)


class Runner:
    """One machine of a runner: its directory, its environment and what steps wrote."""

    def __init__(self, workspace, root, environment):
        self.workspace = str(workspace)
        self.root = pathlib.Path(root)  # of the repository that the actions are in
        self.environment = dict(environment, GITHUB_ACTIONS="true", CI="true", GITHUB_WORKSPACE=self.workspace)
        self.log = ""
        self.summary = ""
        self.artifacts = []

    def job(self, job, inputs, runs=None):
        """Its result: success or failure."""
        return self.steps(job["steps"], inputs, {**(runs or {}), **job.get("env", {})})[0]

    def steps(self, steps, inputs, environment, action=None):
        expressions = Expressions(inputs)
        # What is left out after a failure has given nothing.
        expressions.steps = {step["id"]: ("skipped", {}) for step in steps if "id" in step}
        for step in steps:
            if not expressions.holds(step.get("if")):
                continue
            variables = {**environment, **{k: expressions.fill(v) for k, v in step.get("env", {}).items()}}
            if "run" in step:
                ok, outputs = self.shell(step, expressions, variables, action)
            else:
                ok, outputs = self.use(step, expressions, variables)
            if "id" in step:
                expressions.steps[step["id"]] = ("success" if ok else "failure", outputs)
            if not ok and not step.get("continue-on-error", False):
                expressions.failed = True
        return ("failure" if expressions.failed else "success"), expressions

    def shell(self, step, expressions, variables, action):
        if step.get("shell", "bash") not in ("bash", "sh"):
            raise Unknown(f"the shell {step['shell']}")
        if action and "shell" not in step:
            raise Unknown("a step of an action without a shell")
        with tempfile.TemporaryDirectory() as folder:
            files = {name: os.path.join(folder, file) for name, file in FILES.items()}
            for file in files.values():
                pathlib.Path(file).touch()
            environment = {**self.environment, **variables, **files}
            if action:
                environment["GITHUB_ACTION_PATH"] = str(action)
            script = expressions.fill(step["run"])
            shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
            if step.get("shell") == "sh":
                shell = ["sh", "-e", "-c", script]
            where = os.path.join(self.workspace, expressions.fill(step.get("working-directory", "")))
            done = subprocess.run(shell, cwd=where, env=environment, text=True, check=False,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            self.log += done.stdout
            read = {name: pathlib.Path(file).read_text(encoding="utf-8") for name, file in files.items()}
        self.summary += read["GITHUB_STEP_SUMMARY"]
        for directory in read["GITHUB_PATH"].split():
            self.environment["PATH"] = directory + ":" + self.environment["PATH"]
        self.environment.update(line.split("=", 1) for line in read["GITHUB_ENV"].splitlines())
        return done.returncode == 0, dict(line.split("=", 1) for line in read["GITHUB_OUTPUT"].splitlines())

    def use(self, step, expressions, variables):
        name = step["uses"]
        given = {k: expressions.fill(v) for k, v in step.get("with", {}).items()}
        if name.split("@")[0] in PLATFORM:
            if "upload" in name:
                self.artifacts.append(given.get("path") or given.get("sarif_file"))
            return True, {}
        if ours := OURS.match(name):
            action = self.root / ours[1]
        elif name.startswith("./"):
            action = pathlib.Path(self.workspace) / name
        else:
            raise Unknown(f"the action {name}")
        return self.action(action, given, variables)

    def action(self, path, given, variables=None):
        """Whether the action ended well, and its outputs."""
        document = load(path / "action.yml")
        declared = document.get("inputs", {})
        if unknown := set(given) - set(declared):
            raise Unknown(f"inputs that {path} does not declare: {', '.join(sorted(unknown))}")
        inputs = {}
        for name, entry in declared.items():
            if name not in given and entry.get("required") and "default" not in entry:
                raise Unknown(f"{path} needs the input {name}")
            inputs[name] = given.get(name, entry.get("default", ""))
        if document["runs"]["using"] != "composite":
            raise Unknown(f"{path} is {document['runs']['using']}")
        result, expressions = self.steps(document["runs"]["steps"], inputs, variables or {}, path)
        outputs = {name: expressions.fill(entry["value"]) for name, entry in document.get("outputs", {}).items()}
        return result == "success", outputs


def run_workflow(workflow, runner, given=None, environment=None):
    """Each job's result, by its name; a workflow to call gets `given` for its inputs."""
    document = load(workflow)
    triggers = document["on"]
    declared = {}
    if isinstance(triggers, dict):
        declared = (triggers.get("workflow_call") or {}).get("inputs", {})
    inputs = {name: entry.get("default", "") for name, entry in declared.items()}
    for name, entry in declared.items():
        if entry.get("required") and name not in (given or {}):
            raise Unknown(f"{workflow} needs the input {name}")
    inputs.update(given or {})
    return {name: runner.job(job, inputs, environment) for name, job in document["jobs"].items()}


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    runner = Runner(os.getcwd(), root, os.environ)
    results = run_workflow(sys.argv[1], runner, dict(argument.split("=", 1) for argument in sys.argv[2:]))
    print(runner.log, end="")
    for name, result in results.items():
        print(f"{name}: {result}")
    return 0 if all(result == "success" for result in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
