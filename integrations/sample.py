# SPDX-License-Identifier: Apache-2.0
"""The sample repository: a bundle and a runtime, each with a baseline, as somebody's project might have them.

The runtime is a profile, so that it can get worse in a commit: the reference runtime, or the same with
loadline-mutant before it, which makes it pass over the hostname or the working directory.
"""
import json
import os
import pathlib
import subprocess

CASES = ("oci-runtime/hostname/set*", "oci-runtime/process/cwd/entered*")  # few: a gate in a test has to be quick
BUNDLE = {
    "ociVersion": "1.2.0",
    "root": {"path": "rootfs", "readonly": True},
    "process": {"user": {"uid": 1000, "gid": 1000}, "args": ["/bin/app"], "cwd": "/", "env": ["PATH=/bin"],
                "noNewPrivileges": True},
    "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}],
    "linux": {"namespaces": [{"type": "pid"}, {"type": "mount"}, {"type": "uts"}]},
}


def run(*command, cwd, environment, status=0, error=subprocess.STDOUT):
    """The output of a command, which has to end with this status."""
    done = subprocess.run(command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=error, text=True,
                          check=False)
    if done.returncode != status:
        raise AssertionError(f"{' '.join(map(str, command))} ended with {done.returncode} and not {status}:\n"
                             f"{done.stdout}")
    return done.stdout


class Sample:
    """A git repository in `directory`, made with the programs beside `loadline`."""

    def __init__(self, directory, loadline):
        self.directory = pathlib.Path(directory)
        self.programs = pathlib.Path(loadline).resolve().parent
        # Nothing of the caller's settings of git, and no service of CI that this runs in.
        keep = ("HOME", "LANG", "TMPDIR", "TERM", "USER")
        self.environment = {name: os.environ[name] for name in keep if name in os.environ}
        self.environment.update(PATH=f"{self.programs}:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                                GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_NOSYSTEM="1",
                                GIT_AUTHOR_NAME="sample", GIT_AUTHOR_EMAIL="sample@localhost",
                                GIT_COMMITTER_NAME="sample", GIT_COMMITTER_EMAIL="sample@localhost")
        self.git("init", "--quiet", "--initial-branch=main")
        (self.directory / "bundle/rootfs/bin").mkdir(parents=True)
        app = self.directory / "bundle/rootfs/bin/app"
        app.write_text("#!/bin/sh\n", encoding="utf-8")
        app.chmod(0o755)
        self.write_bundle(BUNDLE)
        self.write_runtime()

    def run(self, *command, status=0, error=subprocess.STDOUT):
        return run(*command, cwd=self.directory, environment=self.environment, status=status, error=error)

    def loadline(self, *arguments, status=0):
        return self.run("loadline", *arguments, status=status)

    def git(self, *arguments):
        return self.run("git", *arguments)

    def commit(self, message):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", message)

    def write_bundle(self, config):
        text = json.dumps(config, indent=2) + "\n"
        (self.directory / "bundle/config.json").write_text(text, encoding="utf-8")

    def write_runtime(self, *mutation):
        """The runtime as it should be, or with what loadline-mutant makes of it."""
        command = [str(self.programs / "loadline-runtime")]
        if mutation:
            command = [str(self.programs / "loadline-mutant"), *mutation, "--", *command]
        profile = {"schemaVersion": 1, "name": "sample-runtime", "command": command,
                   "versionCommand": ["--version"], "globalOptions": ["--root", "${root}"], "features": "command"}
        (self.directory / "runtime.json").write_text(json.dumps(profile, indent=2) + "\n", encoding="utf-8")

    def make_bundle_baseline(self, status=0):
        (self.directory / ".loadline").mkdir(exist_ok=True)
        self.loadline("validate", "bundle", "--report", "json=.loadline/bundle.json", status=status)

    def certify(self, path, status=0):
        only = [word for glob in CASES for word in ("--only", glob)]
        return self.loadline("certify", "./runtime.json", *only, "--quiet", "--report", f"json={path}",
                             status=status)
