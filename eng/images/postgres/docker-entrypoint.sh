#!/bin/bash
set -eo pipefail
shopt -s nullglob
source /usr/local/bin/common.sh

make_directories() {
  mkdir -p "$PGDATA" /run/postgresql ${POSTGRES_INITDB_WALDIR:+"$POSTGRES_INITDB_WALDIR"}
  chmod 0700 "$PGDATA" ${POSTGRES_INITDB_WALDIR:+"$POSTGRES_INITDB_WALDIR"} || true
  chmod 03775 /run/postgresql || true
  if ((EUID == 0)); then
    own postgres "$PGDATA" /run/postgresql ${POSTGRES_INITDB_WALDIR:+"$POSTGRES_INITDB_WALDIR"}
  fi
}

read_environment() {
  file_env POSTGRES_PASSWORD
  file_env POSTGRES_USER postgres
  file_env POSTGRES_DB "$POSTGRES_USER"
  file_env POSTGRES_INITDB_ARGS
}

check_password_options() {
  if [[ -z $POSTGRES_PASSWORD && $POSTGRES_HOST_AUTH_METHOD != trust ]]; then
    cat >&2 <<'END'
Error: Database is uninitialized and superuser password is not specified.
       You must specify POSTGRES_PASSWORD to a non-empty value for the
       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".

       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all
       connections without a password. This is *not* recommended.
END
    exit 1
  fi
}

# SQL from standard input, or as the arguments say, as POSTGRES_USER in POSTGRES_DB.
docker_process_sql() {
  PGHOST='' PGHOSTADDR='' psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --no-password --no-psqlrc \
    --dbname "$POSTGRES_DB" "$@"
}

create_database() {
  local known
  known=$(docker_process_sql --dbname postgres --set=db="$POSTGRES_DB" --tuples-only \
    <<<"SELECT 1 FROM pg_database WHERE datname = :'db';")
  [[ $known ]] || docker_process_sql --dbname postgres --set=db="$POSTGRES_DB" <<<'CREATE DATABASE :"db";'
}

initialise() {
  local arguments
  check_password_options
  ls /docker-entrypoint-initdb.d/ >/dev/null # fails early when it cannot be read
  eval "arguments=($POSTGRES_INITDB_ARGS)"   # quoted as in a shell, as in the official image
  [[ -z $POSTGRES_INITDB_WALDIR ]] || arguments+=(--waldir "$POSTGRES_INITDB_WALDIR")
  initdb --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") "${arguments[@]}"

  shift # the word postgres
  printf '\nhost all all all %s\n' "${POSTGRES_HOST_AUTH_METHOD:-$(postgres -C password_encryption "$@")}" >>"$PGDATA/pg_hba.conf"

  # A server that only this container can reach.
  export PGPASSWORD=${PGPASSWORD-$POSTGRES_PASSWORD}
  pg_ctl --wait start --options "$(printf '%q ' "$@" -c listen_addresses= -p "${PGPORT:-5432}")"
  create_database
  process_init_files
  pg_ctl --wait stop --mode fast
  unset PGPASSWORD
  printf '\nPostgreSQL init process complete; ready for start up.\n\n'
}

[[ $1 != -* ]] || set -- postgres "$@"

if [[ $1 == postgres ]] && ! only_shows_something "$@"; then
  make_directories
  ((EUID != 0)) || exec gosu postgres "$0" "$@"
  read_environment
  if [[ -s $PGDATA/PG_VERSION ]]; then
    printf '\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n'
  else
    initialise "$@"
  fi
fi
exec "$@"
