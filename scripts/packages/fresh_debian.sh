#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# fresh_debian.sh PACKAGES SOURCE: installs the packages of the folder in a small Debian that debootstrap makes, tries what they hold, runs the guides
# of docs/ there, removes them, installs them again and purges them. The small Debian is the root of a mount and pid namespace of its own, and is gone afterwards.
# Exit status 4: not root, or no debootstrap.
set -eu
if [ "${3:-}" != inside ]; then
  [ "$(id -u)" -eq 0 ] && command -v debootstrap >/dev/null || { echo "root and debootstrap are needed" >&2; exit 4; }
  packages=$(readlink -f "$1") source=$(readlink -f "$2")
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -n 1)
  suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
  debootstrap --variant=minbase --include=python3,man-db,bash-completion "$suite" "$scratch/debian" "$mirror" > "$scratch/log" 2>&1 ||
    { tail -n 20 "$scratch/log" >&2; exit 1; }
  mkdir "$scratch/debian/packages" "$scratch/debian/bundles"
  cp "$packages"/*_"$(dpkg --print-architecture)".deb "$scratch/debian/packages/"
  cp -r "$source/cli/golden/files/good" "$source/cli/golden/files/bad" "$scratch/debian/bundles/"
  cp "$source"/cli/run_guide.py "$source"/docs/guide-*.md "$scratch/debian/packages/"
  cp "$0" "$scratch/debian/packages/try.sh"
  unshare -m -p -f sh -ec 'mount --make-rprivate /
    mount --bind "$1" "$1"; mount --rbind /sys "$1/sys"; mount -t proc proc "$1/proc"; mount --rbind /dev "$1/dev"; mount -t tmpfs tmpfs "$1/tmp"
    cd "$1"; mkdir old; pivot_root . old; cd /; umount -l /old; rmdir /old
    exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root sh /packages/try.sh /packages /bundles inside' sh "$scratch/debian"
  exit
fi

wrong() { echo "fresh_debian.sh: $*" >&2; exit 1; }
# Every path of the system, but for dpkg's own books and caches of others.
listed() { find / -xdev \( -path /var/lib/dpkg -o -path /var/log -o -path /var/cache -o -path /packages -o -path /proc -o -path /sys -o -path /dev -o -path /tmp \) -prune -o -print | sort; }
quietly() { "$@" > /tmp/said 2>&1 || { cat /tmp/said >&2; wrong "$* ended with an error"; }; }

listed > /packages/before
quietly dpkg -i /packages/loadline_*.deb
loadline validate /bundles/good || wrong "a good bundle is none"
status=0
loadline validate /bundles/bad > /tmp/said || status=$?
[ $status -eq 1 ] || wrong "a bad bundle ends with $status"
status=0
loadline certify /bin/true --only 'oci-runtime/root/*' --battery cases --quiet > /tmp/said 2>&1 || status=$?
[ $status -eq 4 ] && grep -q "install the package loadline-conformance" /tmp/said || wrong "alone, certify ends with $status: $(cat /tmp/said)"
quietly dpkg -i /packages/loadline-runtime_*.deb /packages/loadline-conformance_*.deb
quietly dpkg --audit
[ -z "$(dpkg --verify loadline loadline-runtime loadline-conformance)" ] || wrong "dpkg --verify: $(dpkg --verify)"
for program in loadline loadline-runtime loadline-probe loadline-mutant loadline-adapter loadline-hold loadline-lab-init loadline-machine-init; do
  "$program" --version | head -n 1
done
for page in loadline loadline-validate loadline-certify loadline-runtime loadline-adapter; do man -w $page > /dev/null || wrong "there is no page $page"; done
ls /usr/libexec/loadline-adapters/oci/__pycache__/*.pyc > /dev/null || wrong "the adapters are not compiled"
bash -ic 'source /usr/share/bash-completion/bash_completion; _completion_loader loadline; complete -p loadline' 2> /dev/null || wrong "bash does not find the completion"
status=0
# Some of it stands for the rest.
loadline certify --battery cases --shard 1/12 --quiet > /packages/report 2>&1 || status=$?
tail -n 3 /packages/report
[ $status -eq 0 ] || [ $status -eq 4 ] || wrong "certify ends with $status: $(head -n 40 /packages/report)"
# What the guides tell to type, for who has the packages and nothing else.
python3 -B /packages/run_guide.py "" /packages/guide-*.md || wrong "a guide does not say what is so"
quietly dpkg -r loadline-conformance loadline-runtime loadline
listed > /packages/after
diff /packages/before /packages/after || wrong "this stayed, or is gone"
quietly dpkg -i /packages/*.deb
quietly dpkg -i /packages/*.deb
loadline validate /bundles/good || wrong "reinstalled, it does not validate"
quietly dpkg -P loadline-conformance loadline-runtime loadline
listed > /packages/after
diff /packages/before /packages/after || wrong "this stayed, or is gone"
echo "installed, tried, removed, installed again twice, purged: nothing stayed"
