#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes sound images and ACIs, spoils each in one way, and asks `loadline validate` what it finds.

Each variant says exactly what has to be found: rule and JSON pointer. A variant that gives nothing
else, less or more is a failure. Usage: tampered_images.py LOADLINE [NAME...]. Exit status: 0 all is
as said, 1 it is not, 2 wrong usage. Nothing here is extracted, and every archive is made by hand,
because no archiver makes bad ones.
"""

import base64
import gzip
import hashlib
import io
import json
import lzma
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile

OCI = "application/vnd.oci."
LAYER = OCI + "image.layer.v1.tar"
EMPTY = OCI + "empty.v1+json"
VARIANTS = {}


def sha(data, algorithm="sha256"):
    return algorithm + ":" + hashlib.new(algorithm, data).hexdigest()


def zstd(data):
    return subprocess.run(["zstd", "-q", "-c"], input=data, stdout=subprocess.PIPE,
                          check=True).stdout


def tar(*entries):
    """A tar of (name, content or options) pairs; a name that ends in / is a directory."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, *rest in entries:
            options = next((one for one in rest if isinstance(one, dict)), {})
            content = next((one for one in rest if isinstance(one, bytes)), b"")
            info = tarfile.TarInfo(name)
            info.size = len(content)
            if name.endswith("/"):
                info.type = tarfile.DIRTYPE
            for key, value in options.items():
                setattr(info, key, value)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


FILES = (("etc/",), ("etc/motd", b"hello\n"), ("bin/",), ("bin/sh", b"#!"))


class Image:
    """A layout that grows: what is set before `finish` is what is spoilt."""

    def __init__(self):
        self.blobs = {}
        self.files = {"oci-layout": b'{"imageLayoutVersion": "1.0.0"}'}
        self.layers = [(tar(*FILES), "gzip"), (tar(("etc/.wh.motd",), ("etc/issue", b"x")), "plain")]
        self.config = {"architecture": "amd64", "os": "linux", "config": {"Env": ["A=b"]},
                       "created": "2026-01-01T00:00:00Z",
                       "history": [{"created_by": "a"}, {"created_by": "b", "empty_layer": True},
                                   {"created_by": "c"}]}
        self.manifest = {"schemaVersion": 2, "mediaType": OCI + "image.manifest.v1+json"}
        self.index = {"schemaVersion": 2, "mediaType": OCI + "image.index.v1+json"}
        self.platform = {"architecture": "amd64", "os": "linux"}
        self.entry = {}
        self.edit = {}  # stage -> function(self): after layers, manifest, index, all
        self.diff_algorithm = "sha256"

    def blob(self, data, media_type, algorithm="sha256", **more):
        digest = sha(data, algorithm)
        self.blobs[digest] = data
        return {"mediaType": media_type, "digest": digest, "size": len(data), **more}

    def document(self, value, media_type, **more):
        return self.blob(json.dumps(value).encode(), media_type, **more)

    def stage(self, name):
        self.edit.get(name, lambda image: None)(self)

    def finish(self):
        descriptors, diffs = [], []
        for content, packing in self.layers:
            packed = {"gzip": gzip.compress, "zstd": zstd}.get(packing, lambda data: data)(content)
            suffix = {"gzip": "+gzip", "zstd": "+zstd"}.get(packing, "")
            descriptors.append(self.blob(packed, LAYER + suffix))
            diffs.append(sha(content, self.diff_algorithm))
        self.config.setdefault("rootfs", {"type": "layers", "diff_ids": diffs})
        self.manifest.setdefault("layers", descriptors)
        self.stage("layers")
        self.manifest.setdefault("config", self.document(self.config, OCI + "image.config.v1+json"))
        self.stage("manifest")
        entry = self.document(self.manifest, OCI + "image.manifest.v1+json")
        if self.platform:
            entry["platform"] = self.platform
        entry.update(self.entry)
        self.index.setdefault("manifests", [entry])
        self.stage("index")
        self.files.setdefault("index.json", json.dumps(self.index).encode())
        for digest, data in self.blobs.items():
            self.files["blobs/" + digest.replace(":", "/")] = data
        self.stage("all")
        return self

    def write(self, folder):
        self.finish()
        (folder / "blobs" / "sha256").mkdir(parents=True)
        for name, data in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return folder

    def path(self, number):
        """The blob of a layer (0, 1 …), as a file of the layout."""
        return "blobs/" + self.manifest["layers"][number]["digest"].replace(":", "/")


def variant(*expected, options=()):
    """Registers a function that gets a folder and gives what is to be validated."""
    def register(function):
        VARIANTS[function.__name__.replace("_", "-")] = (function, set(expected), list(options))
        return function
    return register


