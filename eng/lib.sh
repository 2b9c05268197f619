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
