# SPDX-License-Identifier: Apache-2.0
import os
import unittest

from bubblewrap.adapter import SYSTEM, child_of, mount_words
from oci.failure import Failure

CONFIG = {"process": {"cwd": "/", "args": ["/p"],
                      "user": {"uid": os.geteuid(), "gid": os.getegid()}},
          "mounts": [{"destination": "/dev", "type": "tmpfs"}],
          "linux": {"namespaces": [{"type": "mount"}, {"type": "pid"}]}}


class BubblewrapTest(unittest.TestCase):
    def test_mounts(self):
        for mount, words in (
                ({"destination": "/proc", "type": "proc"}, ["--proc", "/proc"]),
                ({"destination": "/dev", "type": "tmpfs", "options": ["mode=755"]},
                 ["--dev", "/dev"]),
                ({"destination": "/dev/pts", "type": "devpts"}, []),
                ({"destination": "/t", "type": "tmpfs",
                  "options": ["size=2k", "mode=700", "rw", "ro"]},
                 ["--perms", "700", "--size", "2048", "--tmpfs", "/t", "--remount-ro", "/t"]),
                ({"destination": "/b", "source": "here", "options": ["rbind", "ro"]},
                 ["--ro-bind", "/bundle/here", "/b"])):
            self.assertEqual(mount_words("bubblewrap", mount, "/bundle"), words)

    def test_options_without_words_are_refused(self):
        for mount in ({"destination": "/t", "type": "tmpfs", "options": ["noexec"]},
                      {"destination": "/t", "type": "tmpfs", "options": ["size=5%"]},
                      {"destination": "/b", "source": "/x", "options": ["bind", "noatime"]},
                      {"destination": "/x", "type": "ext4"}):
            with self.assertRaises(Failure):
                mount_words("bubblewrap", mount, "/bundle")

    def test_values_that_are_refused(self):
        SYSTEM.check(CONFIG, "")
        process, linux = CONFIG["process"], CONFIG["linux"]
        for changes in ({"process": {**process, "noNewPrivileges": False}},
                        {"process": {**process, "user": {"uid": 77, "gid": 77}}},
                        {"hostname": "h"}, {"mounts": []},
                        {"linux": {"namespaces": []}},
                        {"linux": {"namespaces": linux["namespaces"] + [{"type": "user"}]}},
                        {"linux": {"namespaces": linux["namespaces"] +
                                   [{"type": "network", "path": "/x"}]}}):
            with self.assertRaises(Failure, msg=changes):
                SYSTEM.check({**CONFIG, **changes}, "")

    def test_its_answer_may_come_in_pieces(self):
        self.assertIsNone(child_of('{\n    "child-pid": 5'))
        self.assertEqual(child_of('{\n    "child-pid": 57\n}\n'), 57)