def layout(*expected, options=()):
    """The same for a function that spoils an Image."""
    def register(function):
        def make(folder):
            image = Image()
            function(image)
            return image.write(folder / "layout")
        make.__name__ = function.__name__
        variant(*expected, options=options)(make)
        return function
    return register


def layer(*expected):
    """The same for a function that gives the entries of an image's second layer."""
    def register(function):
        def spoil(image):
            image.layers[1] = (tar(*function()), "gzip")
        spoil.__name__ = function.__name__
        layout(*((rule, "") for rule in expected))(spoil)
        return function
    return register


# --- sound ones -----------------------------------------------------------------------------------

@layout()
def sound_layout(image):
    pass


@layout(("manifest/layers-portable", "/layers/0/mediaType"))
def sound_zstd(image):
    image.layers[0] = (image.layers[0][0], "zstd")


@layout()
def sound_sha512_diff_ids(image):
    image.diff_algorithm = "sha512"


@layout()
def sound_nested_index(image):
    def nest(self):
        inner = self.document(self.index, OCI + "image.index.v1+json")
        self.index = {"schemaVersion": 2, "mediaType": OCI + "image.index.v1+json",
                      "manifests": [inner]}
    image.edit["index"] = nest


@layout()
def sound_artifact_with_subject_and_referrers_tag(image):
    def add(self):
        subject = self.index["manifests"][0]
        empty = self.blob(b"{}", EMPTY)
        artifact = self.document({
            "schemaVersion": 2, "mediaType": OCI + "image.manifest.v1+json",
            "artifactType": "application/vnd.example.sbom", "config": empty, "layers": [empty],
            "subject": {key: subject[key] for key in ("mediaType", "digest", "size")}},
            OCI + "image.manifest.v1+json", artifactType="application/vnd.example.sbom")
        referrers = self.document({"schemaVersion": 2, "mediaType": OCI + "image.index.v1+json",
                                   "manifests": [artifact]}, OCI + "image.index.v1+json",
                                  annotations={"org.opencontainers.image.ref.name":
                                               subject["digest"].replace(":", "-")})
        self.index["manifests"] += [artifact, referrers]
    image.edit["index"] = add


def pack(folder, name, mode="w"):
    with tarfile.open(folder / name, mode) as archive:
        archive.add(folder / "layout", ".")
    return folder / name


@variant()
def sound_layout_in_a_tar(folder):
    Image().write(folder / "layout")
    return pack(folder, "image.tar")


@variant()
def sound_layout_in_a_packed_tar(folder):
    Image().write(folder / "layout")
    return pack(folder, "image.tar.xz", "w:xz")


@variant(("image/diff-id-unjudged", ""), options=["-"])
def sha512_diff_ids_in_a_pipe(folder):
    image = Image()
    image.diff_algorithm = "sha512"
    image.write(folder / "layout")
    return pack(folder, "image.tar")


def docker_files(spoil=lambda files: None):
    image = Image().finish()
    config = json.dumps(image.config).encode()
    name = hashlib.sha256(config).hexdigest() + ".json"
    files = {name: config}
    layers = []
    for number, (content, _) in enumerate(image.layers):
        layers.append(f"{number}/layer.tar")
        files[layers[-1]] = content
    files["manifest.json"] = [{"Config": name, "RepoTags": ["team/app:1"], "Layers": layers}]
    spoil(files)
    files["manifest.json"] = json.dumps(files["manifest.json"]).encode()
    return files


def docker(folder, spoil=lambda files: None):
    path = folder / "docker.tar"
    path.write_bytes(tar(*docker_files(spoil).items()))
    return path


@variant()
def sound_docker_archive(folder):
    return docker(folder)


# --- the layout -----------------------------------------------------------------------------------

@layout(("image/oci-layout", ""))
def no_oci_layout(image):
    del image.files["oci-layout"]


@layout(("image/index", ""))
def no_index(image):
    image.edit["all"] = lambda self: self.files.pop("index.json")


@layout(("oci-layout/version", "/imageLayoutVersion"))
def layout_of_another_version(image):
    image.files["oci-layout"] = b'{"imageLayoutVersion": "2.0.0"}'


@layout(("schema/oci-image/layout", ""))
def layout_without_version(image):
    image.files["oci-layout"] = b"{}"


@layout(("image/blob-referenced", ""))
def blob_that_nobody_refers_to(image):
    image.edit["all"] = lambda self: self.files.update(
        {"blobs/" + sha(b"x").replace(":", "/"): b"x"})


@layout(("image/blob-content", ""))
def stray_blob_of_another_content(image):
    image.edit["all"] = lambda self: self.files.update({"blobs/sha256/" + "0" * 64: b"x"})


@layout(("image/blob-name", ""))
def blob_with_a_name_that_is_no_digest(image):
    image.edit["all"] = lambda self: self.files.update({"blobs/sha256/not a digest": b"x"})


