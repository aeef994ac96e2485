#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Images and bundles as Debian's own tools make them: none may get an error. Prints each with its verdict.
# usage: real_images.sh LOADLINE      needs: root, buildah, podman, skopeo, umoci, runc, crun, busybox. Exit status: 0 all are sound, 1 one is
# not, 4 a tool is missing.
set -eu
loadline=$(realpath "$1")
for tool in buildah podman skopeo umoci runc crun; do
  command -v $tool > /dev/null || { echo "real_images: $tool is not installed" >&2; exit 4; }
done
work=$(mktemp -d)
# A store of their own, so that nothing of the host's is touched; layers of the vfs driver are plain directories.
cat > "$work/storage.conf" <<EOF
[storage]
driver = "vfs"
runroot = "$work/run"
graphroot = "$work/graph"
EOF
export CONTAINERS_STORAGE_CONF="$work/storage.conf" BUILDAH_ISOLATION=chroot
trap 'buildah rm --all > /dev/null 2>&1 || true; rm -rf "$work"' EXIT INT TERM
cd "$work"

say() { printf '%s\n' "$*" >&2; }
image() {  # FROM NAME COMMAND...: an image made of one more layer
  container=$(buildah from "$1"); name=$2; shift 2
  root=$(buildah mount "$container")
  (cd "$root" && "$@")
  buildah config --entrypoint '["/bin/sh"]' --env A=b --port 80/tcp --volume /data --user 1000:1000 --workingdir /srv \
    --label com.example.a=b --stop-signal SIGTERM "$container"
  buildah commit -q "$container" "$name" > /dev/null
  buildah rm "$container" > /dev/null
}
base() { mkdir -p bin etc srv data; cp "$(command -v busybox)" bin/sh; echo root:x:0:0::/:/bin/sh > etc/passwd; ln -s sh bin/ls; ln bin/sh bin/cat; }
change() { rm etc/passwd; rm -rf srv; mkdir -m 700 srv; echo hello > etc/motd; }

say "making images"
{
  image scratch localhost/app:1 base
  image localhost/app:1 localhost/app:2 change
  buildah push -q localhost/app:2 oci:buildah-oci:v2
  buildah push -q --format v2s2 localhost/app:2 oci-archive:buildah-oci-archive.tar:v2
  buildah push -q localhost/app:2 docker-archive:buildah-docker-archive.tar:localhost/app:2
  buildah manifest create list localhost/app:1 localhost/app:2
  buildah manifest push --all -q list oci:buildah-index:list
  podman save -q --format oci-archive -o podman-oci-archive.tar localhost/app:2
  podman save -q --format docker-archive -o podman-docker-archive.tar localhost/app:2
  podman save -q -m -o podman-two-images.tar localhost/app:1 localhost/app:2
  skopeo copy -q --dest-compress --dest-compress-format zstd oci:buildah-oci:v2 oci:skopeo-zstd:v2
  skopeo copy -q oci:buildah-oci:v2 oci:skopeo-oci:v2
  skopeo copy -q oci:buildah-oci:v2 docker-archive:skopeo-docker-archive.tar:team/app:2
  gzip -k buildah-oci-archive.tar
  umoci init --layout umoci-oci
  umoci new --image umoci-oci:latest
  umoci unpack --image umoci-oci:latest umoci-unpacked
  (cd umoci-unpacked/rootfs && base)
  umoci repack --image umoci-oci:latest umoci-unpacked
  umoci config --image umoci-oci:latest --config.entrypoint /bin/sh --config.env A=b --author someone
  umoci gc --layout umoci-oci
  umoci unpack --image buildah-oci:v2 umoci-bundle
  mkdir -p runc-bundle/rootfs crun-bundle/rootfs rootless-bundle/rootfs
  (cd runc-bundle && runc spec)
  (cd rootless-bundle && runc spec --rootless)
  (cd crun-bundle && crun spec)
} > log 2>&1 || { tail -n 5 log >&2; exit 1; }

status=0
judge() {
  "$loadline" validate "$@" > out 2>&1 || { status=1; cat out; }
  printf '%s: %s\n' "$1" "$(tail -n 1 out)"
}
for subject in *-oci *-index *-zstd *.tar *.gz *-bundle; do judge "$subject"; done
judge umoci-bundle --image buildah-oci:v2
"$loadline" validate --same buildah-oci skopeo-zstd > out || status=1
tail -n 2 out | head -n 1
"$loadline" validate --same buildah-docker-archive.tar podman-docker-archive.tar > out || { status=1; cat out; }
tail -n 2 out | head -n 1
exit $status
