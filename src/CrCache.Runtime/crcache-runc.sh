# shellcheck shell=sh
# What crcache-runc does, by parts. It is sourced by that, which has the words of its command line in variables by then.
# shellcheck disable=SC2154 # those variables

# The engine shows its user the last error of runc's log file.
fail() {
	printf 'crcache-runc: %s\n' "$1" >&2
	if [ -n "$log" ]; then
		text=$(printf '%s' "crcache-runc: $1" | tr '\n\t' '  ' | tr -d '\000-\037' | sed 's/[\\"]/\\&/g')
		printf '{"level":"error","msg":"%s","time":"%s"}\n' "$text" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >>"$log"
	fi
	exit 1
}

# What went wrong, in CRIU's own words, from its log; else what runc said.
reason() { # CRIU-LOG RUNC-OUTPUT
	lines=$(grep -h 'Error (' "$1" 2>/dev/null | grep -v 'RLIMIT_NOFILE for self' | head -n 3) # that one is harmless
	[ -n "$lines" ] || lines=$(tail -n 2 "$2" 2>/dev/null)
	printf '%s' "${lines:-no reason was given; is CRIU installed?}"
}

# What concerns us of the container's configuration, a line each: crcache-runc.awk says which.
read_config() {
	config=$nl$(awk -v dumps="$dumps" -v bundle="$bundle" -f "${0%/*}/crcache-runc.awk" "$bundle/config.json" \
		table=mountinfo RS='\n' /proc/self/mountinfo 2>/dev/null)$nl
}

found() { # START; sets value to what comes after that in its line, or to nothing
	case $config in
	*"$nl$1"*) value=${config#*"$nl$1"} value=${value%%"$nl"*} ;;
	*) value='' ;;
	esac
}

variable() { # NAME; sets value
	found "variable $1="
}

drop_variables() {
	[ ! -e "$bundle/config.json.own" ] || mv "$bundle/config.json.own" "$bundle/config.json"
	awk -v edit=1 -f "${0%/*}/crcache-runc.awk" "$bundle/config.json" >"$bundle/config.json.$$" || fail "cannot write to $bundle"
	mv "$bundle/config.json.$$" "$bundle/config.json" || fail "cannot write to $bundle"
}

# Where it is noted that a container has been restored: beside the directory with the files that it has changed, for the engine
# removes all of that with the container, and it survives a reboot. Other storage than an overlay has no such place.
find_mark() { # ID; sets mark
	found 'upper '
	mark=${value%/*}/crcache-restored
	[ -n "$value" ] || mark=$marks/$1
}

make_mark() {
	case $mark in
	"$marks"/*)
		mkdir -p "$marks"
		# Its file system, whose end is that of the container, unless it is only there while the container runs.
		case $config in *"${nl}mounted$nl"*) value='' ;; *) found 'root ' ;; esac
		printf '%s\n' "$value" >"$mark"
		;;
	*) : >"$mark" ;;
	esac || fail "cannot write $mark"
}

# What nobody works on any more. A name ends in the process that works on it, whose words have the key in them.
remove_leftovers() {
	for left in "$dumps"/*.removed.* "$dumps"/*.partial*; do
		[ -e "$left" ] || continue
		key=${left##*/} key=${key%%.*}
		grep -q "$key" "/proc/${left##*.}/cmdline" 2>/dev/null || rm -rf "$left"
	done
	for left in "$marks"/*; do
		root=''
		IFS= read -r root <"$left" || continue
		[ -z "$root" ] || [ -e "$root" ] || rm -f "$left"
	done 2>/dev/null
	# A container that there is has a process that names it, and so has all work on one.
	for left in "$run/work"/* "$run/restored"/*; do
		if grep -qs "${left##*/}" /proc/[0-9]*/cmdline; then continue; fi
		# shellcheck disable=SC2046 # one each: cgroups, which CRIU mounts there
		umount -l $(awk -v at="$left/" 'index($5, at) == 1 { print $5 }' /proc/self/mountinfo)
		rm -rf --one-file-system "$left"
	done 2>/dev/null
}