@layout(("image/blob-file", ""))
def blob_outside_of_an_algorithm(image):
    image.edit["all"] = lambda self: self.files.update({"blobs/stray": b"x"})


@layout(("image/blob-present", "/layers/1/digest"))
def missing_layer(image):
    image.edit["all"] = lambda self: self.files.pop(self.path(1))


@layout(("image/size", "/layers/1/size"))
def layer_cut_off(image):
    image.edit["all"] = lambda self: self.files.update({self.path(1): self.files[self.path(1)][:-1]})


@layout(("image/digest", "/layers/1/digest"))
def layer_replaced_by_one_of_the_same_size(image):
    image.edit["all"] = lambda self: self.files.update(
        {self.path(1): bytes(1) + self.files[self.path(1)][1:]})


@layout(("image/size", "/config/size"))
def wrong_size_of_the_configuration(image):
    def change(self):
        self.manifest["config"]["size"] += 1
    image.edit["manifest"] = change


@layout(("image/digest", "/manifests/0/digest"))
def manifest_changed_after_it_was_named(image):
    def change(self):
        path = "blobs/" + self.index["manifests"][0]["digest"].replace(":", "/")
        self.files[path] = self.files[path].replace(b"image.config", b"image.c0nfig")
    image.edit["all"] = change


@layout(("descriptor/digest", "/layers/1/digest"))
def digest_that_is_a_path(image):
    def change(self):
        self.manifest["layers"][1]["digest"] = "sha256:../../../../etc/passwd"
    image.edit["manifest"] = change


@layout(("descriptor/digest-encoded", "/layers/1/digest"))
def digest_of_sixty_thousand_characters(image):
    def change(self):
        self.manifest["layers"][1]["digest"] = "sha256:" + "a" * 60000
    image.edit["manifest"] = change


@layout(("descriptor/digest-encoded", "/layers/0/digest"))
def digest_in_upper_case(image):
    def change(self):
        self.manifest["layers"][0]["digest"] = (
            "sha256:" + self.manifest["layers"][0]["digest"][7:].upper())
    image.edit["manifest"] = change


@layout(("schema/oci-image/manifest", "/layers/0/size"))
def negative_size(image):
    def change(self):
        self.manifest["layers"][0]["size"] = -1
    image.edit["manifest"] = change


@layout(("descriptor/data", "/config/data"))
def embedded_data_of_something_else(image):
    def change(self):
        self.manifest["config"]["data"] = base64.b64encode(b"{}").decode()
    image.edit["manifest"] = change


# --- documents ------------------------------------------------------------------------------------

@layout(("index/schema-version", "/schemaVersion"))
def index_of_schema_version_one(image):
    image.index["schemaVersion"] = 1


@layout(("manifest/not-an-index", "/manifests"))
def manifest_that_is_an_index_too(image):
    image.manifest["manifests"] = []


@layout(("index/not-a-manifest", "/layers"))
def index_that_is_a_manifest_too(image):
    image.index["layers"] = []


@layout(("image/media-type-agrees", "/manifests/0/mediaType"))
def entry_of_docker_type_for_an_oci_manifest(image):
    image.entry = {"mediaType": "application/vnd.docker.distribution.manifest.v2+json"}


@layout(("json/duplicate-key", "/schemaVersion"))
def index_with_a_name_twice(image):
    image.edit["all"] = lambda self: self.files.update(
        {"index.json": self.files["index.json"].replace(b"{", b'{"schemaVersion": 2, ', 1)})


@layout(("json/utf-8", ""))
def index_that_is_not_utf8(image):
    image.edit["all"] = lambda self: self.files.update(
        {"index.json": self.files["index.json"].replace(
            b"{", b'{"annotations": {"com.example.a": "\xff"}, ', 1)})


@layout(("image/document", ""))
def manifest_that_is_no_json(image):
    def change(self):
        entry = self.blob(b"not JSON at all", OCI + "image.manifest.v1+json",
                          platform=self.platform)
        self.index["manifests"] = [entry]
    image.edit["index"] = change


@layout(("json/syntax", ""))
def manifest_that_is_cut_off(image):
    def change(self):
        entry = self.blob(b'{"schemaVersion": 2,', OCI + "image.manifest.v1+json",
                          platform=self.platform)
        self.index["manifests"] = [entry]
    image.edit["index"] = change


@layout(("image/depth", "/manifests/0"))
def indexes_that_nest_too_deep(image):
    def nest(self):
        for _ in range(20):
            inner = self.document(self.index, OCI + "image.index.v1+json")
            self.index = {"schemaVersion": 2, "mediaType": OCI + "image.index.v1+json",
                          "manifests": [inner]}
    image.edit["index"] = nest


