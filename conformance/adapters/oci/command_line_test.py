# SPDX-License-Identifier: Apache-2.0
"""The command line over a system that is made of a file."""
import contextlib
import io
import json
import os
import signal
import tempfile
import unittest

from oci import command_line, containers, processes
from oci.configuration import PROPERTIES
from oci.failure import Failure, NoWords
from oci.system import System

CONFIG = {"ociVersion": "1.0.2", "root": {"path": "rootfs"},
          "process": {"cwd": "/", "args": ["/bin/true"]}, "annotations": {"a": "b"}}
# Stands in for a system: waits for a word and becomes another program, which waits for its end.
WAITING = 'exec 3<>"$0/go"; echo $$ >"$0/ready"; read -r word <&3; ' \
          'test "$word" = start && exec cat'


class Waiting(System):
    """Its container is a shell that waits, without any isolation."""
    NAME = "waiting"
    EXPRESSES = {"process/cwd", "process/args", "root/path"}

    def create(self, container):
        channel = processes.make_fifo(container, "ready")
        os.close(processes.make_fifo(container, "go"))
        supervisor = processes.supervise(
            container, [processes.SHELL, "-c", WAITING, container.directory])
        pid = processes.hear(channel, supervisor, processes.number_line)
        os.close(channel)
        os.close(supervisor)
        return pid


class CommandLineTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = os.path.join(self.folder.name, "state")
        self.bundle = os.path.join(self.folder.name, "bundle")
        os.makedirs(os.path.join(self.bundle, "rootfs"))
        self.system = Waiting()
        # What a container reads from, which is this process's input otherwise.
        self.input, self.end_of_input = os.pipe()
        kept = os.dup(0)
        os.dup2(self.input, 0)
        os.close(self.input)
        self.addCleanup(os.close, self.end_of_input)
        self.addCleanup(os.close, kept)
        self.addCleanup(os.dup2, kept, 0)

    def write(self, **changes):
        with open(os.path.join(self.bundle, "config.json"), "w", encoding="utf-8") as file:
            json.dump({**CONFIG, **changes}, file)

    def do(self, verb, *words, **options):
        options = {"--" + key.replace("_", "-"): value for key, value in options.items()}
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            command_line.DO[verb](self.system, self.root, options, list(words))
        return printed.getvalue()

    def state(self, identity="c"):
        return json.loads(self.do("state", identity))

    def test_a_life(self):
        self.write()
        pid_file = os.path.join(self.folder.name, "pid")
        self.do("create", "c", bundle=self.bundle, pid_file=pid_file)
        state = self.state()
        self.assertEqual(state["status"], "created")
        self.assertEqual(state["annotations"], {"a": "b"})
        with open(pid_file, encoding="utf-8") as file:
            self.assertEqual(int(file.read()), state["pid"])
        self.do("start", "c")
        self.assertEqual(self.state()["status"], "running")
        with open(f"/proc/{state['pid']}/comm", encoding="utf-8") as file:
            self.assertEqual(file.read(), "cat\n")
        with self.assertRaisesRegex(Failure, "is running"):
            self.do("delete", "c")
        with self.assertRaisesRegex(Failure, "is running, not created"):
            self.do("start", "c")
        self.do("kill", "c", "KILL")
        containers.find(self.root, "c").end_supervisor(False)
        self.assertEqual(self.state()["status"], "stopped")
        self.do("delete", "c")
        self.assertEqual(os.listdir(self.root), [])

    def test_what_waits_can_be_deleted_by_force_alone(self):
        self.write()
        self.do("create", "c", bundle=self.bundle)
        with self.assertRaisesRegex(Failure, "is created"):
            self.do("delete", "c")
        pid = self.state()["pid"]
        self.do("delete", "c", force=True)
        self.assertEqual(os.listdir(self.root), [])
        found = processes.stat_of(pid)
        self.assertTrue(found is None or found[0] in "ZX")

    def test_two_of_one_id(self):
        self.write()
        self.do("create", "c", bundle=self.bundle)
        with self.assertRaisesRegex(Failure, "there is a container c already"):
            self.do("create", "c", bundle=self.bundle)
        self.assertEqual(self.state()["status"], "created")
        self.do("delete", "c", force=True)

    def test_nothing_stays_of_a_create_that_fails(self):
        self.write()
        self.system.create = lambda container: (_ for _ in ()).throw(Failure("no"))
        with self.assertRaisesRegex(Failure, "no"):
            self.do("create", "c", bundle=self.bundle)
        self.assertEqual(os.listdir(self.root), [])

    def test_what_is_being_made_is_left_alone(self):
        self.write()
        seen = []

        def look(container):
            seen.append(containers.find(self.root, container.id).status())
            with self.assertRaisesRegex(Failure, "is creating"):
                self.do("delete", "c")
            raise Failure("no")
        self.system.create = look
        with self.assertRaisesRegex(Failure, "no"):
            self.do("create", "c", bundle=self.bundle)
        self.assertEqual(seen, ["creating"])

    def test_nothing_stays_when_the_pid_cannot_be_told(self):
        self.write()
        with self.assertRaises(OSError):
            self.do("create", "c", bundle=self.bundle, pid_file="/nowhere/at/all")
        self.assertEqual(os.listdir(self.root), [])

    def test_what_cannot_be_expressed_is_refused(self):
        for changes in ({"hostname": "h"}, {"linux": {"sysctl": {"a": "b"}}},
                        {"process": {**CONFIG["process"], "oomScoreAdj": 0}}):
            self.write(**changes)
            with self.assertRaisesRegex(Failure, "waiting cannot express /"):
                self.do("create", "c", bundle=self.bundle)
        # What is empty, and what no version of the standard knows, asks for nothing.
        self.write(hostname="", linux={"sysctl": {}}, unheard={"of": 1})
        self.do("create", "c", bundle=self.bundle)
        self.do("delete", "c", force=True)

    def test_ids_that_lead_elsewhere(self):
        self.write()
        for identity in ("", ".", "..", "../c", "a/b", "a\0b"):
            with self.assertRaisesRegex(Failure, "cannot be the id"):
                self.do("create", identity, bundle=self.bundle)

    def test_containers_that_are_not_there(self):
        for verb in ("start", "state", "kill", "delete"):
            with self.assertRaisesRegex(Failure, "there is no container"):
                self.do(verb, "c")
        self.do("delete", "c", force=True)

    def test_signals(self):
        self.assertEqual(command_line.signal_number("KILL"), signal.SIGKILL)
        self.assertEqual(command_line.signal_number("sigusr1"), signal.SIGUSR1)
        self.assertEqual(command_line.signal_number("9"), 9)
        for word in ("0", "999", "NO", "SIG", "-9"):
            with self.assertRaises(Failure):
                command_line.signal_number(word)

    def test_options_stand_before_and_after_the_id(self):
        for words in (["create", "--bundle", "/b", "c"], ["create", "c", "--bundle=/b"],
                      ["create", "-b", "/b", "c"]):
            self.assertEqual(command_line.take_verb(words),
                             ("create", {"--bundle": "/b"}, ["c"]))
        for words in ([], ["fly"], ["create"], ["create", "--bundle"], ["start", "--all", "c"],
                      ["state", "a", "b"]):
            with self.assertRaises(command_line.Usage):
                command_line.take_verb(list(words))


class ProfilesTest(unittest.TestCase):
    """A profile says of its adapter what the adapter says of itself."""

    def test_what_cannot_be_expressed(self):
        import importlib
        here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        folder = os.path.join(os.path.dirname(here), "candidates")
        seen = 0
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                profile = json.load(file)
            if profile["command"][0] != "loadline-adapter":
                continue
            seen += 1
            system = importlib.import_module(profile["command"][1] + ".adapter").SYSTEM
            self.assertEqual(profile["programs"], system.PROGRAMS, name)
            self.assertEqual(profile["refusalStatus"], NoWords.STATUS, name)
            self.assertEqual(set(profile["cannotExpress"]),
                             {"/" + pointer for pointer in PROPERTIES} -
                             {"/" + pointer for pointer in system.EXPRESSES}, name)
            self.assertEqual({verb for verb, line in profile.get("verbs", {}).items() if not line},
                             {"exec", "update", "pause", "resume"} - system.VERBS, name)
        self.assertEqual(seen, 5)


if __name__ == "__main__":
    unittest.main()
