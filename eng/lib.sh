# shellcheck shell=bash
# Helpers for the scripts beside this file. Needs bash, coreutils and util-linux; sourced, never run.

engine_dir=${CRCACHE_ENGINE_DIR:-/var/lib/crcache-engine}
engine_socket=$engine_dir/run/docker.sock
engine_docker_host=unix://$engine_socket

say() { printf '%s\n' "$*"; }

die() {
  printf '%s: error: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

need_root() {
  ((EUID == 0)) || die "this needs root; run it with sudo, or point DOCKER_HOST at an engine that runs already"
}

# install_packages COMMAND=PACKAGE...: installs the packages whose command is missing. A path stands for a file.
install_packages() {
  local pair missing=()
  for pair; do
    [[ -e ${pair%%=*} ]] || type -P "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
  done
  ((${#missing[@]})) || return 0
  type -P apt-get >/dev/null || die "please install ${missing[*]} (this is not Debian: no apt-get here)"
  say "installing ${missing[*]}"
  apt-cache show "${missing[@]}" >/dev/null 2>&1 || apt-get update -qq ||
    die "apt-get update failed; is the package mirror reachable?"
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
    die "could not install ${missing[*]}"
}

# make_debian_root ROOT SUITE PACKAGES LOG: anew, and not to be used before it was renamed.
make_debian_root() {
  local root=$1 suite=$2 packages=$3 log=$4
  install_packages debootstrap=debootstrap
  mkdir -p "${root%/*}"
  rm -rf --one-file-system "$root"

  # In a mount namespace of its own: what debootstrap mounts is gone when it ends, even by kill -9.
  unshare --mount --propagation private debootstrap --variant=minbase --include="$packages" \
    "$suite" "$root" >"$log" 2>&1 || die "debootstrap failed: $(tail -n 3 "$log") (all of it: $log)"
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" # packages must not start services
  chmod +x "$root/usr/sbin/policy-rc.d"
  copy_apt_settings "$root"
}

# How this machine reaches its package mirror (proxy, dates) holds for the roots and for images as well.
copy_apt_settings() { # ROOT
  mkdir -p "$1/etc/apt/apt.conf.d"
  cat /etc/apt/apt.conf /etc/apt/apt.conf.d/* 2>/dev/null | grep '^Acquire::.*;$' >"$1/etc/apt/apt.conf.d/90host" || true
}

# A wrapper named criu comes first in PATH; the package's own file is not touched.
install_prlimit_shim() { # ROOT
  local root=$1 here=${BASH_SOURCE[0]%/*}
  local wrapper=$root/usr/local/sbin/criu library=/usr/local/lib/prlimit-shim.so
  local all cap_sys_resource=24
  all=0x$(sed -n 's/^CapEff:\t//p' /proc/self/status)
  if ((all >> cap_sys_resource & 1)); then
    rm -f "$wrapper"
    return
  fi
  if [[ $here/prlimit-shim.c -nt $root$library ]]; then
    install_packages gcc=gcc /usr/include/dlfcn.h=libc6-dev
    gcc -shared -fPIC -O2 -o "$root$library.tmp" "$here/prlimit-shim.c" -ldl || die "could not compile prlimit-shim.c"
    mv "$root$library.tmp" "$root$library"
  fi
  printf '#!/bin/sh\nexec env LD_PRELOAD=%s /usr/sbin/criu "$@"\n' "$library" >"$wrapper.tmp"
  chmod +x "$wrapper.tmp"
  mv "$wrapper.tmp" "$wrapper"
}

# take_lock FILE: waits until no other script holds the file, and holds it until this one ends.
# It is file descriptor 9: what is started and stays must close it (9>&-).
take_lock() {
  mkdir -p "${1%/*}"
  exec 9>"$1"
  flock --nonblock 9 || {
    say "waiting for another run (${1##*/} of ${1%/*})"
    flock 9
  }
}

release_lock() { exec 9>&-; }

# root_processes ROOT: the processes that have this directory as their root, whichever mount namespace they are in.
# Nothing is recorded, so nothing can be stale: a process id that was used again is never taken for ours.
root_processes() {
  local process
  for process in /proc/[0-9]*; do
    [[ $process/root/ -ef $1 ]] && printf '%s\n' "${process#/proc/}"
  done
  return 0
}

# engine_pid: the dockerd of our engine that runs, whichever version; fails when none runs.
engine_pid() {
  local root pid name
  for root in "$engine_dir"/*/root; do
    [[ -d $root ]] || continue
    for pid in $(root_processes "$root"); do
      { name=$(<"/proc/$pid/comm"); } 2>/dev/null || continue
      [[ $name == dockerd ]] && printf '%s\n' "$pid" && return 0
    done
  done
  return 1
}

# engine_client PID ARGUMENT...: our engine's own docker command line, run inside the engine's root.
engine_client() {
  local pid=$1
  shift
  nsenter --target "$pid" --mount --root --wd -- env DOCKER_HOST="$engine_docker_host" docker "$@"
}

# docker_client ARGUMENT...: a docker command line that is certain to exist. That of our engine sees no files of the
# host: give it a build context on standard input (docker build -).
docker_client() {
  local pid
  if [[ ${DOCKER_HOST:-$engine_docker_host} == "$engine_docker_host" ]] && pid=$(engine_pid); then
    engine_client "$pid" "$@"
  elif type -P docker >/dev/null; then
    docker "$@"
  else
    die "no docker command here, and our engine does not run (eng/engine.sh start)"
  fi
}