@layout(("platform/present", "/manifests/0"))
def entry_without_a_platform(image):
    image.platform = None


@layout(("image/platform", "/manifests/0/platform/architecture"))
def platform_that_is_not_the_image_s(image):
    image.platform = {"architecture": "arm64", "os": "linux"}


@layout(("annotations/reserved", "/annotations/org.opencontainers.image.mine"))
def annotation_in_a_reserved_namespace(image):
    image.manifest["annotations"] = {"org.opencontainers.image.mine": "x"}


@layout(("annotations/ref-name", "/manifests/0/annotations/org.opencontainers.image.ref.name"))
def reference_name_with_a_space(image):
    image.entry = {"annotations": {"org.opencontainers.image.ref.name": "my image"}}


@layout(("image/referrers-tag", "/manifests/0/digest"))
def referrers_of_somebody_else(image):
    def add(self):
        empty = self.blob(b"{}", EMPTY)
        artifact = self.document({
            "schemaVersion": 2, "mediaType": OCI + "image.manifest.v1+json",
            "artifactType": "application/x", "config": empty, "layers": [empty]},
            OCI + "image.manifest.v1+json", artifactType="application/x")
        referrers = self.document({"schemaVersion": 2, "mediaType": OCI + "image.index.v1+json",
                                   "manifests": [artifact]}, OCI + "image.index.v1+json",
                                  annotations={"org.opencontainers.image.ref.name":
                                               "sha256-" + "a" * 64})
        self.index["manifests"].append(artifact)
        self.index["manifests"].append(referrers)
    image.edit["index"] = add


@layout(("image/artifact-type", "/manifests/1/artifactType"))
def artifact_type_that_is_not_the_manifest_s(image):
    def add(self):
        empty = self.blob(b"{}", EMPTY)
        self.index["manifests"].append(self.document({
            "schemaVersion": 2, "mediaType": OCI + "image.manifest.v1+json",
            "artifactType": "application/x", "config": empty, "layers": [empty]},
            OCI + "image.manifest.v1+json", artifactType="application/y"))
    image.edit["index"] = add


@layout(("manifest/artifact-type-required", ""))
def artifact_without_a_type(image):
    def add(self):
        empty = self.blob(b"{}", EMPTY)
        self.index["manifests"].append(self.document({
            "schemaVersion": 2, "mediaType": OCI + "image.manifest.v1+json",
            "config": empty, "layers": [empty]},
            OCI + "image.manifest.v1+json", artifactType=EMPTY))
    image.edit["index"] = add


@layout(("image/size", "/subject/size"))
def subject_of_another_size(image):
    def add(self):
        empty = self.blob(b"{}", EMPTY)
        subject = self.index["manifests"][0]
        self.index["manifests"].append(self.document({
            "schemaVersion": 2, "mediaType": OCI + "image.manifest.v1+json",
            "artifactType": "application/x", "config": empty, "layers": [empty],
            "subject": {"mediaType": subject["mediaType"], "digest": subject["digest"], "size": 1}},
            OCI + "image.manifest.v1+json", artifactType="application/x"))
    image.edit["index"] = add


# --- configuration against layers -----------------------------------------------------------------

@layout(("image/diff-id", "/rootfs/diff_ids/1"))
def wrong_diff_id(image):
    def change(self):
        self.config["rootfs"]["diff_ids"][1] = "sha256:" + "0" * 64
    image.edit["layers"] = change


@layout(("image/diff-id", "/rootfs/diff_ids/0"), ("manifest/layers-portable", "/layers/0/mediaType"))
def wrong_diff_id_of_zstd(image):
    image.layers[0] = (image.layers[0][0], "zstd")

    def change(self):
        self.config["rootfs"]["diff_ids"][0] = "sha256:" + "0" * 64
    image.edit["layers"] = change


@layout(("image/diff-id", "/rootfs/diff_ids/0"))
def wrong_diff_id_of_sha512(image):
    image.diff_algorithm = "sha512"

    def change(self):
        self.config["rootfs"]["diff_ids"][0] = "sha512:" + "0" * 128
    image.edit["layers"] = change


@layout(("image/diff-id", "/rootfs/diff_ids/0"), ("image/diff-id", "/rootfs/diff_ids/1"))
def layers_in_the_wrong_order(image):
    def change(self):
        self.manifest["layers"].reverse()
    image.edit["layers"] = change


@layout(("image-config/diff-ids", "/rootfs/diff_ids/0"))
def diff_id_that_is_a_path(image):
    def change(self):
        self.config["rootfs"]["diff_ids"][0] = "../../etc/passwd"
    image.edit["layers"] = change


@layout(("image/diff-ids-count", "/rootfs/diff_ids"))
def one_diff_id_too_few(image):
    def change(self):
        self.config["rootfs"]["diff_ids"].pop()
    image.edit["layers"] = change


