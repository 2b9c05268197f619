# shellcheck shell=bash
# shellcheck disable=SC2154 # the script that sources it has set them
# Tests that are no .NET tests, and count with them: scripts, formatting. Sourced by build.sh, which has lib.sh and says where
# the repository and its artifacts are; never run.

checks_passed=0 checks_failed=0 checks_skipped=0

# check LOG TEXT COMMAND...: one line; what a failure said is shown, and goes to artifacts/LOG.log.
check() {
  local log=$artifacts/$1.log text=$2
  shift 2
  printf '%s ... ' "$text"
  if "$@" >"$log" 2>&1 </dev/null; then
    printf 'passed\n'
    checks_passed=$((checks_passed + 1))
  else
    printf 'FAILED\n'
    cat "$log"
    checks_failed=$((checks_failed + 1))
  fi
}

skip_check() { # TEXT REASON
  say "$1 ... skipped: $2"
  checks_skipped=$((checks_skipped + 1))
}

shellcheck_program() {
  local fetched=$engine_dir/shellcheck/usr/bin/shellcheck
  type -P shellcheck || { [[ -x $fetched ]] && say "$fetched"; }
}

# build.cmd is a script of sh in its first line, of cmd.exe in the others.
check_scripts() ( # SHELLCHECK
  cd "$repository" &&
    find .ci/run eng sdk-samples src tests bench \
      \( -name bin -o -name obj -o -name node_modules \) -prune -o \( -name '*.sh' -o -path .ci/run \
      -o -name crcache-runc -o -name crcache-runc.check \) -print0 |
    sort -zu | xargs -0 "$1" &&
    head -n 1 build.cmd | "$1" --shell=sh - &&
    "$1" --shell=bash src/CrCache.Cli/Completion/Scripts/crcache.bash
)

# What `dotnet format --verify-no-changes` looks at but for the analyzers, which are part of the build; layout also where no
# solution has it (bench, samples).
check_format() {
  local status=0
  dotnet format whitespace "$repository" --folder --verify-no-changes || status=1
  dotnet format style "$repository/CrCache.sln" --verify-no-changes || status=1
  ((status == 0)) || say "To mend it: dotnet format whitespace . --folder; dotnet format style CrCache.sln"
  return "$status"
}

command_check() {
  local shellcheck
  mkdir -p "$artifacts"
  if shellcheck=$(shellcheck_program); then
    check shellcheck "scripts (shellcheck)" check_scripts "$shellcheck"
  else
    skip_check "scripts (shellcheck)" "there is no shellcheck here"
  fi
  check format "formatting and code style (dotnet format)" check_format
  ((checks_failed == 0))
}
