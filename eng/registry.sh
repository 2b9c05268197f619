#!/usr/bin/env bash
# Debian's docker-registry, which the tests push to and pull from: unpacked into CRCACHE_ENGINE_DIR/registry. Nothing is
# installed on the host, and nothing is started: each test does that itself.
#
#   registry.sh       fetch it; nothing if it is there
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$here/lib.sh"

package=docker-registry
root=$engine_dir/registry

[[ ! -x $root/usr/bin/$package ]] || exit 0
need_root
take_lock "$engine_dir/registry.lock"
new=$root.tmp
rm -rf --one-file-system "$new" "$root"
mkdir -p "$new"
apt-cache show "$package" >/dev/null 2>&1 || apt-get update -qq || die "apt-get update failed; is the package mirror reachable?"
(cd "$new" && apt-get download -qq -o APT::Sandbox::User=root "$package" && dpkg-deb -x "$package"_*.deb . && rm "$package"_*.deb) ||
  die "could not fetch $package"
mv -T "$new" "$root"
