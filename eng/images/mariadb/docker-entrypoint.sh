#!/bin/bash
set -eo pipefail
shopt -s nullglob
source /usr/local/bin/common.sh

# MARIADB_x, or else the older MYSQL_x, each of them also as _FILE.
mariadb_env() {
  local new=MARIADB_$1 old=MYSQL_$1
  file_env "$old"
  file_env "$new" "${!old:-${2:-}}"
}

read_environment() {
  mariadb_env ROOT_HOST '%'
  local name
  for name in DATABASE USER PASSWORD ROOT_PASSWORD PASSWORD_HASH ROOT_PASSWORD_HASH INITDB_SKIP_TZINFO \
    RANDOM_ROOT_PASSWORD ALLOW_EMPTY_PASSWORD; do
    mariadb_env "$name"
  done
  MARIADB_ALLOW_EMPTY_ROOT_PASSWORD=${MARIADB_ALLOW_EMPTY_ROOT_PASSWORD:-$MARIADB_ALLOW_EMPTY_PASSWORD}
}

check_password_options() {
  if [[ -z $MARIADB_ROOT_PASSWORD && -z $MARIADB_ROOT_PASSWORD_HASH && -z $MARIADB_ALLOW_EMPTY_ROOT_PASSWORD &&
    -z $MARIADB_RANDOM_ROOT_PASSWORD ]]; then
    fail "Database is uninitialized and password option is not specified
	You need to specify one of MARIADB_ROOT_PASSWORD, MARIADB_ROOT_PASSWORD_HASH, MARIADB_ALLOW_EMPTY_ROOT_PASSWORD and MARIADB_RANDOM_ROOT_PASSWORD"
  fi
  if [[ $MARIADB_USER == root ]]; then
    fail "MARIADB_USER='root', MARIADB_USER and MARIADB_PASSWORD are for configuring a regular user and cannot be used for the root user"
  fi
  if [[ $MARIADB_USER && -z $MARIADB_PASSWORD && -z $MARIADB_PASSWORD_HASH ]]; then
    fail 'MARIADB_PASSWORD or MARIADB_PASSWORD_HASH must be set when MARIADB_USER is'
  fi
}

# SQL from standard input, as root in MARIADB_DATABASE. --dont-use-mysql-root-password: before there is a password.
docker_process_sql() {
  local password=$MARIADB_ROOT_PASSWORD database=(${MARIADB_DATABASE:+--database="$MARIADB_DATABASE"})
  if [[ $1 == --dont-use-mysql-root-password ]]; then
    password='' database=()
    shift
  fi
  MYSQL_PWD=$password mariadb --protocol=socket -uroot -hlocalhost --socket="$socket" --skip-ssl --comments \
    "${database[@]}" "$@"
}

identified() { # PASSWORD HASH
  if [[ $2 ]]; then
    printf 'IDENTIFIED BY PASSWORD %s' "$(quote "$2")"
  else
    printf 'IDENTIFIED BY %s' "$(quote "$1")"
  fi
}

setup_sql() {
  local root user
  root=$(identified "$MARIADB_ROOT_PASSWORD" "$MARIADB_ROOT_PASSWORD_HASH")
  user=$(quote "$MARIADB_USER")@\'%\'
  echo "SET @@SESSION.SQL_LOG_BIN = 0;"
  echo "DROP DATABASE IF EXISTS test;"
  # Accounts that mariadb-install-db made without a password.
  echo "DROP USER IF EXISTS root@'127.0.0.1', root@'::1';"
  printf '%s\n' "EXECUTE IMMEDIATE CONCAT('DROP USER IF EXISTS root@\\'', @@hostname, '\\'');"
  [[ -z $MARIADB_DATABASE ]] || echo "CREATE DATABASE IF NOT EXISTS \`$MARIADB_DATABASE\`;"
  if [[ $MARIADB_USER ]]; then
    echo "CREATE USER $user $(identified "$MARIADB_PASSWORD" "$MARIADB_PASSWORD_HASH");"
    [[ -z $MARIADB_DATABASE ]] || echo "GRANT ALL ON \`${MARIADB_DATABASE//_/\\_}\`.* TO $user;"
  fi
  if [[ $MARIADB_ROOT_HOST && $MARIADB_ROOT_HOST != localhost ]]; then
    echo "CREATE USER 'root'@$(quote "$MARIADB_ROOT_HOST") $root;"
    echo "GRANT ALL ON *.* TO 'root'@$(quote "$MARIADB_ROOT_HOST") WITH GRANT OPTION;"
  fi
  echo "ALTER USER 'root'@'localhost' $root;"
}

# A server that only this container can reach.
start_temporary_server() {
  note 'Starting temporary server'
  "$@" --skip-networking --default-time-zone=SYSTEM --socket="$socket" --expire-logs-days=0 --loose-innodb_buffer_pool_load_at_startup=0 &
  temporary_server=$!
  local i
  for ((i = 0; i < 300; i++)); do
    docker_process_sql --dont-use-mysql-root-password --database=mysql <<<'SELECT 1' >/dev/null 2>&1 && break
    kill -0 "$temporary_server" 2>/dev/null || break
    sleep 0.1
  done
  docker_process_sql --dont-use-mysql-root-password --database=mysql <<<'SELECT 1' >/dev/null || fail 'Unable to start server.'
  note 'Temporary server started.'
}

initialise() {
  check_password_options
  ls /docker-entrypoint-initdb.d/ >/dev/null # fails early when it cannot be read
  note 'Initializing database files'
  mariadb-install-db --datadir="$datadir" --rpm --auth-root-authentication-method=normal --skip-test-db \
    --old-mode='UTF8_IS_UTF8MB3' --default-time-zone=SYSTEM --enforce-storage-engine= --skip-log-bin \
    --expire-logs-days=0 --loose-innodb_buffer_pool_load_at_startup=0 --loose-innodb_buffer_pool_dump_at_shutdown=0 >/dev/null
  note 'Database files initialized'

  start_temporary_server "$@"
  if [[ -z $MARIADB_INITDB_SKIP_TZINFO ]]; then
    mariadb-tzinfo-to-sql --skip-write-binlog /usr/share/zoneinfo 2>/dev/null |
      docker_process_sql --dont-use-mysql-root-password --database=mysql
  fi
  if [[ $MARIADB_RANDOM_ROOT_PASSWORD ]]; then
    MARIADB_ROOT_PASSWORD=$(head -c 24 /dev/urandom | base64)
    export MARIADB_ROOT_PASSWORD MYSQL_ROOT_PASSWORD=$MARIADB_ROOT_PASSWORD
    note "GENERATED ROOT PASSWORD: $MARIADB_ROOT_PASSWORD"
  fi
  setup_sql | docker_process_sql --dont-use-mysql-root-password --database=mysql
  process_init_files

  note 'Stopping temporary server'
  kill "$temporary_server"
  wait "$temporary_server" || fail 'Unable to shut down server.'
  note 'Temporary server stopped'
  printf '\n'
  note 'MariaDB init process done. Ready for start up.'
  printf '\n'
}

[[ $1 != -* ]] || set -- mariadbd "$@"

if [[ $1 == mariadbd || $1 == mysqld ]] && ! only_shows_something "$@"; then
  read_config "$@"
  datadir=$(get_config datadir)
  socket=$(get_config socket)
  if ((EUID == 0)); then
    own mysql "$datadir" "$(dirname "$socket")"
    note "Switching to dedicated user 'mysql'"
    exec gosu mysql "$0" "$@"
  fi
  read_environment
  if [[ ! -d $datadir/mysql ]]; then
    initialise "$@"
  fi
fi
exec "$@"
