#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes an OCI layout for measurements: make_layout.py FOLDER LAYERS BYTES_PER_LAYER gzip|plain

The content is random for one half and repeats for the other, so that it packs like programs do.
"""

import gzip
import hashlib
import io
import json
import pathlib
import random
import sys
import tarfile


def layer(seed, size):
    random.seed(seed)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        left, number = size, 0
        while left > 0:
            length = min(left, 1 << 20)
            half = length // 2
            data = random.randbytes(half) + (b"the same again\n" * (half // 15 + 1))[:length - half]
            info = tarfile.TarInfo(f"usr/lib/file{seed}-{number}")
            info.size = length
            archive.addfile(info, io.BytesIO(data))
            left, number = left - length, number + 1
    return out.getvalue()


def main():
    folder, count, size, packing = pathlib.Path(sys.argv[1]), *map(int, sys.argv[2:4]), sys.argv[4]
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)

    def blob(data, media_type):
        name = hashlib.sha256(data).hexdigest()
        (blobs / name).write_bytes(data)
        return {"mediaType": "application/vnd.oci.image." + media_type, "digest": "sha256:" + name,
                "size": len(data)}

    layers, diffs = [], []
    for number in range(count):
        content = layer(number, size)
        diffs.append("sha256:" + hashlib.sha256(content).hexdigest())
        packed = gzip.compress(content, 6, mtime=0) if packing == "gzip" else content
        layers.append(blob(packed, "layer.v1.tar" + ("+gzip" if packing == "gzip" else "")))
    config = {"architecture": "amd64", "os": "linux",
              "rootfs": {"type": "layers", "diff_ids": diffs}}
    manifest = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                "config": blob(json.dumps(config).encode(), "config.v1+json"), "layers": layers}
    index = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json",
             "manifests": [{**blob(json.dumps(manifest).encode(), "manifest.v1+json"),
                            "platform": {"architecture": "amd64", "os": "linux"},
                            "annotations": {"org.opencontainers.image.ref.name": "latest"}}]}
    (folder / "index.json").write_text(json.dumps(index))
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')


main()
