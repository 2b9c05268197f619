#!/usr/bin/env bash
# An engine that lacks something, or may be broken, for the tests of what happens then. It leaves the engine of engine.sh alone.
#
#   test-engine.sh runtime|criu [IMAGE...]    the engine lacks the runtime crcache; or has it, but no CRIU
#   test-engine.sh nothing [IMAGE...]         it is complete, has a small disk of its own, and nothing on it but the images
#
# Prints "PID SOCKET" when it answers and has the images, and ends when its standard input does: it cannot outlive the
# test that has started it. Clients must be in its network (nsenter --net=/proc/PID/ns/net), where its ports are.
#
# It is a second dockerd in the root of the engine that was started last, with a layer of its own above that root, and
# a mount, network and process id namespace of its own. Its images are copied from that engine, which must run; they
# stay in CRCACHE_ENGINE_DIR/VERSION/test-engine, so that only the first time takes longer than two or three seconds.
#
# The one that lacks nothing is in CRCACHE_ENGINE_DIR/VERSION/chaos-engine. PID is a process there that starts dockerd again
# whenever it has ended, as an init system does; not while there is a file "hold" beside the socket. /var/lib/docker and the dumps
# are on a loop device, which goes with the engine.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$here/lib.sh"

start_seconds=30
disk_size=1200M
lacking=${1:-}
[[ $lacking == runtime || $lacking == criu || $lacking == nothing ]] || die "usage: test-engine.sh runtime|criu|nothing [IMAGE...]"
shift
need_root
engine=$(engine_pid) || die "our own engine does not run; eng/engine.sh start"
base=$(readlink -f "$engine_dir/root")
state=${base%/root}/test-engine disk=''
if [[ $lacking == nothing ]]; then state=${base%/root}/chaos-engine disk=$state/disk.img; fi
socket=$state/run/docker.sock
log=$state/dockerd.log
((${#socket} < 100)) || die "the path of the socket is too long ($socket)"
mkdir -p "$state"/{run,data,layer}
take_lock "$state/lock" # one at a time: they share the images
rm -f "$socket" "${socket%/*}/hold" "$disk"
if [[ $disk ]]; then
  truncate --size "$disk_size" "$disk"
  mkfs.ext4 -q -m 0 "$disk"
fi

runtimes=''
[[ $lacking == runtime ]] || runtimes='"crcache": {"path": "/usr/local/sbin/crcache-runc"}'
cgroup=${engine_dir#/}
config=$(cat <<JSON
{
  "bip": "172.31.0.1/24",
  "cgroup-parent": "/${cgroup//\//-}-${state##*/}",
  "iptables": false,
  "runtimes": {$runtimes}
}
JSON
)

# As engine.sh's launch; see there. The network is new, so is its sysfs: its loopback can be raised without any package.
# shellcheck disable=SC2016 # the inner shell expands these
launch='
  base=$1 state=$2 lacking=$3 config=$4 script=$5 disk=$6
  layer=$state/layer root=$state/layer/root
  mount -t tmpfs tmpfs "$layer"
  mkdir "$layer/upper" "$layer/work" "$layer/sys" "$root"
  mount -t sysfs sysfs "$layer/sys"
  echo 1 >"$layer/sys/class/net/lo/flags"
  umount "$layer/sys"
  mount -t overlay -o "lowerdir=$base,upperdir=$layer/upper,workdir=$layer/work" overlay "$root"
  cd "$root"
  printf "%s\n" "$config" >etc/docker/daemon.json
  cp "$script"* usr/local/sbin
  chmod 755 usr/local/sbin/crcache-runc*
  if [[ $lacking == criu ]]; then rm -f usr/sbin/criu usr/local/sbin/criu; fi
  mkdir -p ".$state/run" old-root var/lib/docker var/lib/crcache
  mount --bind "$state/run" ".$state/run"
  if [[ $disk ]]; then
    mount -o loop "$disk" "$state/data"
    mkdir "$state/data/docker" "$state/data/crcache"
    mount --bind "$state/data/docker" var/lib/docker
    mount --bind "$state/data/crcache" var/lib/crcache
  else
    mount --bind "$state/data" var/lib/docker
  fi
  mount -t proc proc proc
  mount --rbind /sys sys
  mount --rbind /dev dev
  mount -t tmpfs -o mode=755 tmpfs run
  mkdir -p run/lock
  pivot_root . old-root
  cd /
  umount --lazy /old-root
  export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  socket=$state/run/docker.sock
  [[ $disk ]] || exec dockerd --host "unix://$socket" --group root
  trap "kill \$! && wait \$!; exit" TERM
  while :; do
    while [[ -e $state/run/hold ]]; do sleep 0.05; done
    rm -f "$socket"
    dockerd --host "unix://$socket" --group root &
    wait $! || true
  done
'
# Whichever of the three is killed, all processes of the engine end with it: the last one is the first of its namespace.
setpriv --pdeathsig KILL unshare --mount --net --pid --fork --kill-child --propagation private bash -ec "$launch" \
  test-engine "$base" "$state" "$lacking" "$config" "${here%/*}/src/CrCache.Runtime/crcache-runc" "$disk" \
  </dev/null >"$log" 2>&1 9>&- &
launched=$!
trap end EXIT

end() {
  local waited=0
  kill -TERM "${pid:-$launched}" 2>/dev/null || true
  while kill -0 "$launched" 2>/dev/null && ((waited++ < 50)); do sleep 0.1; done
  kill -KILL "$launched" 2>/dev/null || true
}

client() { nsenter --target "$pid" --mount --root --wd -- env DOCKER_HOST="unix://$socket" docker "$@"; }

pid=''
deadline=$((SECONDS + start_seconds))
until pid=$(cat "/proc/$launched/task/$launched/children" 2>/dev/null) && pid=${pid%% *} && [[ $pid && -S $socket ]] &&
  client version >/dev/null 2>&1; do
  if [[ ! -d /proc/$launched ]] || ((SECONDS >= deadline)); then
    die "the test engine did not start: $(tail -n 5 "$log")"
  fi
  sleep 0.1
done
for image; do
  id=$(engine_client "$engine" image inspect --format '{{.Id}}' "$image")
  [[ $(client image inspect --format '{{.Id}}' "$image" 2>/dev/null) == "$id" ]] ||
    engine_client "$engine" save "$image" | client load >>"$log" 2>&1
done
say "$pid $socket"
cat >/dev/null # until standard input ends