@layout(("image/history", "/history"))
def history_of_one_layer_too_many(image):
    image.config["history"].append({"created_by": "d"})


@layout(("schema/oci-image/config", "/rootfs/type"))
def root_filesystem_of_another_type(image):
    def change(self):
        self.config["rootfs"]["type"] = "files"
    image.edit["layers"] = change


@layout(("image-config/env", "/config/Env/0"))
def variable_without_a_value(image):
    image.config["config"]["Env"] = ["PATH"]


# --- layers ---------------------------------------------------------------------------------------

@layout(("layer/media-type", "/layers/0/mediaType"))
def gzip_that_is_called_plain(image):
    def change(self):
        self.manifest["layers"][0]["mediaType"] = LAYER
    image.edit["layers"] = change


@layout(("layer/media-type", "/layers/1/mediaType"))
def plain_that_is_called_gzip(image):
    def change(self):
        self.manifest["layers"][1]["mediaType"] = LAYER + "+gzip"
    image.edit["layers"] = change


def replaced_layer(content, suffix="+gzip"):
    def change(self):
        del self.blobs[self.manifest["layers"][0]["digest"]]
        self.manifest["layers"][0] = self.blob(content(self), LAYER + suffix)
    return change


@layout(("layer/tar", ""))
def gzip_that_is_cut_off(image):
    image.edit["layers"] = replaced_layer(lambda self: gzip.compress(self.layers[0][0])[:-20])


@layout(("layer/tar", ""), ("image/diff-id", "/rootfs/diff_ids/0"))
def tar_that_is_cut_off(image):
    big = tar(("a", b"x" * 100000))
    image.edit["layers"] = replaced_layer(lambda self: big[:50000], "")


@layout(("layer/tar", ""), ("image/diff-id", "/rootfs/diff_ids/0"))
def gzip_of_something_that_is_no_tar(image):
    image.edit["layers"] = replaced_layer(lambda self: gzip.compress(b"hello" * 1000))


@layout(("layer/limits", ""), options=["--limit", "ratio=20"])
def bomb(image):
    zeros = tar(("zeros", bytes(100 << 20)))
    image.edit["layers"] = replaced_layer(lambda self: gzip.compress(zeros, 1))


@layout(("layer/limits", ""), options=["--limit", "entries=3"])
def more_entries_than_the_limit(image):
    pass


@layer("layer/no-duplicate-entries")
def entry_twice():
    return ("a", b"1"), ("./a", b"2")


@layer("layer/path-escape")
def entry_that_climbs_out():
    return (("../../etc/passwd", b"x"),)


@layer("layer/path-relative")
def entry_with_an_absolute_path():
    return (("/etc/passwd", b"x"),)


@layer("layer/hard-link-escape")
def hard_link_that_climbs_out():
    return (("a", {"type": tarfile.LNKTYPE, "linkname": "../../etc/passwd"}),)


@layer("layer/hard-link-known")
def hard_link_to_nothing():
    return (("a", {"type": tarfile.LNKTYPE, "linkname": "b"}),)


@layer("layer/hard-link-directory")
def hard_link_to_a_directory():
    return ("d/",), ("a", {"type": tarfile.LNKTYPE, "linkname": "d"})


@layer("layer/link-escape")
def symbolic_link_that_climbs_out():
    return (("a/b", {"type": tarfile.SYMTYPE, "linkname": "../../../etc/passwd"}),)


@layer("layer/link-target")
def symbolic_link_to_nothing():
    return (("a", {"type": tarfile.SYMTYPE, "linkname": ""}),)


@layer("layer/path-through-link")
def entry_behind_a_symbolic_link():
    return ("a", {"type": tarfile.SYMTYPE, "linkname": "/etc"}), ("a/passwd", b"x")


@layer("layer/whiteout-empty")
def whiteout_with_content():
    return (("etc/.wh.motd", b"x"),)


@layer("layer/whiteout-empty")
def whiteout_that_is_a_directory():
    return (("etc/.wh.motd/",),)


@layer("layer/whiteout-named")
def whiteout_of_nothing():
    return (("etc/.wh.",),)


@layer("layer/whiteout-explicit")
def opaque_whiteout():
    return ("etc/",), ("etc/.wh..wh..opq",)


@layer("layer/whiteout-order")
def whiteout_behind_a_sibling():
    return ("etc/aaa", b""), ("etc/.wh.motd",)


@layer("layer/whiteout-beside-file")
def whiteout_beside_its_file():
    return ("etc/.wh.motd",), ("etc/motd", b"")


@layer("layer/sparse")
def sparse_file():
    headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "a",
               "GNU.sparse.realsize": "4096"}
    return (("a", b"1\n0\n512\n".ljust(512, b"\0") + b"x" * 512, {"pax_headers": headers}),)


