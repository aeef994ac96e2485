# SPDX-License-Identifier: Apache-2.0
"""podman and docker by their command lines, which are one for what they share."""

import pathlib

from cell import IMAGE, run

SPIN = "trap 'exit 3' TERM; while :; do sleep 0.1; done"
STUBBORN = "trap '' TERM; while :; do sleep 0.1; done"
COUNTER = "trap exit TERM; while :; do echo x >> /count; sleep 0.02; done"


class Engine:
    """An engine for one runtime: COMMAND up to the verb, and options that every container of the test gets."""

    missing_in_exec = 127  # the status of `exec` of a program that is not there
    build_options = ()
    at_once = ()  # what makes `rm -f` kill without asking first

    def __init__(self, cell, runtime, command, run_options):
        self.cell, self.runtime, self.command, self.run_options = cell, runtime, command, run_options
        self.count = 0

    def call(self, *words, **how):
        return run([*self.command, *words], **how)

    def ask(self, *words, **how):
        return self.call(*words, **how).succeed()

    def words_of_run(self, options, script):
        words = script if isinstance(script, list) else ["sh", "-c", script]
        return ["run", *self.run_options, *options, IMAGE, *words]

    def run(self, script, *options, **how):
        """A container that is removed when it ends."""
        return self.call(*self.words_of_run(["--rm", *options], script), **how)

    def said(self, script, *options, **how):
        return self.run(script, *options, **how).succeed()

    def inspect(self, name, form):
        return self.ask("inspect", "--format", form, name)

    def pid(self, name):
        return self.inspect(name, "{{.State.Pid}}")

    def folder_of_notes(self, name):
        """Where the monitor of a container has to begin for the engine to find what it notes, or nothing."""

    def close(self):
        pass


class Detached:
    """A container in the background that is removed at the end of the block."""

    def __init__(self, engine, script, *options):
        engine.count += 1
        self.engine, self.name = engine, f"c{engine.count}-{pathlib.Path(engine.runtime).name}"
        self.words = engine.words_of_run(["-d", "--name", self.name, *options], script)

    def __enter__(self):
        run([*self.engine.command, *self.words]).succeed()
        return self

    def __exit__(self, *_):
        self.engine.call("rm", "-f", *self.engine.at_once, self.name)

    def ask(self, verb, *words, **how):
        return self.engine.ask(*verb.split(), *words, self.name, **how)

    def status(self):
        return self.engine.inspect(self.name, "{{.State.Status}}")

    def exec(self, script, *options):
        return self.engine.call("exec", *options, self.name, "sh", "-c", script)
