#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# arm64_libraries.sh DIRECTORY: unpacks there the libraries that Loadline is linked with, for 64-bit ARM, out of Debian's packages. Nothing is installed
# and dpkg is told of no other architecture: beside those of this machine they could only be installed in the same versions, which would upgrade half of it.
set -eu
packages="libarchive-dev libbz2-dev libcap-dev libgmock-dev libgtest-dev liblzma-dev libre2-dev libseccomp-dev libssl-dev libzstd-dev systemtap-sdt-dev zlib1g-dev"
out=$1
[ ! -f "$out/packages" ] || [ "$(cat "$out/packages")" != "$packages" ] || exit 0
rm -rf "$out"
mkdir -p "$out/apt/lists/partial" "$out/apt/cache/archives/partial" "$out/apt/files"
out=$(readlink -f "$out")
# apt with books of its own.
apt() {
  apt-get -q -o APT::Architecture=arm64 -o APT::Architectures::=arm64 -o Dir::State::lists="$out/apt/lists" -o Dir::Cache="$out/apt/cache" \
    -o Dir::State::status=/dev/null -o APT::Sandbox::User= "$@"
}
if ! { apt update && cd "$out/apt/files" && apt download $packages; } > "$out/log" 2>&1; then
  cat "$out/log" >&2
  echo "arm64_libraries.sh: apt could not download $packages; its answer is above" >&2
  exit 4
fi
for package in "$out"/apt/files/*.deb; do dpkg-deb -x "$package" "$out"; done
rm -r "$out/apt"
echo "$packages" > "$out/packages"