@layout(("descriptor/non-distributable", "/layers/1/mediaType"))
def layer_that_may_not_be_distributed(image):
    def change(self):
        self.manifest["layers"][1]["mediaType"] = OCI + "image.layer.nondistributable.v1.tar"
    image.edit["layers"] = change


# --- archives -------------------------------------------------------------------------------------

@variant(("image/archive", ""))
def archive_that_is_cut_off(folder):
    path = folder / "image.tar"
    path.write_bytes(tar(("oci-layout", b"x" * 5000))[:2000])
    return path


@variant(("image/archive-entry-once", ""))
def archive_with_a_file_twice(folder):
    image = Image().finish()
    path = folder / "image.tar"
    path.write_bytes(tar(("blobs/",), *image.files.items(), ("index.json", b"{}")))
    return path


@variant(("docker/config-name", "/0/Config"))
def docker_configuration_changed(folder):
    def spoil(files):
        name = files["manifest.json"][0]["Config"]
        files[name] = files[name].replace(b"A=b", b"A=c")
    return docker(folder, spoil)


@variant(("docker/file-present", "/0/Layers/1"))
def docker_layer_missing(folder):
    return docker(folder, lambda files: files.pop("1/layer.tar"))


@variant(("docker/repo-tags", "/0/RepoTags/0"))
def docker_name_without_a_tag(folder):
    def spoil(files):
        files["manifest.json"][0]["RepoTags"] = ["Team/App"]
    return docker(folder, spoil)


@variant(("docker/manifest", "/0"))
def docker_image_without_layers(folder):
    def spoil(files):
        del files["manifest.json"][0]["Layers"]
    return docker(folder, spoil)


@variant(("image/diff-id", "/rootfs/diff_ids/1"))
def docker_layer_of_another_image(folder):
    def spoil(files):
        files["1/layer.tar"] = tar(("etc/issue", b"y"))
    return docker(folder, spoil)


# --- app container images -------------------------------------------------------------------------

MANIFEST = {"acKind": "ImageManifest", "acVersion": "0.8.11", "name": "example.com/app"}


def aci(folder, *entries, name="app.aci", pack_with=lambda data: data, sign=True):
    path = folder / name
    path.write_bytes(pack_with(tar(*entries)))
    if sign:
        (folder / (name + ".asc")).write_text("-----BEGIN PGP SIGNATURE-----\n")
    return path


SOUND_ACI = (("manifest", json.dumps(MANIFEST).encode()), ("rootfs/",), ("rootfs/a", b"x"))


@variant()
def sound_aci(folder):
    return aci(folder, *SOUND_ACI)


@variant()
def sound_aci_packed_with_xz(folder):
    return aci(folder, *SOUND_ACI, pack_with=lzma.compress)


@variant(("aci/signed", ""))
def aci_without_a_signature(folder):
    return aci(folder, *SOUND_ACI, sign=False)


@variant(("aci/signature-armoured", ""))
def aci_with_a_binary_signature(folder):
    path = aci(folder, *SOUND_ACI)
    (folder / "app.aci.asc").write_bytes(b"\x89\x01\x02")
    return path


@variant(("aci/suffix", ""))
def aci_of_another_name(folder):
    return aci(folder, *SOUND_ACI, name="app.tar")


@variant(("aci/no-duplicate-entries", ""))
def aci_with_two_manifests(folder):
    return aci(folder, *SOUND_ACI, ("manifest", b" "))


@variant(("aci/top-level", ""))
def aci_with_a_name_that_begins_like_rootfs(folder):
    return aci(folder, *SOUND_ACI, ("rootfs-evil/x", b"x"))


@variant(("aci/manifest-file", ""))
def aci_whose_manifest_is_a_link(folder):
    return aci(folder, ("manifest", {"type": tarfile.SYMTYPE, "linkname": "rootfs/m"}), ("rootfs/",))


@variant(("aci/manifest-present", ""))
def aci_without_a_manifest(folder):
    return aci(folder, ("rootfs/",))


@variant(("aci/rootfs-present", ""))
def aci_without_a_rootfs(folder):
    return aci(folder, SOUND_ACI[0])


@variant(("aci/rootfs-directory", ""))
def aci_whose_rootfs_is_a_file(folder):
    return aci(folder, SOUND_ACI[0], ("rootfs", b"x"))


@variant(("aci/path-escape", ""))
def aci_that_climbs_out(folder):
    return aci(folder, *SOUND_ACI, ("rootfs/../../x", b"x"), )


@variant(("aci/compression", ""))
def aci_packed_with_zstd(folder):
    return aci(folder, *SOUND_ACI, pack_with=zstd)


