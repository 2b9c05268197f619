#!/usr/bin/env bash
# Debian's programs that the tests hold CrCache against, each unpacked into a directory of CRCACHE_ENGINE_DIR. Nothing is
# installed on the host, and nothing is started: each test does that itself.
#
#   test-tools.sh     fetch what is not there
#     a registry to push to and pull from    registry/usr/bin/docker-registry
#     the reader of container checkpoints    checkpointctl/usr/bin/checkpointctl
#     the reader of scripts                  shellcheck/usr/bin/shellcheck
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$here/lib.sh"

# unpack DIRECTORY PACKAGE...
unpack() {
  local package
  for package in "${@:2}"; do
    apt-cache show "$package" >/dev/null 2>&1 || apt-get update -qq || die "apt-get update failed; is the package mirror reachable?"
    (cd "$1" && apt-get download -qq -o APT::Sandbox::User=root "$package" && dpkg-deb -x "$package"_*.deb . && rm "$package"_*.deb) ||
      die "could not fetch $package"
  done
}

fetch_registry() { unpack "$1" docker-registry; }

# With its libraries, which not each machine has.
fetch_shellcheck() {
  local program=$1/usr/bin/shellcheck
  unpack "$1" shellcheck libffi8 libgmp10
  mv "$program" "$program.real"
  cat >"$program" <<'END'
#!/bin/sh
here=${0%/*}
LD_LIBRARY_PATH=$(echo "$here"/../lib/*-linux-gnu) exec "$here/shellcheck.real" "$@"
END
  chmod +x "$program"
}

# Debian has it since trixie. On an older one it is that of our engine's root, with the C library that it needs there.
fetch_checkpointctl() {
  local root=$engine_dir/root inside=tmp/test-tools program=$1/usr/bin/checkpointctl
  if apt-cache show checkpointctl >/dev/null 2>&1; then
    unpack "$1" checkpointctl
    return
  fi
  [[ -d $root ]] || die "this Debian has no checkpointctl, and our own engine, whose Debian has it, is not there"
  rm -rf "${root:?}/$inside"
  mkdir "$root/$inside"
  chroot "$root" bash -euo pipefail -c "$(declare -f die unpack); unpack /$inside checkpointctl libc6"
  mv "$root/$inside"/* "$1"
  rmdir "$root/$inside"
  mv "$program" "$program.real"
  cat >"$program" <<'END'
#!/bin/sh
here=${0%/*}
exec "$here"/../lib/*/ld-linux-*.so.* --library-path "$(echo "$here"/../lib/*-linux-gnu)" "$here/checkpointctl.real" "$@"
END
  chmod +x "$program"
}

# fetch NAME PROGRAM
fetch() {
  local directory=$engine_dir/$1
  [[ ! -x $directory/usr/bin/$2 ]] || return 0
  need_root
  rm -rf --one-file-system "$directory.tmp" "$directory"
  mkdir -p "$directory.tmp"
  "fetch_$1" "$directory.tmp"
  mv -T "$directory.tmp" "$directory"
}

take_lock "$engine_dir/test-tools.lock"
fetch registry docker-registry
fetch checkpointctl checkpointctl
fetch shellcheck shellcheck
