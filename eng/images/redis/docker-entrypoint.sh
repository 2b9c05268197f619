#!/bin/sh
set -e

# first argument is an option, or a configuration file
case $1 in
  -* | *.conf) set -- redis-server "$@" ;;
esac

if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then
  find . ! -user redis -exec chown redis '{}' +
  exec gosu redis "$0" "$@"
fi

# Only our user may read what redis writes, unless somebody chose otherwise.
[ "$(umask)" != 0022 ] || umask 0077

# The official build has protected mode off, since a container is reached through ports that somebody published.
# Debian's has it on and would refuse all clients. Who sets it, in the arguments or in the file, is right.
if [ "$1" = redis-server ]; then
  case " $* " in
    *" --protected-mode "* | *" --version "* | *" -v "* | *" --help "* | *" -h "*) ;;
    *)
      if [ ! -f "$2" ] || ! grep -q '^[[:space:]]*protected-mode' "$2"; then
        set -- "$@" --protected-mode no
      fi ;;
  esac
fi

exec "$@"