@variant(("aci/archive", ""))
def aci_that_is_cut_off(folder):
    return aci(folder, *SOUND_ACI, ("rootfs/b", b"x" * 100000),
               pack_with=lambda data: data[:50000])


# --- signatures -----------------------------------------------------------------------------------

class Signer:
    """A key of OpenPGP and one of ECDSA, made once, in a folder that lives as long as we do."""

    made = None

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="loadline-keys-")
        self.home = self.folder.name
        self.gpg("--quick-gen-key", "signer@example.com", "ed25519", "sign", "never")
        self.keyring = self.home + "/keyring.gpg"
        self.gpg("--output", self.keyring, "--export")
        self.secret, self.public = self.home + "/ec.key", self.home + "/ec.pub"
        run = lambda *words: subprocess.run(words, check=True, capture_output=True)
        run("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self.secret)
        run("openssl", "ec", "-in", self.secret, "-pubout", "-out", self.public)

    def gpg(self, *words, data=None):
        return subprocess.run(["gpg", "--homedir", self.home, "--batch", "--quiet", "--passphrase", "",
                               "--pinentry-mode", "loopback", *words], input=data, check=True,
                              capture_output=True).stdout

    @classmethod
    def get(cls):
        cls.made = cls.made or cls()
        return cls.made

    def ecdsa(self, data):
        return subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.secret], input=data,
                              check=True, capture_output=True).stdout


def signed_aci(folder, spoil=lambda data: data):
    path = aci(folder, *SOUND_ACI, sign=False)
    Signer.get().gpg("--armor", "--detach-sign", str(path))
    path.write_bytes(spoil(path.read_bytes()))
    return path


KEYRING = ["--keyring", "KEYRING"]
KEY = ["--key", "KEY"]


@variant(options=KEYRING)
def sound_aci_that_is_signed(folder):
    return signed_aci(folder)


@variant(("signature/verified", ""), options=KEYRING)
def aci_changed_after_it_was_signed(folder):
    return signed_aci(folder, lambda data: data.replace(b"example.com/app", b"example.com/bad"))


def depending(folder, **more):
    """An ACI that depends on one beside it, and what is said of that one."""
    other = aci(folder, ("manifest", json.dumps({**MANIFEST, "name": "example.com/base"}).encode()), ("rootfs/",),
                name="base.aci", pack_with=gzip.compress)
    said = {"imageName": "example.com/base", "size": other.stat().st_size,
            "imageID": "sha512-" + hashlib.sha512(gzip.decompress(other.read_bytes())).hexdigest(), **more}
    return aci(folder, ("manifest", json.dumps({**MANIFEST, "dependencies": [said]}).encode()), ("rootfs/",))


WITH_BASE = ["--with", "BESIDE/base.aci"]


@variant(options=WITH_BASE)
def sound_aci_with_its_dependency(folder):
    return depending(folder)


@variant(("appc/dependency/image-id", "/dependencies/0/imageID"), options=WITH_BASE)
def aci_with_another_dependency(folder):
    return depending(folder, imageID="sha512-" + "0" * 128)


@variant(("appc/dependency/size", "/dependencies/0/size"), options=WITH_BASE)
def aci_with_a_dependency_of_another_size(folder):
    return depending(folder, size=1)


def payload(digest, kind="atomic container signature", reference="example.com/app:1"):
    return json.dumps({"critical": {"type": kind, "image": {"docker-manifest-digest": digest},
                                    "identity": {"docker-reference": reference}},
                       "optional": {}}).encode()


def simple_signature(folder, data):
    (folder / "manifest.json").write_bytes(b"{}")
    (folder / "signature-1").write_bytes(Signer.get().gpg("--sign", "--output", "-", data=data))
    return folder / "signature-1"


@variant(options=["--kind", "signature", *KEYRING])
def sound_simple_signature(folder):
    return simple_signature(folder, payload(sha(b"{}")))


@variant(("signature/digest", ""), options=["--kind", "signature", *KEYRING])
def simple_signature_of_another_image(folder):
    return simple_signature(folder, payload(sha(b"x")))


@variant(("signature/payload", ""), options=["--kind", "signature", *KEYRING])
def simple_signature_of_another_type(folder):
    return simple_signature(folder, payload(sha(b"{}"), "something else"))


@variant(("signature/verified", ""), options=["--kind", "signature", *KEYRING])
def simple_signature_that_was_changed(folder):
    path = simple_signature(folder, payload(sha(b"{}")))
    data = bytearray(path.read_bytes())
    data[-5] ^= 1
    path.write_bytes(bytes(data))
    return path


@variant(("signature/openpgp", ""), options=["--kind", "signature"])
def simple_signature_that_is_text(folder):
    (folder / "signature-1").write_text("trust me")
    return folder / "signature-1"


