#!/usr/bin/env bash
# A Docker engine with a CRIU that works on current kernels, beside whatever the host has: its own Debian root file
# system, entered through a private mount namespace. Nothing of the host's packages is changed.
#
#   engine.sh make   [--engine VERSION]   make the root file system (about a minute, 600 MB); nothing if it is there
#   engine.sh start  [--engine VERSION]   make, then start and wait until the API answers; nothing if it runs, and
#                                         without a VERSION whichever runs is taken
#   engine.sh stop                        end it and its containers; images and containers stay on disk
#   engine.sh status                      running or stopped, version, socket; exit code 0 or 3
#   engine.sh env                         print the line that points docker clients at it
#
# VERSION is 28 (default), 28-containerd (the same with the containerd image store), or 20.10. Only one runs at a time,
# because two engines on one network namespace fight over docker0 and the firewall rules: a VERSION that is named ends
# another one that runs. Each has its own images. Everything is in CRCACHE_ENGINE_DIR (default /var/lib/crcache-engine):
#   run/docker.sock          the API
#   VERSION/root/            the root file system; root/etc/docker/daemon.json is the engine's configuration
#   VERSION/dockerd.log      what dockerd said since its last start
#   root                     link to the root of the version that was started last
# The engine shares the host's process ids: the number in root/var/lib/crcache/docker.pid (the "pidfile" of
# daemon.json) takes a SIGHUP after daemon.json was changed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=engine-root.sh
source "$here/engine-root.sh"

default_version=28
start_seconds=60
stop_seconds=30
pid_file=/var/lib/crcache/docker.pid # inside the root; not in /run, which is a tmpfs that the host cannot see
cgroup=${engine_dir#/}
cgroup=${cgroup//\//-} # e.g. var-lib-crcache-engine: says for all processes of all containers that they are ours
packages=docker.io,containerd,runc,iproute2,iptables,nftables,kmod,procps,ca-certificates,attr

# Kernel 6.17 and later need CRIU 4.2 or later, which only sid has.
choose_version() {
  version=$1
  case $version in
    28)            suite=sid      extra=criu,docker-cli criu_suite='' features='' ;;
    28-containerd) suite=sid      extra=criu,docker-cli criu_suite='' features='"containerd-snapshotter": true' ;;
    20.10)         suite=bookworm extra='' criu_suite=sid features='' ;;
    *)             die "no engine version '$version'; there are 28, 28-containerd and 20.10" ;;
  esac
  root=$engine_dir/$version/root
  log=$engine_dir/$version/dockerd.log
}

# ---- start -----------------------------------------------------------------------------------------------------------

# What can change between two starts; all of it is quick.
configure_root() {
  local resolver=/run/systemd/resolve/resolv.conf # the real servers; /etc/resolv.conf may say 127.0.0.53
  [[ -e $resolver ]] || resolver=/etc/resolv.conf
  cp --remove-destination "$resolver" "$root/etc/resolv.conf"

  install_prlimit_shim "$root"
}

# dockerd in the root. pivot_root, not chroot: inside a plain chroot CRIU fails with "No parent found for mountpoint".
# tmpfs on /run: else CRIU cannot keep its cache of kernel features and probes them at each start (30 ms).
# The socket has the same path inside and outside, so that containers can be given it (-v SOCKET:...). It is root's alone: the number
# of the root's group "docker" is that of some other group of the host, and whoever may use the socket is root.
launch() {
  # shellcheck disable=SC2016 # the inner shell expands these
  setsid unshare --mount --propagation private bash -ec '
    root=$1 sockets=$2
    mount --bind "$root" "$root"
    cd "$root"
    mkdir -p ".$sockets" old-root lib/modules
    mount --bind "$sockets" ".$sockets"
    if [[ -d /lib/modules ]]; then mount --bind /lib/modules lib/modules; fi
    mount -t proc proc proc
    mount --rbind /sys sys
    mount --rbind /dev dev
    mount -t tmpfs -o mode=755 tmpfs run
    mkdir -p run/lock
    ln -s "$sockets/docker.sock" run/docker.sock
    pivot_root . old-root
    cd /
    umount --lazy /old-root
    export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    exec dockerd --host "unix://$sockets/docker.sock" --group root
  ' engine "$root" "${engine_socket%/*}" </dev/null >"$log" 2>&1 9>&- &
}

