#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The 28 places where appc's reference validator departs from the standard's text: ours follows the text.

Each row is an input (or what the ledger says where no document shows it) and what has to be found.
Usage: departures.py LOADLINE. Exit status: 0 all hold, 1 one does not, 2 wrong usage.
"""

import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile
import tarfile

HERE = pathlib.Path(__file__).resolve().parent
spec = importlib.util.spec_from_file_location("tampered", HERE.parent / "image/tampered_images.py")
tampered = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tampered)

ID = "sha512-" + "a" * 128
IMAGE = {"acKind": "ImageManifest", "acVersion": "0.8.11", "name": "example.com/app"}
POD = {"acKind": "PodManifest", "acVersion": "0.8.11", "apps": []}
RETAIN, REMOVE = "os/linux/capabilities-retain-set", "os/linux/capabilities-remove-set"


def image(**more):
    return {**IMAGE, **more}


def app(**more):
    return image(app={"user": "0", "group": "0", **more})


def isolators(*pairs):
    return app(isolators=[{"name": name, **({} if value is ... else {"value": value})}
                          for name, value in pairs])


def pod(**more):
    return {**POD, **more}


def in_pod(**more):
    return pod(apps=[{"name": "a", "image": {"id": ID}, **more}])


# Number, what the text asks for, a document, and the rules that have to fire (none: it is sound).
DOCUMENTS = [
    ("X1", "separators do not follow one another", image(name="example.com/a--b"), {"appc/ac-identifier"}),
    ("X1", "nor do slashes", image(name="example.com//b"), {"appc/ac-identifier"}),
    ("X1", "nor in AC Names", app(mountPoints=[{"name": "a--b", "path": "/a"}]), {"appc/ac-name"}),
    ("X2", "an image ID is 128 hexadecimal digits",
     image(dependencies=[{"imageName": "example.com/b", "imageID": "sha512-abcdefghi"}]), {"appc/image-id"}),
    ("X7", "an isolator has a value", isolators(("resource/memory", ...)), {"schema/appc/image-manifest"}),
    ("X7", "and null is no quantity", isolators(("resource/memory", None)), {"appc/isolator/value"}),
    ("X8", "an unknown isolator is allowed", isolators(("example.com/unknown", {"a": 1})), set()),
    ("X9", "retain and remove sets exclude each other",
     isolators((RETAIN, {"set": ["CAP_KILL"]}), (REMOVE, {"set": ["CAP_KILL"]})), {"appc/isolator/exclusive"}),
    ("X10", "a pod has one SELinux context",
     pod(isolators=[{"name": "os/linux/selinux-context", "value": {"user": "u"}}] * 2), {"appc/isolator/once"}),
    ("X11", "a pod has acVersion", {key: value for key, value in POD.items() if key != "acVersion"},
     {"schema/appc/pod-manifest"}),
    ("X11", "a pod has apps", {key: value for key, value in POD.items() if key != "apps"}, {"schema/appc/pod-manifest"}),
    ("X11", "an app has an image with an ID", pod(apps=[{"name": "a", "image": {}}]), {"schema/appc/pod-manifest"}),
    ("X12", "a mount has a path", in_pod(mounts=[{"volume": "v"}]), {"schema/appc/pod-manifest"}),
    ("X12", "a mount point has a path", app(mountPoints=[{"name": "m"}]), {"schema/appc/image-manifest"}),
    ("X13", "a port range has a port", app(ports=[{"name": "p", "protocol": "tcp", "port": 80, "count": 0}]),
     {"appc/port-count"}),
    ("X13", "a count does not wrap", app(ports=[{"name": "p", "protocol": "tcp", "port": 80, "count": 2**64 - 1}]),
     {"appc/port-range"}),
    ("X14", "K is a suffix", isolators(("resource/memory", {"limit": "2K"})), set()),
    ("X14", "an exponent is none", isolators(("resource/memory", {"limit": "1e3"})), {"appc/isolator/quantity"}),
    ("X15", "a request is within the limit", isolators(("resource/cpu", {"request": "2", "limit": "1"})),
     {"appc/isolator/request"}),
    ("X15", "a quantity is not negative", isolators(("resource/cpu", {"limit": "-1"})), {"appc/isolator/quantity"}),
    ("X15", "one of them is given", isolators(("resource/cpu", {})), {"appc/isolator/quantity-given"}),
    ("X16", "errno names an error",
     isolators(("os/linux/seccomp-remove-set", {"set": ["reboot"], "errno": "EACCESS"})), {"appc/isolator/errno"}),
    ("X16", "a set names capabilities", isolators((RETAIN, {"set": ["CAP_ADMIN"]})), {"appc/isolator/capability"}),
    ("X17", "a pod's annotations have AC Names", pod(annotations=[{"name": "a.b/c", "value": "x"}]), {"appc/ac-name"}),
    ("X18", "a port of the host is a port", pod(ports=[{"name": "p", "hostPort": 70000}]), {"appc/host-port"}),
    ("X18", "an address is IPv4", pod(ports=[{"name": "p", "hostPort": 80, "hostIP": "::1"}]), {"appc/host-ip"}),
    ("X18", "names of exposed ports differ", pod(ports=[{"name": "p", "hostPort": 80}, {"name": "p", "hostPort": 81}]),
     {"appc/exposed-ports-unique"}),
    ("X19", "a whitelist is absolute", image(pathWhitelist=["etc"]), {"appc/path-whitelist"}),
    ("X19", "a dependency has a name", image(dependencies=[{"imageName": ""}]), {"appc/ac-identifier"}),
    ("X20", "supplementary groups are not negative", app(supplementaryGIDs=[-1]), {"schema/appc/image-manifest"}),
    ("X21", "mode and uid of a host's volume are passed over",
     pod(volumes=[{"name": "v", "kind": "host", "source": "/v", "mode": "0755", "uid": 1}]), set()),
    ("X22", "a newer major series is not compatible", image(acVersion="1.0.0"), {"appc/version-major"}),
    ("X20", "the last of two members does not win in silence",
     '{"acKind": "ImageManifest", "acVersion": "0.8.11", "name": "example.com/a", "name": "example.com/b"}',
     {"json/duplicate-key"}),
    ("X28", "a trailing comma is no JSON",
     '{"acKind": "ImageManifest", "acVersion": "0.8.11", "name": "example.com/a",}', {"json/syntax"}),
]

DEPENDS_ON_B = image(dependencies=[{"imageName": "example.com/b", "labels": [{"name": "os", "value": "linux"}]}])
LINUX = [{"name": "os", "value": "linux"}]


def named(name, **more):
    return {**image(**more), "name": name}


def page(content):
    return f'<html><head><meta name="ac-discovery" content="{content}"></head></html>'


TEMPLATE = "https://example.com/{name}-{version}-{os}-{arch}.{ext}"
# The same with other images at hand (--with): number, words, document, the others, rules.
TOGETHER = [
    ("X23", "an image needs not itself", DEPENDS_ON_B,
     [named("example.com/b", labels=LINUX, dependencies=[{"imageName": "example.com/app"}])], {"appc/dependency/acyclic"}),
    ("X23", "nor does one that it needs", DEPENDS_ON_B,
     [named("example.com/b", labels=LINUX, dependencies=[{"imageName": "example.com/c"}]),
      named("example.com/c", dependencies=[{"imageName": "example.com/b"}])], {"appc/dependency/acyclic"}),
    ("X23", "two ways to one image are no cycle",
     image(dependencies=[{"imageName": "example.com/b"}, {"imageName": "example.com/c"}]),
     [named("example.com/b", dependencies=[{"imageName": "example.com/c"}]), named("example.com/c")], set()),
    ("X23", "an image of other labels is another image", DEPENDS_ON_B,
     [named("example.com/b", labels=[{"name": "os", "value": "freebsd"}])], {"appc/dependency/labels"}),
    ("X23", "what is not at hand is said", DEPENDS_ON_B, [named("example.com/c")], {"appc/dependency/present"}),
    ("X24", "a directory that is not in the whitelist is removed", image(pathWhitelist=["/etc/motd"]), [],
     {"appc/path-whitelist-directories"}),
    ("X24", "and stays when it is", image(pathWhitelist=["/etc/", "/etc/motd"]), [], set()),
    ("X25", "a prefix ends where a part of the name ends", page("example.com/etcd " + TEMPLATE),
     [named("example.com/etcdxxx")], {"discovery/prefix-matches"}),
    ("X25", "and is the name or a parent of it", page("example.com/etcd " + TEMPLATE),
     [named("example.com/etcd"), named("example.com/etcd/server")], set()),
    ("X25", "what is commented out is not there",
     "<!-- " + page("example.com " + TEMPLATE) + " -->" + page("example.com/other " + TEMPLATE),
     [named("example.com/app")], {"discovery/prefix-matches"}),
    ("X25", "a template tells image and signature apart", page("example.com https://example.com/{name}.aci"), [],
     {"discovery/ext"}),
    ("X25", "a template is one of addresses", page("example.com https://example.com/{nam}.{ext}"), [],
     {"discovery/uri-template"}),
    ("X25", "a tag has a prefix and a template", page(TEMPLATE), [], {"discovery/template", "discovery/https"}),
    ("X25", "one template is one of HTTPS", page("example.com hdfs://example.com/{name}.{ext}"), [], {"discovery/https"}),
]

MANIFEST = ("manifest", json.dumps(IMAGE).encode())
# The same for archives: number, words, file name, entries, rules.
ARCHIVES = [
    ("X3", "two manifests are one too many", "a.aci", [MANIFEST, ("rootfs/",), ("manifest", b" ")],
     {"aci/no-duplicate-entries"}),
    ("X3", "and two of rootfs", "a.aci", [MANIFEST, ("rootfs/",), ("rootfs/",)], {"aci/no-duplicate-entries"}),
    ("X4", "rootfs-evil is not rootfs", "a.aci", [MANIFEST, ("rootfs/",), ("rootfs-evil/x", b"")], {"aci/top-level"}),
    ("X4", "nor is rootfsx", "a.aci", [MANIFEST, ("rootfs/",), ("rootfsx", b"")], {"aci/top-level"}),
    ("X5", "the manifest is a regular file", "a.aci",
     [("manifest", {"type": tarfile.SYMTYPE, "linkname": "rootfs/m"}), ("rootfs/",)], {"aci/manifest-file"}),
    ("X6", "an ACI is named .aci", "a.tar", [MANIFEST, ("rootfs/",)], {"aci/suffix"}),
]

# What an executor does and no document shows: whom the ledger makes answer for it, and how strongly.
LEDGER = [
    ("X26", "AC_APP_NAME is set by the executor", "AC_APP_NAME", "runtime", "AC_APP_NAME"),
    ("X27", "a metadata service is advice", "metadata", "runtime", "metadata service", "SHOULD"),
]


def rules_found(loadline, path, *options):
    run = subprocess.run([loadline, "validate", str(path), "--format", "json", *options], capture_output=True,
                         timeout=60, check=False)
    if run.returncode not in (0, 1):
        return {f"exit status {run.returncode}: {run.stderr.decode().strip()}"}
    # Advice that a document of two lines cannot follow is beside the point.
    return {result["id"] for result in json.loads(run.stdout)["results"]} - {"aci/signed"}


def in_ledger(requirements, word, addressee, phrase, level=None):
    for entry in requirements:
        if not entry["id"].startswith("appc/") or entry["addressee"] != addressee:
            continue
        if level and entry["level"] != level:
            continue
        if entry["id"] == word or (phrase and phrase.lower() in entry["statement"].lower()):
            return entry
    return None


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    loadline, failed, shown = sys.argv[1], [], set()
    with tempfile.TemporaryDirectory(prefix="loadline-departures-") as name:
        folder = pathlib.Path(name)
        for number, words, document, expected in DOCUMENTS:
            shown.add(number)
            path = folder / "manifest.json"
            path.write_text(document if isinstance(document, str) else json.dumps(document))
            found = rules_found(loadline, path)
            if found != expected:
                failed.append(f"{number} {words}: expected {sorted(expected)}, found {sorted(found)}")
        for number, words, document, others, expected in TOGETHER:
            shown.add(number)
            names = ["page.html" if isinstance(document, str) else "manifest.json"]
            names += [f"other{i}.json" for i in range(len(others))]
            for name, text in zip(names, [document, *others]):
                (folder / name).write_text(text if isinstance(text, str) else json.dumps(text))
            options = [option for name in names[1:] for option in ("--with", str(folder / name))]
            found = rules_found(loadline, folder / names[0], *options)
            if found != expected:
                failed.append(f"{number} {words}: expected {sorted(expected)}, found {sorted(found)}")
        for number, words, file, entries, expected in ARCHIVES:
            shown.add(number)
            (folder / file).write_bytes(tampered.tar(*entries))
            found = rules_found(loadline, folder / file)
            if found != expected:
                failed.append(f"{number} {words}: expected {sorted(expected)}, found {sorted(found)}")
    requirements = json.loads(subprocess.run([loadline, "list", "requirements", "--format", "json"],
                                             capture_output=True, check=True).stdout)
    for number, words, *where in LEDGER:
        shown.add(number)
        if in_ledger(requirements, *where) is None:
            failed.append(f"{number} {words}: the ledger does not say so")
    missing = {f"X{number}" for number in range(1, 29)} - shown
    for line in failed + [f"{number} is not shown" for number in sorted(missing)]:
        print(line)
    examples = len(DOCUMENTS) + len(TOGETHER) + len(ARCHIVES) + len(LEDGER)
    print(f"{len(shown)} departures, {examples} examples, {len(failed)} do not hold")
    return 1 if failed or missing else 0


if __name__ == "__main__":
    sys.exit(main())
