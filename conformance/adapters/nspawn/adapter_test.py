# SPDX-License-Identifier: Apache-2.0
import unittest

from nspawn.adapter import SYSTEM, derived
from oci.containers import Container
from oci.failure import Failure

CONFIG = {"ociVersion": "1.1.0", "root": {"path": "rootfs"},
          "process": {"cwd": "/", "args": ["/p", "x"]},
          "mounts": [{"destination": "/b", "source": "here", "options": ["bind"]}],
          "linux": {"namespaces": [{"type": "mount"}], "cgroupsPath": "/c"}}


class NspawnTest(unittest.TestCase):
    def test_its_own_bundle(self):
        container = Container("/state/c", {"id": "c", "bundle": "/b", "config": CONFIG})
        config = derived(container)
        self.assertEqual(config["ociVersion"], "1.0.0")
        self.assertEqual(config["root"]["path"], "/b/rootfs")
        self.assertEqual(config["process"]["args"],
                         ["/.loadline-hold/hold", "/.loadline-hold/ready", "/.loadline-hold/go",
                          "/p", "x"])
        self.assertEqual(config["mounts"][0], {"destination": "/b", "type": "bind",
                                               "source": "/b/here", "options": ["norbind"]})
        self.assertEqual([mount["options"] for mount in config["mounts"][1:]],
                         [["norbind"], ["remount", "bind", "ro"]])
        self.assertEqual(config["mounts"][-1]["destination"], "/.loadline-hold")
        self.assertNotIn("cgroupsPath", config["linux"])
        self.assertEqual(CONFIG["process"]["args"], ["/p", "x"])  # the user's stays

    def test_values_that_are_refused(self):
        SYSTEM.check(CONFIG, "")
        for changes in ({"linux": {"namespaces": []}},
                        {"linux": {"namespaces": [{"type": "mount"}, {"type": "time"}]}},
                        {"linux": {"namespaces": [{"type": "mount"},
                                                  {"type": "pid", "path": "/x"}]}},
                        {"mounts": [{"destination": "/tmp", "type": "tmpfs"}]},
                        {"mounts": [{"destination": "/b", "options": ["bind", "rshared"]}]},
                        {"mounts": [{"destination": "/sys/fs/cgroup", "type": "cgroup"}]}):
            with self.assertRaises(Failure, msg=changes):
                SYSTEM.check({**CONFIG, **changes}, "")
