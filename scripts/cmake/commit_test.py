#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""commit_test.py CMAKE: which commit a build names, and of when, for each way that a source tree can come about."""
import os
import re
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
CMAKE = sys.argv.pop(1) if len(sys.argv) > 1 else "cmake"
# Nobody's settings: neither whose commits are signed nor which branch is the first.
ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_GLOBAL": "/dev/null",
               "GIT_CONFIG_SYSTEM": "/dev/null", "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org",
               "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org",
               "GIT_COMMITTER_DATE": "1767323045 +0900"}
MADE = 1767323045


class Commit(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.home = directory.name
        self.tree = os.path.join(directory.name, "tree")
        os.makedirs(os.path.join(self.tree, "scripts/cmake"))
        self.write("scripts/cmake/archive_commit.txt", "$Format:%H %ct$\n")
        self.write(".gitattributes", "scripts/cmake/archive_commit.txt export-subst\n")

    def write(self, name, text):
        with open(os.path.join(self.tree, name), "w", encoding="utf-8") as file:
            file.write(text)

    def git(self, *words, tree=None):
        return subprocess.run(["git", "-C", tree or self.tree, *words], env=ENVIRONMENT, check=True,
                              capture_output=True).stdout

    def make_repository(self):
        self.git("init", "-q")
        self.git("add", ".")
        self.git("commit", "-qm", "first")
        return self.git("rev-parse", "HEAD").decode()[:12]

    def said(self, tree=None, **environment):
        """The commit, what programs print, and when it was made."""
        out = os.path.join(self.home, "commit")
        subprocess.run([CMAKE, f"-DSOURCE={tree or self.tree}", f"-DOUT={out}", "-DVERSION=1.2.3", "-P",
                        os.path.join(HERE, "commit.cmake")], env={**ENVIRONMENT, **environment}, check=True)
        with open(out + ".txt", encoding="utf-8") as file:
            text = file.read().rstrip("\n")
        with open(out + ".cc", encoding="utf-8") as file:
            source = file.read()
        commit, both = source.split('"')[3::2]
        self.assertEqual(text, both)
        return [commit, both, int(re.search(r"kCommitTime = (\d+);", source)[1])]

    def test_a_repository_names_its_commit(self):
        commit = self.make_repository()
        self.assertEqual(self.said(SOURCE_DATE_EPOCH="5"), [commit, f"1.2.3 (commit {commit})", MADE])

    def test_a_changed_one_says_so(self):
        commit = self.make_repository()
        self.write(".gitattributes", "\n")
        self.assertEqual(self.said(), [f"{commit}-dirty", f"1.2.3 (commit {commit}-dirty)", MADE])

    def test_a_tag_changes_nothing(self):
        commit = self.make_repository()
        self.git("tag", "-a", "v1", "-m", "one")
        self.assertEqual(self.said()[0], commit)

    def test_an_archive_names_the_commit_that_it_was_made_of(self):
        commit = self.make_repository()
        unpacked = os.path.join(self.home, "unpacked")
        os.mkdir(unpacked)
        subprocess.run(["tar", "-xC", unpacked], input=self.git("archive", "HEAD"), check=True)
        self.assertEqual(self.said(unpacked)[::2], [commit, MADE])

    def test_a_plain_copy_says_that_nothing_is_known(self):
        unknown = ["", "1.2.3 (commit unknown: not built from a git repository)"]
        self.assertEqual(self.said(), [*unknown, 0])
        self.assertEqual(self.said(SOURCE_DATE_EPOCH="5"), [*unknown, 5])
        self.assertEqual(self.said(SOURCE_DATE_EPOCH="yesterday"), [*unknown, 0])

    def test_a_copy_inside_another_repository_is_not_at_its_commit(self):
        self.git("init", "-q", tree=self.home)
        self.git("add", ".", tree=self.home)
        self.git("commit", "-qm", "of another", tree=self.home)
        self.assertEqual(self.said()[::2], ["", 0])


if __name__ == "__main__":
    unittest.main()
