#!/bin/sh
set -e

# first argument is an option
case $1 in
  -*) set -- memcached "$@" ;;
esac
exec "$@"
