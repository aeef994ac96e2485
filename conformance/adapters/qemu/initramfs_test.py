# SPDX-License-Identifier: Apache-2.0
import io
import os
import tempfile
import unittest

from qemu.initramfs import Archive


def entries_of(data):
    """Name, mode and content of each entry: the format read back by its description."""
    entries, place = [], 0
    while place < len(data):
        fields = [int(data[place + 6 + 8 * i:place + 14 + 8 * i], 16) for i in range(13)]
        name = data[place + 110:place + 110 + fields[11] - 1].decode()
        place += (110 + fields[11] + 3) // 4 * 4
        entries.append((name, fields[1], data[place:place + fields[6]]))
        place += (fields[6] + 3) // 4 * 4
    return entries


class InitramfsTest(unittest.TestCase):
    def test_a_tree(self):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "file"), "w", encoding="utf-8") as file:
                file.write("words")
            os.chmod(os.path.join(folder, "file"), 0o640)
            os.symlink("file", os.path.join(folder, "link"))
            os.mkfifo(os.path.join(folder, "pipe"), 0o600)
            os.mkdir(os.path.join(folder, "sub"), 0o700)
            file = io.BytesIO()
            archive = Archive(file)
            archive.add_tree("root", folder)
            archive.add("TRAILER!!!", 0)
        entries = entries_of(file.getvalue())
        self.assertEqual([name for name, _, _ in entries],
                         ["root", "root/file", "root/link", "root/pipe", "root/sub", "TRAILER!!!"])
        self.assertEqual(entries[1][1:], (0o100640, b"words"))
        self.assertEqual(entries[2][1:], (0o120777, b"file"))
        self.assertEqual(entries[3][1], 0o010600)
