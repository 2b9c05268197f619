#!/usr/bin/env bash
# What build.cmd runs on everything but Windows. Details of each step go to artifacts/*.log.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=${here%/*}
artifacts=$repository/artifacts
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=checks.sh
source "$here/checks.sh"

usage() {
  cat <<'END'
usage: build.cmd COMMAND [--engine VERSION]

  setup     find a container engine, or on Debian as root make one and the images of the samples; there also fetch
            the programs that the tests use (a registry, the reader of checkpoints, shellcheck)
  pack      [-p:NAME=VALUE...]: build the NuGet packages into artifacts/packages
  sample    setup, pack, and run the main sample
  test      setup, pack, and run all tests
  check     the part of the tests that looks at the sources alone: scripts, formatting, code style
  bench     setup, pack, and run the benchmarks
  soak      [--restores N]: setup, pack, and restore Redis and MySQL 2,500 times by a client that checks its data
  chaos     [--blows N] [--minutes N] [--seed S]: setup, pack, and break what can be broken, on an engine of its own
  engine    start | stop | status | env: our own Docker engine (eng/engine.sh)
  images    [NAME...]: build images from Debian packages (eng/images.sh)
  help      this text

--engine VERSION (setup, sample, test, bench, soak, chaos; 28, 28-containerd or 20.10) takes that engine of our own, whatever else
there is. Another version of our own that runs is ended first.
END
}

# step LOG TEXT COMMAND...: one line with the time it took; what the command says goes to artifacts/LOG.log.
step() {
  local log=$artifacts/$1.log text=$2 started took
  shift 2
  started=$(milliseconds)
  mkdir -p "$artifacts"
  printf '%s ... ' "$text"
  printf '== %s %s\n' "$(date '+%F %T')" "$text" >>"$log"
  if ! "$@" >>"$log" 2>&1 </dev/null; then
    printf 'failed\n'
    tail -n 20 "$log" >&2
    die "$text failed; all of it: $log"
  fi
  took=$(($(milliseconds) - started))
  printf '%d.%d s\n' $((took / 1000)) $((took % 1000 / 100))
}

milliseconds() { # the bash of macOS knows whole seconds only
  if [[ ${EPOCHREALTIME:-} ]]; then
    printf '%s\n' $((${EPOCHREALTIME//[!0-9]/} / 1000))
  else
    printf '%s\n' $((SECONDS * 1000))
  fi
}

# ---- setup -----------------------------------------------------------------------------------------------------------

# Exports DOCKER_HOST for what follows. An engine that answers is used as it is; nothing is installed then.
setup() { # IMAGE...
  local host
  [[ ! $engine ]] || DOCKER_HOST=$engine_docker_host
  case ${DOCKER_HOST:-} in
    "$engine_docker_host") setup_own_engine "$@" ;;
    "")
      if host=$(usual_host) && engine_answers "$host"; then
        export DOCKER_HOST=$host
      else
        setup_own_engine "$@"
      fi ;;
    *) engine_answers "$DOCKER_HOST" || die "the engine of DOCKER_HOST=$DOCKER_HOST does not answer" ;;
  esac
  say "engine: $DOCKER_HOST"
}

# What a docker client uses when nothing is said: the engine of the current context.
usual_host() {
  if ! type -P docker >/dev/null || ! docker context inspect --format '{{.Endpoints.docker.Host}}' 2>/dev/null; then
    say unix:///var/run/docker.sock
  fi
}

