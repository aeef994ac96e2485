#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""unity_groups_test.py: which files are put together."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).with_name("unity_groups.py")


def nameless(text):
    return f"namespace loadline {{\nnamespace {{\n\n{text}\n\n}}  // namespace\n}}  // namespace loadline\n"


class Groups(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.tree = pathlib.Path(directory.name)

    def groups(self, size=12, **files):
        """The files' groups, in their order; b__h is the header b.h, which takes no part."""
        for name, text in files.items():
            (self.tree / (name.replace("__h", ".h") if name.endswith("__h") else name + ".cc")).write_text(text, encoding="utf-8")
        sources = [str(self.tree / f"{name}.cc") for name in files if not name.endswith("__h")]
        run = subprocess.run([sys.executable, "-B", SCRIPT, self.tree, str(size), *sources], check=True, capture_output=True, text=True)
        return [int(line) for line in run.stdout.split()]

    def apart(self, **files):
        groups = self.groups(**files)
        self.assertEqual(len(groups), len(set(groups)), groups)

    def test_files_with_names_of_their_own_are_together(self):
        self.assertEqual(self.groups(a=nameless("int One() { return 1; }"), b=nameless("int Two() { return 2; }")), [0, 0])

    def test_no_more_than_the_size(self):
        self.assertEqual(self.groups(2, a="", b="", c=""), [0, 0, 1])

    def test_the_same_name_twice(self):
        for one, other in (("int Same() {", "std::string Same(int value) {"), ("constexpr int kSame = 1;", "const std::map<int, std::string> kSame = {"),
                           ("struct Same {", "class Same : public Base {"), ("using Same = int;", "enum class Same {"), ("int same[4];", "int same = 1;"),
                           ("std::vector<int>\nSame() {", "int Same(")):
            with self.subTest(one=one):
                self.apart(a=nameless(one), b=nameless(other))

    def test_a_name_that_a_header_declares_for_the_other(self):
        self.apart(a=nameless("struct Shared {};"), b='#include "b.h"\n', b__h='#include "c.h"\n', c__h="namespace loadline {\nstruct Shared {};\n}\n")

    def test_a_macro_of_one(self):
        self.apart(a="#define Name 1\n", b="namespace loadline {\nint Name() {\n}\n}\n")

    def test_what_is_no_declaration_divides_nobody(self):
        for one in ("// int Same() {", 'const char* kText = "\\nint Same() {";', "using std::Same;", "int Inner() {\n  int Same = 1;\n}", "int Same::Member() {"):
            with self.subTest(one=one):
                self.assertEqual(self.groups(a=nameless(one), b=nameless("int Same() { return 1; }")), [0, 0])

    def test_tests_of_one_suite(self):
        self.assertEqual(self.groups(a=nameless("TEST(Suite, One) {"), b=nameless("TEST(Suite, Two) {")), [0, 0])


if __name__ == "__main__":
    unittest.main()
