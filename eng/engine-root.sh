# shellcheck shell=bash
# shellcheck disable=SC2154 # the script that sources it has set them
# Makes the root file system of an engine. Sourced by engine.sh, which has lib.sh and says which version it is: where its root is,
# and what is in it; never run.

make_root() {
  local contents=$root/etc/crcache-packages # another list makes another root; its images are built again
  [[ -d $root && $(cat "$contents" 2>/dev/null) == "$packages,$extra" ]] && return
  if [[ -d $root ]]; then
    stop
    rm -rf --one-file-system "$root"
  fi
  say "making the root of Docker $version ($root)"
  local new=$root.tmp make_log=$engine_dir/$version/make.log
  make_debian_root "$new" "$suite" "$packages${extra:+,$extra}" "$make_log"
  if [[ $criu_suite ]]; then
    add_criu "$new" >>"$make_log" 2>&1 || die "could not add CRIU: $(tail -n 3 "$make_log") (all of it: $make_log)"
  fi
  rm -rf "$new"/var/cache/apt/archives/*.deb
  check_criu "$new"
  write_daemon_json "$new"
  printf '%s\n' "$packages,$extra" >"$new/etc/crcache-packages"
  mv -T "$new" "$root"
}

# CRIU (and what it needs) from another suite than the rest of the root.
add_criu() {
  local sources=$1/etc/apt/sources.list
  sed -n "s/ $suite / $criu_suite /p" "$sources" >"$sources.d/$criu_suite.list"
  printf 'Package: *\nPin: release n=%s\nPin-Priority: 100\n' "$criu_suite" >"$1/etc/apt/preferences.d/criu"
  chroot "$1" env DEBIAN_FRONTEND=noninteractive sh -ec \
    "apt-get update -q; apt-get install -q -y --no-install-recommends -t $criu_suite criu"
}

check_criu() {
  local found
  found=$(chroot "$1" criu --version | sed -n 's/^Version: //p') || die "CRIU in $1 does not run"
  [[ $(printf '%s\n' 4.2 "$found" | sort -V | head -n 1) == 4.2 ]] ||
    die "CRIU $found is too old, 4.2 is needed; does the package mirror have a current sid?"
}

# bip: away from 172.17.0.0/16, which an engine of the host would use. hosts is missing: it is given by dockerd -H.
write_daemon_json() {
  mkdir -p "$1/etc/docker" "$1${pid_file%/*}"
  cat >"$1/etc/docker/daemon.json" <<END
{
  "bip": "172.30.0.1/24",
  "cgroup-parent": "/$cgroup",
  "features": {$features},
  "pidfile": "$pid_file",
  "runtimes": {}
}
END
}
