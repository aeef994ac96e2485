# SPDX-License-Identifier: Apache-2.0
import tempfile
import unittest

from qemu import shares


def bind(*options, source="/"):
    return {"destination": "/usr", "type": "bind", "source": source, "options": list(options)}


class Shares(unittest.TestCase):
    def test_a_directory_that_is_only_read_is_one(self):
        self.assertTrue(shares.is_share(bind("rbind", "ro", "nosuid", "nodev")))

    def test_what_is_written_moves_on_or_is_no_directory_is_none(self):
        self.assertFalse(shares.is_share(bind("rbind")))
        self.assertFalse(shares.is_share(bind("rbind", "ro", "rshared")))
        self.assertFalse(shares.is_share({"destination": "/usr", "options": ["bind", "ro"]}))
        with tempfile.NamedTemporaryFile() as file:
            self.assertFalse(shares.is_share(bind("bind", "ro", source=file.name)))

    def test_a_comma_in_a_path_ends_no_word_of_qemu(self):
        with tempfile.TemporaryDirectory(suffix=",readonly=off") as directory:
            self.assertIn(f"path={directory.replace(',', ',,')},security",
                          shares.devices([directory])[1])

    def test_the_machine_mounts_the_device_as_read_only(self):
        mount = shares.mounted(bind("rbind", "rro", "nosuid"), 1)
        self.assertEqual((mount["type"], mount["source"]), ("9p", "share1"))
        self.assertEqual(mount["options"][-2:], ["ro", "nosuid"])