def with_cosign(image, data=None, signature=None):
    """Adds a signature under the tag that cosign gives it."""
    def add(self):
        subject = self.index["manifests"][0]["digest"]
        content = data or payload(subject, "cosign container image signature")
        mark = signature or base64.b64encode(Signer.get().ecdsa(content)).decode()
        config = self.document({"architecture": "", "os": "", "config": {},
                                "rootfs": {"type": "layers", "diff_ids": [sha(content)]}},
                               OCI + "image.config.v1+json")
        layer = self.blob(content, "application/vnd.dev.cosign.simplesigning.v1+json",
                          annotations={"dev.cosignproject.cosign/signature": mark})
        self.index["manifests"].append(self.document({
            "schemaVersion": 2, "mediaType": OCI + "image.manifest.v1+json", "config": config,
            "layers": [layer]}, OCI + "image.manifest.v1+json",
            annotations={"org.opencontainers.image.ref.name":
                         subject.replace(":", "-") + ".sig"}))
    image.edit["index"] = add


# What cosign writes has neither a platform nor layers of an image, and the standard would like both.
COSIGN = (("platform/present", "/manifests/1"), ("manifest/layers-portable", "/layers/0/mediaType"),
          ("platform/architecture", "/architecture"), ("platform/os", "/os"))


@layout(*COSIGN, options=KEY)
def sound_cosign_signature(image):
    with_cosign(image)


@layout(*COSIGN, ("signature/verified", "/layers/0"), options=KEY)
def cosign_signature_by_another_key(image):
    with_cosign(image, signature=base64.b64encode(b"x" * 70).decode())


@layout(*COSIGN, ("signature/digest", "/layers/0"), options=KEY)
def cosign_signature_of_another_image(image):
    with_cosign(image, data=payload("sha256:" + "a" * 64, "cosign container image signature"))


@layout(*COSIGN, ("signature/cosign", "/layers/0"))
def cosign_signature_without_a_signature(image):
    with_cosign(image, signature="no base64")


def with_notation(image, media_type, thumbprints):
    def add(self):
        subject = self.index["manifests"][0]
        empty = self.blob(b"{}", EMPTY)
        self.index["manifests"].append(self.document({
            "schemaVersion": 2, "mediaType": OCI + "image.manifest.v1+json",
            "artifactType": "application/vnd.cncf.notary.signature", "config": empty,
            "layers": [self.blob(b"{\"payload\":\"\"}", media_type)],
            "subject": {key: subject[key] for key in ("mediaType", "digest", "size")},
            "annotations": {"io.cncf.notary.x509chain.thumbprint#S256": thumbprints}},
            OCI + "image.manifest.v1+json", artifactType="application/vnd.cncf.notary.signature"))
    image.edit["index"] = add


@layout()
def sound_notation_signature(image):
    with_notation(image, "application/jose+json", json.dumps(["a" * 64]))


@layout(("signature/notation", "/layers"))
def notation_signature_of_another_envelope(image):
    with_notation(image, "application/xml", json.dumps(["a" * 64]))


@layout(("signature/notation", "/annotations"))
def notation_signature_without_thumbprints(image):
    with_notation(image, "application/cose", "none")


# --- running --------------------------------------------------------------------------------------

def results_in(loadline, path, options):
    """The results of the report, or the error instead of one."""
    keys = {"KEYRING": lambda: Signer.get().keyring, "KEY": lambda: Signer.get().public}
    options = [keys.get(option, lambda: option)().replace("BESIDE", str(path.parent)) for option in options]
    # "-" among the options: through a pipe instead.
    piped = "-" in options
    run = subprocess.run([loadline, "validate", *([] if piped else [path]), "--format", "json", *options],
                         input=path.read_bytes() if piped else None,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    if run.returncode not in (0, 1):
        return f"exit status {run.returncode}: {run.stderr.decode().strip()}"
    return json.loads(run.stdout)["results"]


def found_in(loadline, path, options):
    results = results_in(loadline, path, options)
    if isinstance(results, str):
        return {results}
    return {(result["id"], result["location"]["pointer"]) for result in results}


def main():
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    loadline, wanted = sys.argv[1], set(sys.argv[2:])
    failed = 0
    chosen = {name: row for name, row in VARIANTS.items() if not wanted or name in wanted}
    for name, (make, expected, options) in chosen.items():
        folder = pathlib.Path(tempfile.mkdtemp(prefix="loadline-tampered-"))
        try:
            found = found_in(loadline, make(folder), options)
        finally:
            shutil.rmtree(folder)
        if found != expected:
            failed += 1
            print(f"{name}: expected {sorted(expected)}, found {sorted(map(str, found))}")
    print(f"{len(chosen)} images, {failed} not judged as they should be")
    return 1 if failed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
