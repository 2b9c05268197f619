#!/usr/bin/env bash
# Podman with runc and CRIU, in a Debian root of its own beside the engine's: the benchmarks compare its checkpoints with
# ours. It runs while its command does, has no network, and nothing of the host or of the engine is changed.
#
#   podman.sh make             make the root (about a minute, 500 MB); nothing if it is there
#   podman.sh run COMMAND...   make, then run a command there, with the mounts, the processes and the network (none) of its
#                              own namespaces: whatever the command has started ends with it. Images and containers stay,
#                              in CRCACHE_ENGINE_DIR/podman/root/var/lib/containers
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$here/lib.sh"

root=$engine_dir/podman/root

make_root() {
  [[ ! -d $root ]] || return 0
  say "making the root of Podman ($root)"
  local new=$root.tmp
  # sid, as for the engine: CRIU must know the kernel.
  make_debian_root "$new" sid podman,runc,criu,ca-certificates "$engine_dir/podman/make.log"
  rm -rf "$new"/var/cache/apt/archives/*.deb
  # crun is what Podman takes by itself; Debian's refuses hybrid control groups. Nothing here has a systemd to ask for one.
  cat >"$new/etc/containers/containers.conf" <<'END'
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "none"
END
  mkdir -p "$new/etc/criu"
  printf '%s\n' 'network-lock skip' >"$new/etc/criu/runc.conf" # there is no network, and no iptables
  cat >"$new/etc/containers/storage.conf" <<'END'
[storage]
driver = "overlay"
runroot = "/run/containers/storage"
graphroot = "/var/lib/containers/storage"
END
  mv -T "$new" "$root"
}

# As engine.sh's launch; see there. CRIU tries a connection to itself: the loopback of the new network must be up, and its
# own sysfs does that without any package.
run() {
  # shellcheck disable=SC2016 # the inner shell expands these
  exec unshare --mount --net --pid --fork --kill-child --propagation private bash -ec '
    root=$1
    shift
    mount --bind "$root" "$root"
    cd "$root"
    mkdir -p old-root
    mount -t proc proc proc
    mount -t sysfs sysfs sys
    echo 1 >sys/class/net/lo/flags
    umount sys
    mount --rbind /sys sys
    mount --rbind /dev dev
    mount -t tmpfs tmpfs dev/shm
    mount -t tmpfs -o mode=755 tmpfs run
    mkdir -p run/lock
    pivot_root . old-root
    cd /
    umount --lazy /old-root
    export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TMPDIR=/var/tmp
    exec "$@"
  ' podman "$root" "$@"
}

command=${1:-}
(($# == 0)) || shift
[[ $command == make || ($command == run && $# -gt 0) ]] || die "usage: podman.sh make | run COMMAND..."
need_root
take_lock "$engine_dir/podman.lock" >&2
make_root >&2
install_prlimit_shim "$root" >&2
[[ $command == make ]] || run "$@"
