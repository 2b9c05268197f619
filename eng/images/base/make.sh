#!/usr/bin/env bash
# make.sh DIRECTORY: a small Debian sid, the file system of crcache/debian:sid.
set -euo pipefail
root=$1

# In a mount namespace of its own: what debootstrap mounts is gone when it ends, even by kill -9.
unshare --mount --propagation private debootstrap --variant=minbase --include=ca-certificates sid "$root" >"$root.log" || {
  tail -n 5 "$root.log" >&2
  exit 1
}
rm -f "$root.log"

# Packages must not start services, and the images do without manuals and translations.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"
printf 'path-exclude /usr/share/%s\n' 'doc/*' 'man/*' 'info/*' 'locale/*' 'lintian/*' >"$root/etc/dpkg/dpkg.cfg.d/slim"
rm -rf "$root"/usr/share/{doc,man,info,locale,lintian}/* "$root"/var/cache/apt/*.bin "$root"/var/cache/apt/archives/*.deb \
  "$root"/var/lib/apt/lists/* "$root"/var/log/*.log

# How this machine reaches its package mirror (proxy, dates) holds for the images as well.
cat /etc/apt/apt.conf /etc/apt/apt.conf.d/* 2>/dev/null | grep '^Acquire::.*;$' >"$root/etc/apt/apt.conf.d/90host" || true
