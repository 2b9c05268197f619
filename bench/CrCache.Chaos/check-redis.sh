#!/usr/bin/env bash
# A client of Redis that takes 5 ms to start: what was sown must be there and nothing else, and what it writes must be read again.
#
#   check-redis.sh SEED OWN [PORT]    SEED is what the key "seed" must be, empty where there must be no key; OWN is what it writes;
#                                     PORT is that of CRCACHE_REDIS_PORT where it is not given
set -euo pipefail

ask() { # COMMAND; sets answer
  printf '%s\r\n' "$1" >&3
  read -r -t 10 answer <&3
  [[ $answer != '$'[0-9]* ]] || read -r -t 10 answer <&3
  answer=${answer%$'\r'}
}

expect() { # ANSWER COMMAND
  ask "$2"
  [[ $answer == "$1" ]] || { printf '%s: "%s" instead of "%s"\n' "$2" "$answer" "$1" >&2; exit 1; }
}

seed=$1 own=$2 port=${3:-$CRCACHE_REDIS_PORT} keys=0
exec 3<>"/dev/tcp/127.0.0.1/$port"
if [[ $seed ]]; then
  expect "$seed" 'GET seed'
  keys=1
fi
expect ":$keys" DBSIZE
expect +OK "SET own $own"
expect "$own" 'GET own'
expect ":$((keys + 1))" DBSIZE