# Where neither docker nor curl is there to ask, a socket that exists is taken for an answer.
engine_answers() { # DOCKER-HOST
  if [[ $1 == unix://* && ! -S ${1#unix://} ]]; then
    return 1
  elif type -P docker >/dev/null; then
    DOCKER_HOST=$1 docker version >/dev/null 2>&1
  elif [[ $1 == unix://* ]] && type -P curl >/dev/null; then
    curl --silent --fail --max-time 10 --unix-socket "${1#unix://}" --output /dev/null http://localhost/_ping
  fi
}

setup_own_engine() {
  [[ $(uname -s) == Linux && -e /etc/debian_version ]] ||
    die "no container engine answers: start Docker (or point DOCKER_HOST at one) and run this again"
  ((EUID == 0)) ||
    die "no container engine answers: start Docker (or point DOCKER_HOST at one), or run this as root to get our own"
  export DOCKER_HOST=$engine_docker_host
  step setup "engine${engine:+ $engine} (Docker and CRIU beside the host's packages)" \
    "$here/engine.sh" start ${engine:+--engine "$engine"}
  step setup "images $*" "$here/images.sh" "$@"
}

# Without them the tests that need one are skipped, and so are benchmarks and the check of scripts.
setup_test_tools() {
  [[ $(uname -s) != Linux || ! -e /etc/debian_version ]] || ((EUID != 0)) ||
    step setup "programs for the tests" "$here/test-tools.sh"
}

# ---- commands --------------------------------------------------------------------------------------------------------

crcache() {
  dotnet "$repository/src/CrCache.Cli/bin/Release/net10.0/crcache.dll" "$@"
}

# crcache is compiled to machine code for this system, on this system only.
is_native_here() { [[ $(uname -sm) == 'Linux x86_64' ]]; }

# The tool is three packages: the one that is asked for names the two that hold it, for Linux and for everything else.
pack() { # PROPERTY...
  local tool=$repository/src/CrCache.Cli
  pack_project "$repository/src/CrCache.Sdk" "$@" &&
    pack_project "$tool" "$@" &&
    pack_project "$tool" -r any "$@" || return
  if is_native_here; then
    pack_project "$tool" -r linux-x64 "$@"
  fi
}

pack_project() { dotnet pack "$1" -c Release -o "$artifacts/packages" "${@:2}"; } # PROJECT OPTION...

command_pack() { # PROPERTY...
  type -P dotnet >/dev/null || die "the .NET SDK is needed: https://dot.net"
  is_native_here && ! type -P clang >/dev/null && install_packages gcc=gcc /usr/include/dlfcn.h=libc6-dev # to link it
  step pack "packages" pack "$@"
}

# Our own engine gets the runtime that this checkout builds; somebody else's is not touched without being asked for.
register_runtime() {
  [[ $DOCKER_HOST == "$engine_docker_host" ]] || return 0
  step setup "runtime" crcache runtime configure --runtime docker --root "$engine_dir/root"
}

command_sample() {
  setup mysql
  command_pack
  register_runtime
  dotnet test "$repository/sdk-samples/quickstart" --nologo
  say
  crcache report "$repository/sdk-samples/quickstart"
}

command_test() {
  local output=$artifacts/test.log status=0
  setup mysql redis mariadb postgres rabbitmq nats etcd memcached eclipse-mosquitto
  setup_test_tools
  [[ $DOCKER_HOST != "$engine_docker_host" ]] || install_packages node=nodejs npm=npm python3=python3 # for the samples of Node and Python
  command_pack
  register_runtime
  step build "build" dotnet build "$repository/CrCache.sln" -c Release
  command_check || status=1

  # Two assemblies at a time: one alone waits for servers, disks and timeouts half of the time (on two cores).
  dotnet test "$repository/CrCache.sln" -c Release --no-build --nologo -m:2 --logger 'console;verbosity=normal' "$@" 2>&1 |
    tee "$output" || status=$?
  summarize "$output"
  return "$status"
}

# The failures once more, where whoever reads only the end finds them, and the closing line of the checks and all assemblies
# together, from vstest's own totals.
summarize() { # LOG
  awk -v passed="$checks_passed" -v failed="$checks_failed" -v skipped="$checks_skipped" '
    /^ +Passed: [0-9]+$/  { passed += $2 }
    /^ +Failed: [0-9]+$/  { failed += $2 }
    /^ +Skipped: [0-9]+$/ { skipped += $2 }
    /^  (Passed|Skipped) / || /^  Stack Trace:/ { shown = 0 }
    /^  Failed /          { shown = 20; print "" }
    shown-- > 0           { print }
    END { printf "\n%d passed, %d failed, %d skipped\n", passed, failed, skipped }
  ' "$1"
}

command_bench() { # FIGURE...
  setup mysql redis postgres rabbitmq mariadb
  setup_test_tools
  command_pack
  register_runtime
  dotnet run --project "$repository/bench/CrCache.Bench" -c Release -- "$@"
}

command_soak() { # OPTION...
  setup mysql redis
  command_pack
  register_runtime
  dotnet run --project "$repository/bench/CrCache.Bench" -c Release -- soak "$@"
}

# What it mounts is seen by nobody else, and goes with it.
command_chaos() { # OPTION...
  setup redis
  command_pack
  unshare --mount --propagation private dotnet run --project "$repository/bench/CrCache.Chaos" -c Release -- "$@"
}

# ----------------------------------------------------------------------------------------------------------------------

# take_engine ARGUMENT...: --engine VERSION goes to engine, the rest to arguments.
take_engine() {
  engine='' arguments=()
  while (($#)); do
    case $1 in
      --engine)   (($# > 1)) || die "--engine needs a version"; engine=$2; shift 2 ;;
      --engine=*) engine=${1#*=}; shift ;;
      *)          arguments+=("$1"); shift ;;
    esac
  done
}

command=${1:-help}
(($# == 0)) || shift
case $command in
  setup | sample | test | bench | soak | chaos)
    take_engine "$@"
    set -- ${arguments[@]+"${arguments[@]}"} ;; # the bash of macOS takes an empty array for an unset one
esac
case $command in
  setup)               setup mysql redis; setup_test_tools ;;
  pack)                command_pack "$@" ;;
  sample)              command_sample "$@" ;;
  test)                command_test "$@" ;;
  check)               command_check ;;
  bench)               command_bench "$@" ;;
  soak)                command_soak "$@" ;;
  chaos)               command_chaos "$@" ;;
  engine)              exec "$here/engine.sh" "$@" ;;
  images)              exec "$here/images.sh" "$@" ;;
  help | -h | --help)  usage ;;
  *)                   usage >&2; die "no command '$command'" ;;
esac