# CRIU's own words for its options, in a file that concerns our dumps and restores only (runc's /etc/criu/runc.conf is that of all
# containers, is read after it and has the last word). network-lock skip: CRIU would have iptables block the network meanwhile, so that
# no peer sees a reset; ours has no peers outside, and that costs 25 to 70 ms. link-remap: servers keep deleted files open. cpu-cap ins:
# a dump is not restored where an instruction of its processor is missing.
#
# A dump has lines of its own. ghost-limit: what such a deleted file may hold, 1 MB without it. skip-in-flight: a connection that the
# server has not accepted yet; the set-up has ended, so it is a probe's, which has seen that somebody listens and has gone. Where runc
# has an option for one of these, that decides.
configure_criu() { # NAME LINE...
	command -v criu >/dev/null 2>&1 || fail "$no_criu on the engine's machine, so no memory can be dumped or restored"
	CRIU_CONFIG_FILE=$run/criu-$1.conf
	export CRIU_CONFIG_FILE
	shift
	mkdir_once "$run"
	write_once "$CRIU_CONFIG_FILE" 600 "$(printf '%s\n' 'network-lock skip' link-remap 'cpu-cap ins' "$@")"
}

mkdir_once() { # DIRECTORY
	[ -d "$1" ] || mkdir -p "$1" || fail "cannot write to $1"
}

# Renamed into place, where it is not so already: another one that restores at this moment must not read half of it.
write_once() { # FILE MODE TEXT
	text=''
	if [ -e "$1" ]; then while IFS= read -r line; do text=$text$line$nl; done <"$1"; fi
	[ "$text" != "$3$nl" ] || return 0
	if printf '%s\n' "$3" >"$1.$$" && chmod "$2" "$1.$$" && mv "$1.$$" "$1"; then return 0; fi
	fail "cannot write $1"
}

# CRIU unpacks each tmpfs of a container with `tar --gzip`: two processes. A dump that says so has them uncompressed, those
# without content as files of no length, and CRIU finds a tar that knows.
use_plain_tmpfs() { # DUMP
	[ -e "$1/$plain_mark" ] || return 0
	mkdir_once "$tools"
	# shellcheck disable=SC2016 # tar's, not ours
	write_once "$tools/tar" 700 '#!/bin/sh
[ -s /dev/stdin ] || exit 0
for word in "$@"; do
	shift
	[ "$word" = --gzip ] || set -- "$@" "$word"
done
PATH=${PATH#*:}
exec tar "$@"'
	PATH=$tools:$PATH
}

# Beside CRIU's images: what the container was, and the extended attributes of the files that it has changed, which the
# engine's layers leave out. Those need an overlay, whose upper directory holds just these files, and getfattr.
describe() { # BUNDLE DUMP
	described=$1/config.json
	# One that was itself restored has a hook for that there, and the secret of its dump, which is nobody's business.
	[ ! -e "$described.own" ] || described=$described.own
	[ -e "$described" ] || return 0
	awk -v edit=1 -f "${0%/*}/crcache-runc.awk" "$described" >"$2/spec.dump"
	root=$(tr -d '\n' <"$described" | sed -n 's/.*"root": *{[^}]*"path": *"\([^"]*\)".*/\1/p')
	case $root in /*) ;; *) root=$1/$root ;; esac
	upper=$(awk -v root="$root" '$5 == root && / - overlay / { found = $0 } END { print found }' /proc/self/mountinfo |
		sed -n 's/.*[ ,]upperdir=\([^ ,]*\).*/\1/p')
	if [ -d "$upper" ] && command -v getfattr >/dev/null 2>&1; then
		(cd "$upper" && getfattr --recursive --physical --no-dereference --dump --encoding=hex \
			--match='^(user\.|security\.|system\.posix_acl_)' .) >"$2/crcache-attributes" 2>/dev/null
		before=$(awk -v dumps="$dumps" -f "${0%/*}/crcache-runc.awk" "$described" |
			sed -n 's/^variable CRCACHE_RESTORE=\([0-9a-f]*\).*/\1/p')
		if is_key "$before" && [ -s "$dumps/$before/crcache-attributes" ]; then
			attributes_below "$root" "$upper" <"$dumps/$before/crcache-attributes" >>"$2/crcache-attributes"
		fi
	fi
	return 0
}

# Of the list of the dump that a container was restored from: what concerns files that it has not changed since.
attributes_below() { # ROOT UPPER
	kept=''
	while IFS= read -r line; do
		case $line in '# file: '*)
			path=$(printf '%s' "${line#'# file: '}" | sed 's/\\/\\0/g') # as printf wants octal digits
			path=$(printf '%b.' "$path")
			path=${path%.} kept=''
			if [ ! -e "$2/$path" ] && [ ! -h "$2/$path" ] && { [ -e "$1/$path" ] || [ -h "$1/$path" ]; }; then kept=1; fi
			;;
		esac
		[ -z "$kept" ] || printf '%s\n' "$line"
	done
}

