# SPDX-License-Identifier: Apache-2.0
import os
import tempfile
import unittest

from lxc.configuration import check, config_lines, entry
from lxc.seccomp import policy
from oci.containers import Container
from oci.failure import Failure

MOUNT = {"namespaces": [{"type": "mount"}]}


def lines_of(process=None, linux=None, **more):
    config = {"ociVersion": "1.0.2", "root": {"path": "rootfs"},
              "process": {"cwd": "/", "args": ["/p"], **(process or {})},
              "linux": {**MOUNT, **(linux or {})}, **more}
    with tempfile.TemporaryDirectory() as folder:
        container = Container(folder, {"id": "c", "bundle": "/b", "config": config})
        check("lxc", config, "")
        return config_lines(container, "lxc")


class ConfigurationTest(unittest.TestCase):
    def test_the_root_and_the_groups(self):
        lines = lines_of(root={"path": "rootfs", "readonly": True}, hostname="h",
                         linux={"cgroupsPath": "/a/b"})
        for line in ("lxc.rootfs.path = dir:/b/rootfs", "lxc.rootfs.options = ro",
                     "lxc.uts.name = h", "lxc.cgroup.dir.container = a/b",
                     "lxc.cgroup.dir.monitor = a/b.monitor"):
            self.assertIn(line, lines)

    def test_the_process(self):
        lines = lines_of({"user": {"uid": 5, "gid": 6, "additionalGids": [7, 8]},
                          "env": ["A=b c", "E"], "noNewPrivileges": True, "oomScoreAdj": 0,
                          "rlimits": [{"type": "RLIMIT_NOFILE", "soft": 1, "hard": 2}]})
        for line in ("lxc.init.uid = 5", "lxc.init.gid = 6", "lxc.init.groups = 7,8",
                     "lxc.environment = A=b c", "lxc.environment = E=", "lxc.no_new_privs = 1",
                     "lxc.proc.oom_score_adj = 0", "lxc.prlimit.nofile = 1:2"):
            self.assertIn(line, lines)

    def test_no_value_becomes_another_setting(self):
        for changes in ({"hostname": "h\nlxc.rootfs.path = /"}, {"process": {"env": ["A=b\nc"]}},
                        {"linux": {"cgroupsPath": "a\nb"}}):
            with self.assertRaisesRegex(Failure, "line break"):
                lines_of(**changes)

    def test_capabilities_are_one_set(self):
        sets = {kind: ["CAP_KILL"] for kind in ("bounding", "effective", "permitted")}
        self.assertIn("lxc.cap.keep = kill", lines_of({"capabilities": sets}))
        self.assertIn("lxc.cap.keep = none", lines_of({"capabilities": {}}))
        for changed in ({**sets, "ambient": ["CAP_KILL"]}, {**sets, "effective": []}):
            with self.assertRaisesRegex(Failure, "/process/capabilities"):
                lines_of({"capabilities": changed})
        with self.assertRaisesRegex(Failure, "uid 5 gets none"):
            lines_of({"capabilities": sets, "user": {"uid": 5, "gid": 5}})

    def test_namespaces(self):
        lines = lines_of(linux={"namespaces": [
            {"type": "mount"}, {"type": "network"}, {"type": "ipc", "path": "/proc/1/ns/ipc"}]})
        self.assertIn("lxc.namespace.clone = mnt net", lines)
        self.assertIn("lxc.namespace.share.ipc = /proc/1/ns/ipc", lines)
        self.assertIn("lxc.net.0.type = empty", lines)
        with self.assertRaisesRegex(Failure, "always makes a mount namespace"):
            lines_of(linux={"namespaces": []})

    def test_mounts(self):
        lines = lines_of(mounts=[
            {"destination": "/dev", "type": "tmpfs"}, {"destination": "/dev/pts", "type": "devpts"},
            {"destination": "/a b", "type": "tmpfs", "source": "tmpfs", "options": ["size=1k"]},
            {"destination": "/c", "source": "here", "options": ["rbind", "ro"]}])
        entries = [line for line in lines if line.startswith("lxc.mount.entry")]
        self.assertEqual(entries, [
            "lxc.mount.entry = tmpfs a\\040b tmpfs size=1k,create=dir 0 0",
            "lxc.mount.entry = /b/here c none rbind,ro,create=file 0 0"])
        self.assertEqual(entry("x", "/", "none", []), "lxc.mount.entry = x . none defaults 0 0")

    def test_groups_are_mounted_by_a_word_of_its_own(self):
        mount = {"destination": "/sys/fs/cgroup", "type": "cgroup", "options": ["ro"]}
        self.assertIn("lxc.mount.auto = cgroup:ro:force", lines_of(mounts=[mount]))
        with self.assertRaisesRegex(Failure, "elsewhere"):
            lines_of(mounts=[{**mount, "destination": "/groups"}])

    def test_paths(self):
        lines = lines_of(linux={"maskedPaths": ["/proc/meminfo", "/proc/tty", "/proc/none-such"],
                                "readonlyPaths": ["/proc/sys", "/none/such"]})
        self.assertEqual([line for line in lines if line.startswith("lxc.mount.entry")], [
            "lxc.mount.entry = /dev/null proc/meminfo none bind 0 0",
            "lxc.mount.entry = tmpfs proc/tty tmpfs ro,size=0 0 0",
            "lxc.mount.entry = /dev/null proc/none-such none bind,optional 0 0",
            "lxc.mount.entry = proc/sys proc/sys none bind,ro,relative 0 0",
            "lxc.mount.entry = none/such none/such none bind,ro,relative,optional 0 0"])

    def test_devices_are_the_hosts(self):
        found = os.stat("/dev/null")
        device = {"path": "/dev/null", "type": "c", "major": 1, "minor": 3,
                  "fileMode": found.st_mode & 0o7777, "uid": found.st_uid, "gid": found.st_gid}
        self.assertIn("lxc.mount.entry = /dev/null dev/null none bind,create=file 0 0",
                      lines_of(linux={"devices": [device]}))
        for changed in ({"minor": 5}, {"uid": 77}, {"type": "b"}, {"path": "/dev/none"}):
            with self.assertRaisesRegex(Failure, "not like the host's"):
                lines_of(linux={"devices": [{**device, **changed}]})


class SeccompTest(unittest.TestCase):
    def test_both_kinds(self):
        rule = {"names": ["a", "b"], "action": "SCMP_ACT_ERRNO", "errnoRet": 5}
        self.assertEqual(policy("lxc", {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [rule]}),
                         "2\ndenylist\n[all]\na errno 5\nb errno 5\n")
        rule = {"names": ["a"], "action": "SCMP_ACT_ALLOW"}
        self.assertEqual(policy("lxc", {"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [rule]}),
                         "2\nallowlist errno 1\n[all]\na allow\n")

    def test_what_it_has_no_words_for(self):
        for seccomp in ({"defaultAction": "SCMP_ACT_LOG"},
                        {"defaultAction": "SCMP_ACT_ALLOW", "flags": ["F"]},
                        {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
                            {"names": ["a"], "action": "SCMP_ACT_KILL", "args": [{"index": 0}]}]}):
            with self.assertRaises(Failure):
                policy("lxc", seccomp)
