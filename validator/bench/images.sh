#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# How long an image layout of about 100 MB takes: its digests alone (--shallow), on one core and on two, against openssl's rate and
# Debian's oci-image-tool; then everything, for plain and for gzip layers.
# usage: bench/images.sh [FOLDER_OF_THE_PROGRAMS] [RUNS]        needs: python3, openssl, oci-image-tool, hyperfine, jq
set -eu
here=$(cd "$(dirname "$0")" && pwd)
loadline=$(realpath "${1:-build/release/bin}")/loadline
runs=${2:-15}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

python3 "$here/make_layout.py" "$work/plain" 4 25000000 plain
python3 "$here/make_layout.py" "$work/gzip" 4 25000000 gzip
bytes=$(du -sb "$work/plain/blobs" | cut -f1)
cd "$work"
hyperfine -N --warmup 2 --runs "$runs" --export-json result \
  "$loadline validate --shallow --jobs 1 plain" "$loadline validate --shallow plain" "oci-image-tool validate --type image --ref name=latest plain" \
  "$loadline validate --jobs 1 plain" "$loadline validate plain" "$loadline validate --jobs 1 gzip" "$loadline validate gzip" > /dev/null 2>&1
# In bytes a second, as openssl says it behind "sha256".
rate=$(openssl speed -bytes 262144 -seconds 2 sha256 2> /dev/null | awk '/^sha256/ {printf "%.0f", $2 * 1000}')
jq -r --argjson bytes "$bytes" --argjson rate "$rate" '
  [.results[].median] as $t | (["digests, one core", "digests, two cores", "oci-image-tool", "everything, plain, one core", "everything, plain",
    "everything, gzip, one core", "everything, gzip"]) as $names
  | range(0; 7) | "\($names[.]): median \($t[.] * 1000 | round) ms\(if . == 0 then ", \($bytes / $t[0] / $rate * 100 | round / 100) of the rate of openssl"
    elif . == 1 then ", \($t[1] / $t[2] * 100 | round / 100) x oci-image-tool" else "" end)"' result
