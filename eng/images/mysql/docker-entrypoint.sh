#!/bin/bash
set -eo pipefail
shopt -s nullglob
source /usr/local/bin/common.sh

# Directories that the server needs, the default ones and those that its arguments name.
make_directories() {
  own mysql "$datadir"
  local name path
  for name in general-log-file pid-file slow-query-log-file socket; do
    path=$(get_config "$name")
    [[ $path == /* ]] && own mysql "$(dirname "$path")"
  done
  path=$(get_config secure-file-priv)
  [[ $path != /* ]] || own mysql "$path"
}

check_password_options() {
  if [[ -z $MYSQL_ROOT_PASSWORD && -z $MYSQL_ALLOW_EMPTY_PASSWORD && -z $MYSQL_RANDOM_ROOT_PASSWORD ]]; then
    fail "Database is uninitialized and password option is not specified
    You need to specify one of the following as an environment variable:
    - MYSQL_ROOT_PASSWORD
    - MYSQL_ALLOW_EMPTY_PASSWORD
    - MYSQL_RANDOM_ROOT_PASSWORD"
  fi
  if [[ $MYSQL_USER == root ]]; then
    fail 'MYSQL_USER="root", MYSQL_USER and MYSQL_PASSWORD are for configuring a regular user and cannot be used for the root user'
  fi
  if [[ $MYSQL_USER && -z $MYSQL_PASSWORD ]]; then
    warn 'MYSQL_USER specified, but missing MYSQL_PASSWORD; MYSQL_USER will not be created'
  elif [[ -z $MYSQL_USER && $MYSQL_PASSWORD ]]; then
    warn 'MYSQL_PASSWORD specified, but missing MYSQL_USER; MYSQL_PASSWORD will be ignored'
  fi
}

# SQL from standard input, as root in MYSQL_DATABASE. --dont-use-mysql-root-password: before there is a password.
docker_process_sql() {
  local password=$MYSQL_ROOT_PASSWORD database=(${MYSQL_DATABASE:+--database="$MYSQL_DATABASE"})
  if [[ $1 == --dont-use-mysql-root-password ]]; then
    password='' database=()
    shift
  fi
  MYSQL_PWD=$password mysql --protocol=socket -uroot -hlocalhost --socket="$socket" --comments "${database[@]}" "$@"
}

setup_sql() {
  local password
  password=$(quote "$MYSQL_ROOT_PASSWORD")
  echo "SET @@SESSION.SQL_LOG_BIN = 0;"
  if [[ $MYSQL_ROOT_HOST && $MYSQL_ROOT_HOST != localhost ]]; then
    echo "CREATE USER 'root'@$(quote "$MYSQL_ROOT_HOST") IDENTIFIED BY $password;"
    echo "GRANT ALL ON *.* TO 'root'@$(quote "$MYSQL_ROOT_HOST") WITH GRANT OPTION;"
  fi
  echo "ALTER USER 'root'@'localhost' IDENTIFIED BY $password;"
  echo "GRANT ALL ON *.* TO 'root'@'localhost' WITH GRANT OPTION;"
  echo "DROP DATABASE IF EXISTS test;"
  [[ -z $MYSQL_DATABASE ]] || echo "CREATE DATABASE IF NOT EXISTS \`$MYSQL_DATABASE\`;"
  if [[ $MYSQL_USER && $MYSQL_PASSWORD ]]; then
    echo "CREATE USER $(quote "$MYSQL_USER")@'%' IDENTIFIED BY $(quote "$MYSQL_PASSWORD");"
    [[ -z $MYSQL_DATABASE ]] || echo "GRANT ALL ON \`${MYSQL_DATABASE//_/\\_}\`.* TO $(quote "$MYSQL_USER")@'%';"
  fi
}

initialise() {
  check_password_options
  ls /docker-entrypoint-initdb.d/ >/dev/null # fails early when it cannot be read
  note 'Initializing database files'
  "$@" --initialize-insecure --default-time-zone=SYSTEM --autocommit=1
  note 'Database files initialized'

  # A server that only this container can reach; --daemonize returns when it is ready.
  note 'Starting temporary server'
  "$@" --daemonize --skip-networking --default-time-zone=SYSTEM --socket="$socket" ||
    fail 'Unable to start server.'
  note 'Temporary server started.'

  if [[ -z $MYSQL_INITDB_SKIP_TZINFO ]]; then
    # sed is for https://bugs.mysql.com/bug.php?id=20545
    mysql_tzinfo_to_sql /usr/share/zoneinfo 2>/dev/null | sed 's/Local time zone must be set--see zic manual page/FCTY/' |
      docker_process_sql --dont-use-mysql-root-password --database=mysql
  fi
  if [[ $MYSQL_RANDOM_ROOT_PASSWORD ]]; then
    MYSQL_ROOT_PASSWORD=$(head -c 24 /dev/urandom | base64)
    export MYSQL_ROOT_PASSWORD
    note "GENERATED ROOT PASSWORD: $MYSQL_ROOT_PASSWORD"
  fi
  setup_sql | docker_process_sql --dont-use-mysql-root-password --database=mysql
  process_init_files
  if [[ $MYSQL_ONETIME_PASSWORD ]]; then
    docker_process_sql --database=mysql <<<"ALTER USER 'root'@$(quote "${MYSQL_ROOT_HOST:-localhost}") PASSWORD EXPIRE;"
  fi

  note 'Stopping temporary server'
  MYSQL_PWD=$MYSQL_ROOT_PASSWORD mysqladmin shutdown -uroot --socket="$socket" || fail 'Unable to shut down server.'
  note 'Temporary server stopped'
  printf '\n'
  note 'MySQL init process done. Ready for start up.'
  printf '\n'
}

[[ $1 != -* ]] || set -- mysqld "$@"

if [[ $1 == mysqld ]] && ! only_shows_something "$@"; then
  read_config "$@"
  datadir=$(get_config datadir)
  socket=$(get_config socket)
  if ((EUID == 0)); then
    make_directories
    note "Switching to dedicated user 'mysql'"
    exec gosu mysql "$0" "$@"
  fi
  file_env MYSQL_ROOT_HOST '%'
  for name in MYSQL_DATABASE MYSQL_USER MYSQL_PASSWORD MYSQL_ROOT_PASSWORD; do file_env "$name"; done
  if [[ ! -d $datadir/mysql ]]; then
    initialise "$@"
  fi
fi
exec "$@"
