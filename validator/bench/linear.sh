#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# That time grows with the size and no faster: 1, 10, 100 and 1,000 layers, and 1 to 100,000 annotations.
# usage: bench/linear.sh [FOLDER_OF_THE_PROGRAMS]        needs: python3, hyperfine, jq
set -eu
here=$(cd "$(dirname "$0")" && pwd)
loadline=$(realpath "${1:-build/release/bin}")/loadline
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
cd "$work"

median() { hyperfine -N -i --warmup 1 --runs 9 --export-json result "$1" > /dev/null 2>&1; jq -r '.results[0].median * 10000 | round / 10' result; }
for layers in 1 10 100 1000; do
  python3 "$here/make_layout.py" "layout$layers" "$layers" 50000 gzip
  echo "$layers layers of 50 kB: median $(median "$loadline validate layout$layers") ms"
done
for count in 1 10 100 1000 10000 100000; do
  python3 -c "
import json
print(json.dumps({'ociVersion': '1.2.0', 'root': {'path': 'rootfs'}, 'linux': {'namespaces': [{'type': 'mount'}]},
                  'annotations': {f'com.example.key{i}': 'value' for i in range($count)}}))" > annotations.json
  echo "$count annotations: median $(median "$loadline validate annotations.json") ms"
done
