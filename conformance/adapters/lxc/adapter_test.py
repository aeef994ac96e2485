# SPDX-License-Identifier: Apache-2.0
import os
import tempfile
import unittest

from lxc.adapter import SYSTEM, missing
from oci.containers import Container, remove_empty
from oci.failure import NoWords

PROCESS = {"cwd": "/", "args": ["/p"], "capabilities": {"bounding": ["CAP_KILL"]}}


class LxcTest(unittest.TestCase):
    def test_what_it_makes_is_known_before(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "a", "b")
            self.assertEqual(missing(path), [path, os.path.dirname(path)])
            os.makedirs(path)
            self.assertEqual(missing(path), [])
            remove_empty([path, os.path.join(path, "none"), os.path.dirname(path)])
            self.assertEqual(os.listdir(folder), [])

    def test_exec_has_what_the_container_has(self):
        container = Container("/state/c", {"id": "c", "bundle": "/b",
                                           "config": {"process": PROCESS}})
        SYSTEM.check_exec(container, PROCESS)
        for changes in ({"cwd": "/srv"}, {"noNewPrivileges": True},
                        {"user": {"uid": 0, "gid": 0, "additionalGids": [7]}},
                        {"capabilities": {"bounding": []}}):
            with self.assertRaises(NoWords, msg=changes):
                SYSTEM.check_exec(container, {**PROCESS, **changes})


if __name__ == "__main__":
    unittest.main()
