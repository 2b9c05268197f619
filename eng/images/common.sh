# shellcheck shell=bash
# What the entrypoints of the images share. The behaviour is that of the official images of the same name.

log() { printf '%s [%s] [Entrypoint]: %s\n' "$(date --rfc-3339=seconds)" "$1" "$2"; }
note() { log Note "$1"; }
warn() { log Warn "$1" >&2; }
fail() {
  log ERROR "$1" >&2
  exit 1
}

# file_env NAME [DEFAULT]: NAME, or else the contents of the file that NAME_FILE names, or else DEFAULT.
file_env() {
  local name=$1 file_name=$1_FILE value=${2:-}
  [[ -z ${!name:-} || -z ${!file_name:-} ]] || fail "Both $name and $file_name are set (but are exclusive)"
  if [[ ${!name:-} ]]; then
    value=${!name}
  elif [[ ${!file_name:-} ]]; then
    value=$(<"${!file_name}")
  fi
  export "$name=$value"
  unset "$file_name"
}

# own USER DIRECTORY...: makes the directories and gives them and what is in them to the user.
own() {
  local user=$1
  shift
  mkdir -p "$@"
  find "$@" ! -user "$user" -exec chown --no-dereference "$user:$user" '{}' +
}

# The user's scripts, in order. docker_process_sql is the image's own function that runs SQL from standard input.
process_init_files() {
  local file
  for file in /docker-entrypoint-initdb.d/*; do
    [[ -e $file ]] || continue
    case $file in
      *.sh)
        if [[ -x $file ]]; then
          note "$0: running $file"
          "$file"
        else
          note "$0: sourcing $file"
          # shellcheck disable=SC1090
          . "$file"
        fi ;;
      *.sql)     note "$0: running $file"; docker_process_sql <"$file" ;;
      *.sql.gz)  note "$0: running $file"; gzip -dc "$file" | docker_process_sql ;;
      *.sql.bz2) note "$0: running $file"; bzip2 -dc "$file" | docker_process_sql ;;
      *.sql.xz)  note "$0: running $file"; xz -dc "$file" | docker_process_sql ;;
      *.sql.zst) note "$0: running $file"; zstd -dc "$file" | docker_process_sql ;;
      *)         warn "$0: ignoring $file" ;;
    esac
    printf '\n'
  done
}

# only_shows_something ARGUMENT...: whether the server would answer a question and end.
only_shows_something() {
  local argument
  for argument; do
    case $argument in -'?' | --help | --print-defaults | --describe-config | -V | --version) return 0 ;; esac
  done
  return 1
}

# ---- MySQL and MariaDB -----------------------------------------------------------------------------------------------

# read_config SERVER ARGUMENT...: the configuration that the server would use, for get_config.
read_config() {
  config=$("$@" --verbose --help --log-bin-index="$(mktemp --dry-run)" 2>&1) ||
    fail "$1 failed while attempting to check config
	command was: $* --verbose --help
$(tail -n 20 <<<"$config")"
}

# get_config NAME: its value. Options start at the first column; indented lines are their descriptions.
get_config() { awk -v name="$1" '/^[^ \t]/ && $1 == name { sub(/^[^ \t]+[ \t]+/, ""); print; exit }' <<<"$config"; }

# quote TEXT: as a string of their SQL.
quote() {
  local text=${1//\\/\\\\}
  printf "'%s'" "${text//\'/\\\'}"
}