# Ends this script, unless the container is to be started ordinarily.
restore() { # WORD...
	[ -e "$dumps/$key/inventory.img" ] || fail "there is no dump $key on this machine"
	check_secret
	configure_criu restore "action-script \"$0.check\""
	use_plain_tmpfs "$dumps/$key"
	[ -d "$run/work" ] && [ -d "$run/restored" ] || mkdir -p "$run/work" "$run/restored" || fail "cannot write to $run"
	work=$run/work/$id
	# Docker from 27 on sets up the network after create, and CRIU leaves that to the engine: a server's
	# connection to itself (RabbitMQ's to epmd) could not come back while the loopback is down.
	case $config in *"${nl}hooks$nl"*) ;; *)
		mv "$bundle/config.json" "$bundle/config.json.own" || fail "cannot write to $bundle"
		sed "1s|{|{\"hooks\":{\"prestart\":[{\"path\":\"$0\",\"args\":[\"crcache-runc\",\"loopback\"]}]},|" \
			"$bundle/config.json.own" >"$bundle/config.json"
		;;
	esac
	make_mark
	answer=$run/restored/$id # empty: its processes have been looked at, and run
	[ ! -e "$answer" ] || rm -f "$answer"
	umask "$mask"
	if CRCACHE_CONFIG=$config CRCACHE_BUNDLE=$bundle CRCACHE_ANSWER=$answer run_restore "$@"; then
		why='its processes were not looked at: this CRIU calls no action-script'
		if [ -s "$answer" ]; then IFS= read -r why <"$answer"
		elif [ -e "$answer" ]; then exit 0; fi # what CRIU left in $work goes with it: nobody waits then
	else
		why=$(reason "$work/restore.log" "$log")
		# A dump that was removed meanwhile: runc makes the directory that it is told to read.
		rmdir "$dumps/$key" 2>/dev/null
		rm -rf --one-file-system "$work" "$mark" "$answer" 2>/dev/null
		fail "cannot restore $key: $why"
	fi
	end_restored "$@"
	rm -rf --one-file-system "$work" "$answer" 2>/dev/null
	umask 077
	variable CRCACHE_RESTORE_ONLY
	if [ -n "$value" ]; then
		rm -f "$mark"
		fail "cannot restore $key: the dump has more than this container may have: $why"
	fi
	printf 'crcache-runc: started instead of restored, for the dump %s has more than this container may have: %s\n' "$key" "$why" >&2
}

# The same words with `create` replaced: runc's restore knows create's options. Not through a pipe: the container inherits standard
# output and error, which are its log.
run_restore() { # WORD...
	found 'lsm '
	index=0 count=$#
	while [ $index -lt $count ]; do
		index=$((index + 1)) word=$1
		shift
		if [ $index -eq "$position" ]; then
			set -- "$@" restore --detach --tcp-established --file-locks ${value:+--lsm-profile "$value"} \
				--image-path "$dumps/$key" --work-path "$work"
		else
			set -- "$@" "$word"
		fi
	done
	runc "$@"
}

# A restore whose script was killed goes on, with CRIU below its runc, and nobody waits for it. A dump may still be at work here: it stays.
end_abandoned() { # ID
	for process in /proc/[0-9]*; do
		case $(tr '\0' ' ' <"$process/cmdline") in *" restore "*" --work-path $run/work/$1 "*) ;; *) continue ;; esac
		# shellcheck disable=SC2046 # some numbers
		kill -KILL "${process#/proc/}" $(cat "$process"/task/*/children)
	done 2>/dev/null
}

# Kills its processes, of which none has run, and removes what runc keeps of them.
end_restored() { # WORD...
	index=0 count=$#
	while [ $index -lt $count ]; do
		index=$((index + 1)) word=$1
		shift
		if [ $index -lt "$position" ]; then set -- "$@" "$word"; fi
	done
	runc "$@" delete --force "$id" >/dev/null 2>&1
}