start() {
  local pid
  if pid=$(engine_pid); then
    if [[ ! $named || /proc/$pid/root/ -ef $root ]]; then
      wait_for_api "$pid" # it may be starting still, if the one who started it was killed
      return
    fi
    say "ending the other version: $(describe "$pid")"
    stop
  fi
  refuse_foreign_engine
  end_leftovers
  make_root
  configure_root
  ((${#engine_socket} < 100)) || die "the path of the socket is too long (CRCACHE_ENGINE_DIR=$engine_dir)"
  mkdir -p "${engine_socket%/*}"
  ln -sfn "$version/root" "$engine_dir/root"
  # Left by a kill -9. dockerd refuses to start when another process has that id by now.
  rm -f "$root$pid_file" "$engine_socket"
  launch
  wait_for_api "$!"
  say "Docker $(server_version) runs at $engine_socket"
}

refuse_foreign_engine() {
  local process name
  for process in /proc/[0-9]*; do
    { name=$(<"$process/comm"); } 2>/dev/null || continue
    [[ $name == dockerd && $process/ns/net -ef /proc/self/ns/net ]] || continue
    die "a Docker engine of the host runs (process ${process#/proc/}); use it (DOCKER_HOST) or stop it:" \
      "two engines on one network fight over docker0 and the firewall rules"
  done
}

# wait_for_api PID: PID is the process that was launched.
wait_for_api() {
  local deadline=$((SECONDS + start_seconds))
  until [[ -S $engine_socket ]] && server_version >/dev/null; do
    if [[ ! -d /proc/$1 ]]; then
      tail -n 15 "$log" >&2
      die "dockerd ended at once; above are the last lines of $log"
    elif ((SECONDS >= deadline)); then
      tail -n 15 "$log" >&2
      die "dockerd did not answer in $start_seconds s; above are the last lines of $log"
    fi
    sleep 0.1
  done
}

server_version() {
  local pid
  pid=$(engine_pid) && engine_client "$pid" version --format '{{.Server.Version}}' 2>/dev/null
}

# ---- stop and status -------------------------------------------------------------------------------------------------

stop() {
  local pid
  if pid=$(engine_pid); then
    kill -TERM "$pid"
    wait_until_gone "$stop_seconds" "$pid" || say "dockerd did not end in $stop_seconds s"
  fi
  end_leftovers
  rm -f "$engine_socket"
}

# What is there although dockerd is not (or hangs), after a kill -9.
end_leftovers() {
  local left
  mapfile -t left < <(leftovers)
  ((${#left[@]})) || return 0
  kill -TERM "${left[@]}" 2>/dev/null || true
  wait_until_gone 5 "${left[@]}" && return
  kill -KILL "${left[@]}" 2>/dev/null || true
  wait_until_gone 5 "${left[@]}" || die "these processes cannot be ended: ${left[*]}"
}

# containerd and its shims have the engine's root; a container has not, but is in a control group of ours.
leftovers() {
  local some_root
  for some_root in "$engine_dir"/*/root; do
    root_processes "$some_root"
  done
  grep --files-with-matches --no-messages ":/$cgroup/" /proc/[0-9]*/cgroup | cut -d / -f 3
}

wait_until_gone() {
  local deadline=$((SECONDS + $1)) pid
  shift
  for pid; do
    while kill -0 "$pid" 2>/dev/null; do
      ((SECONDS < deadline)) || return 1
      sleep 0.1
    done
  done
}

describe() { say "Docker $(server_version || echo "(not answering yet)"), process $1, $engine_socket"; }

status() {
  local pid
  if pid=$(engine_pid); then
    say "running: $(describe "$pid")"
  else
    say "stopped"
    exit 3
  fi
}

# ----------------------------------------------------------------------------------------------------------------------

command=${1:-}
(($# == 0)) || shift
named='' # the version that was asked for
while (($#)); do
  case $1 in
    --engine)   (($# > 1)) || die "--engine needs a version"; named=$2; shift 2 ;;
    --engine=*) named=${1#*=}; shift ;;
    *)          die "unknown argument '$1'" ;;
  esac
done
choose_version "${named:-$default_version}"

case $command in
  make)   need_root; take_lock "$engine_dir/lock"; make_root ;;
  start)  need_root; take_lock "$engine_dir/lock"; start ;;
  stop)   need_root; take_lock "$engine_dir/lock"; stop ;;
  status) need_root; status ;;
  env)    say "export DOCKER_HOST=$engine_docker_host" ;;
  *)      die "usage: engine.sh make|start|stop|status|env [--engine VERSION]" ;;
esac
