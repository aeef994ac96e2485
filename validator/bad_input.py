#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Gives `loadline validate` the worst that can come as a path or on standard input.

Whatever it is, it has to end in a finding (exit status 1, or 0 when all is well) or in exit status 3,
within 20 seconds of a processor, a minute by the clock (others may load the machine) and 256 MB.
Usage: bad_input.py LOADLINE [--no-memory] (for sanitizers, which take more). Exit status: 0 all do,
1 one does not, 2 wrong usage.
"""

import gzip
import importlib.util
import json
import os
import pathlib
import random
import subprocess
import sys
import tarfile
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
spec = importlib.util.spec_from_file_location("tampered", HERE / "image/tampered_images.py")
tampered = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tampered)

SECONDS, KILOBYTES = 20, 256 * 1024
INPUTS = {}


def given(*allowed):
    """Registers a function that makes an input; it gives a path, or (arguments, standard input)."""
    def register(function):
        INPUTS[function.__name__.replace("_", " ")] = (function, set(allowed))
        return function
    return register


def file(folder, data, name="input"):
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    return folder / name


@given(3)
def nothing_there(folder):
    return folder / "nowhere"


@given(3)
def an_empty_directory(folder):
    return folder


@given(1)
def an_empty_file(folder):
    return file(folder, b"")


@given(3)
def a_fifo_that_nobody_writes(folder):
    os.mkfifo(folder / "fifo")
    return folder / "fifo"


@given(3)
def a_device(folder):
    return pathlib.Path("/dev/zero")


@given(3)
def zeros_without_end(folder):
    return ["-"], open("/dev/zero", "rb")


@given(1, 3)
def random_bytes(folder):
    return ["-"], open("/dev/urandom", "rb")


@given(1)
def a_million_brackets(folder):
    return file(folder, "[" * 1_000_000)


@given(1)
def a_million_objects_in_one_another(folder):
    return file(folder, '{"a":' * 1_000_000)


@given(1)
def lone_surrogates(folder):
    return file(folder, '{"ociVersion": "\\ud800", "root": {"path": "\\udfff"}}')


@given(1)
def a_number_of_a_million_digits(folder):
    return file(folder, '{"ociVersion": "1.0.0", "process": {"user": {"uid": ' + "9" * 1_000_000 + "}}}")


@given(1)
def a_hundred_thousand_wrong_mounts(folder):
    return file(folder, json.dumps({"ociVersion": "1.0.0", "mounts": [{"destination": 1}] * 100_000}))


@given(1)
def a_page_of_a_hundred_thousand_discovery_tags(folder):
    return file(folder, '<html><meta name="ac-discovery" content="a b">' + '<meta name=ac-discovery content="a b">' * 100_000)


@given(0, 1)
def a_key_of_a_megabyte(folder):
    return file(folder, json.dumps({"ociVersion": "1.0.0", "annotations": {"a." + "k" * (1 << 20): "v"}}))


@given(1)
def a_text_beyond_the_limit(folder):
    return file(folder, '{"ociVersion": "' + "1" * (20 << 20) + '"}')


def layout(folder, spoil):
    image = tampered.Image()
    spoil(image)
    return image.write(folder / "layout")


@given(1)
def a_digest_of_sixty_thousand_characters(folder):
    return layout(folder, lambda image: image.entry.update({"digest": "sha256:" + "a" * 60000}))


@given(1)
def a_digest_that_is_a_path(folder):
    return layout(folder, lambda image: image.entry.update({"digest": "sha256:../../../../../etc/passwd"}))


@given(0, 1)
def an_index_that_names_itself(folder):
    def spoil(image):
        def loop(self):
            self.files["index.json"] = json.dumps(self.index).encode()
            digest = tampered.sha(self.files["index.json"])
            self.files["blobs/" + digest.replace(":", "/")] = json.dumps({**self.index, "manifests": [
                {"mediaType": tampered.OCI + "image.index.v1+json", "digest": digest, "size": 1}]}).encode()
        image.edit["all"] = loop
    return layout(folder, spoil)


@given(0, 1)
def an_index_of_fifty_thousand_entries(folder):
    entry = {"mediaType": tampered.OCI + "image.manifest.v1+json", "digest": "sha256:" + "a" * 64, "size": 1}
    return layout(folder, lambda image: image.index.update({"manifests": [entry] * 15_000}))


@given(1)
def blobs_that_are_links_out_of_the_layout(folder):
    path = layout(folder, lambda image: None)
    for blob in (path / "blobs/sha256").iterdir():
        blob.unlink()
        blob.symlink_to("/etc/passwd")
    return path


@given(0, 1)
def a_layout_behind_a_link(folder):
    layout(folder, lambda image: None)
    (folder / "link").symlink_to("layout")
    return folder / "link"


@given(1)
def a_blob_that_is_a_fifo(folder):
    path = layout(folder, lambda image: None)
    os.mkfifo(path / "blobs/sha256" / ("0" * 64))
    return path


@given(1)
def a_blob_that_is_a_directory(folder):
    path = layout(folder, lambda image: None)
    (path / "blobs/sha256" / ("0" * 64)).mkdir()
    return path


@given(1)
def an_index_that_is_a_directory(folder):
    path = layout(folder, lambda image: None)
    (path / "index.json").unlink()
    (path / "index.json").mkdir()
    return path


@given(0, 1)
def a_blob_that_is_written_while_it_is_read(folder):
    path = layout(folder, lambda image: image.layers.append((tampered.tar(("big", bytes(30 << 20))), "plain")))
    big = max((path / "blobs/sha256").iterdir(), key=lambda blob: blob.stat().st_size)

    def write():
        for _ in range(200):
            try:
                with open(big, "r+b") as blob:
                    blob.seek(random.randrange(30 << 20))
                    blob.write(b"x")
                    blob.truncate(random.randrange(1 << 20, 30 << 20))
            except FileNotFoundError:
                return  # all has been judged
            time.sleep(0.002)
    threading.Thread(target=write, daemon=True).start()
    return path


def with_layer(folder, data, suffix="+gzip"):
    def spoil(image):
        def add(self):
            self.manifest["layers"].append(self.blob(data, tampered.LAYER + suffix))
            self.config["rootfs"]["diff_ids"].append("sha256:" + "0" * 64)
        image.edit["layers"] = add
    return layout(folder, spoil)


@given(1)
def a_gzip_bomb(folder):
    return with_layer(folder, gzip.compress(tampered.tar(("zeros", bytes(200 << 20))), 9))


@given(1)
def a_zstd_bomb(folder):
    return with_layer(folder, tampered.zstd(tampered.tar(("zeros", bytes(500 << 20)))), "+zstd")


@given(1)
def a_gzip_that_is_cut_off(folder):
    return with_layer(folder, gzip.compress(tampered.tar(("x", random.randbytes(1 << 20))))[:500_000])


@given(1)
def a_zstd_with_a_window_of_two_gigabytes(folder):
    data = subprocess.run(["zstd", "-q", "-c", "--ultra", "--long=31", "-1"], input=bytes(1 << 20),
                          stdout=subprocess.PIPE, check=True).stdout
    return with_layer(folder, data, "+zstd")


@given(1)
def a_hundred_thousand_entries_of_one_name(folder):
    header = tampered.tar(("same",))[:512]
    return with_layer(folder, header * 100_000 + bytes(1024), "")


@given(0, 1)
def two_hundred_thousand_entries(folder):
    entries = []
    for number in range(200_000):
        info = tarfile.TarInfo(f"d{number % 100}/f{number}")
        entries.append(info.tobuf())
    return with_layer(folder, b"".join(entries) + bytes(1024), "")


@given(1)
def a_path_a_hundred_thousand_deep(folder):
    return with_layer(folder, tampered.tar(("a/" * 100_000 + "x", b"")), "")


@given(1)
def a_pax_header_of_ten_megabytes(folder):
    return with_layer(folder, tampered.tar(("a", b"", {"pax_headers": {"comment": "x" * (10 << 20)}})), "")


@given(1)
def a_tar_of_zeros_without_end(folder):
    return ["--kind", "image", "-"], open("/dev/zero", "rb")


@given(0, 1, 3)
def half_an_image_on_standard_input(folder):
    image = tampered.Image().finish()
    data = tampered.tar(*image.files.items())
    return ["-"], open(file(folder, data[:len(data) // 2]), "rb")


@given(1)
def an_aci_whose_manifest_has_no_end(folder):
    return file(folder, tampered.tar(("manifest", b" " * (30 << 20)), ("rootfs/",)), "a.aci")


@given(1)
def an_xz_that_wants_a_gigabyte(folder):
    import lzma
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 30, "preset": 0}]
    return file(folder, lzma.compress(tampered.tar(("manifest", bytes(1 << 20))), filters=filters), "a.aci")


@given(1)
def a_name_with_line_ends(folder):
    return file(folder, "{", "a\nb")


def run(loadline, arguments, standard_input):
    """Exit status, seconds of a processor, kilobytes and output. A child's memory counts from its
    fork, and we are large: time(1) is a small parent."""
    with tempfile.NamedTemporaryFile("r") as report:
        child = subprocess.run(["time", "-q", "-o", report.name, "-f", "%U %S %M", "timeout", "-s", "KILL",
                                str(3 * SECONDS), loadline, "validate", *map(str, arguments)],
                               stdin=standard_input, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               check=False)
        user, system, kilobytes = report.read().split()[-3:]
    return child.returncode, float(user) + float(system), int(kilobytes), child.stdout


def main():
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    loadline, memory_counts, failed = sys.argv[1], "--no-memory" not in sys.argv, 0
    most_seconds = most_kilobytes = 0
    for name, (make, allowed) in INPUTS.items():
        with tempfile.TemporaryDirectory(prefix="loadline-bad-") as folder:
            made = make(pathlib.Path(folder))
            arguments, standard_input = made if isinstance(made, tuple) else ([made], subprocess.DEVNULL)
            code, seconds, kilobytes, output = run(loadline, arguments, standard_input)
            if hasattr(standard_input, "close"):
                standard_input.close()
        most_seconds, most_kilobytes = max(most_seconds, seconds), max(most_kilobytes, kilobytes)
        slow = seconds > SECONDS * (1 if memory_counts else 3)
        if code not in allowed or slow or (memory_counts and kilobytes > KILOBYTES):
            failed += 1
            print(f"{name}: exit status {code}, {seconds:.1f} s, {kilobytes} KB; {output[-300:]!r}")
    print(f"{len(INPUTS)} inputs, {failed} not taken as they should be; at most {most_seconds:.1f} s and "
          f"{most_kilobytes} KB")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
