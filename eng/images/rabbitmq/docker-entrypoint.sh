#!/bin/bash
set -euo pipefail

# The server itself reads RABBITMQ_DEFAULT_USER, RABBITMQ_DEFAULT_PASS and RABBITMQ_DEFAULT_VHOST.

if [[ ${1:-} == rabbitmq* && $EUID == 0 ]]; then
  if [[ $1 == rabbitmq-server ]]; then
    find /var/lib/rabbitmq ! -user rabbitmq -exec chown rabbitmq '{}' +
  fi
  exec gosu rabbitmq "$0" "$@"
fi

# Made here, or a health check that is quicker than the server makes it: as root, and the server cannot read it.
cookie=/var/lib/rabbitmq/.erlang.cookie
if [[ ${1:-} == rabbitmq-server && ! -e $cookie ]]; then
  (umask 0377 && head -c 15 /dev/urandom | base32 >"$cookie")
fi

exec "$@"
