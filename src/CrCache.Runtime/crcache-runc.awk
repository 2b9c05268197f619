# Reads a container's config.json for crcache-runc, and prints what concerns it, one "NAME VALUE…" a line; parts of a value are
# divided by tabs. Line ends, tabs and quotes inside of a JSON string are escaped, so that nothing else can look like a line.
#
#   variable NAME=VALUE      of process.env, and of nothing else: those whose name begins with CRCACHE_
#   hooks                    the container has hooks of its own
#   dumps                    the directory of dumps (-v dumps=PATH) is mounted
#   root PATH                its file system (in the bundle, where it is not absolute)
#   upper PATH               the directory with the files that it has changed, if that file system is an overlay (of mountinfo)
#   mounted                  that file system is a mount of another kind (of mountinfo)
#   uid, capability, nonewprivileges, seccomp, lsm, namespace, mount, masked, readonly, rootreadonly
#                            what it may do and see; crcache-runc.check holds a restored one against them
#
# With -v edit=1 it writes the configuration anew instead, without those variables.

BEGIN { RS = "\""; depth = 0 }

table == "mountinfo" { mounted(); next }

# Records are by turns what is outside of strings and what is in one; a string that has a quote in it takes several.
inside {
	text = text $0
	match($0, /\\*$/)
	if (RLENGTH % 2) { text = text "\""; next }
	inside = 0
	kept = 1
	if (kind[depth] == "{" && !after_colon) key = text
	else found(text)
	if (edit && kept) printf "\"%s\"", text
	next
}

{
	gsub(/[ \t\r\n]/, "")
	for (i = 1; i <= length($0); i++) outside(substr($0, i, 1))
	inside = 1
	text = ""
}

function outside(c) {
	if (c == "," && edit && here() == "process.env") return # one stands before each that is kept
	if (edit) printf "%s", c
	if (c == "{" || c == "[") {
		opened(here())
		path[depth + 1] = here()
		kind[++depth] = c
		after_colon = variables = 0
		key = literal = ""
	} else if (c == "}" || c == "]") {
		ended()
		depth--
		if (path[depth + 1] == "mounts" && c == "}") mount()
		if (path[depth + 1] == "linux.namespaces" && c == "}") namespace()
	} else if (c == ":") {
		after_colon = 1
	} else if (c == ",") {
		ended()
		after_colon = 0
	} else {
		literal = literal c
	}
}

# What has no quotes: a number, true, false, null.
function ended() {
	if (literal != "") found(literal)
	literal = ""
}

# The names that lead to a value, with points between.
function here() {
	if (kind[depth] != "{") return path[depth]
	return path[depth] == "" ? key : path[depth] "." key
}

function opened(at) {
	if (at == "linux.seccomp" && !edit) print "seccomp"
	if (at == "hooks" && depth == 1 && !edit) print "hooks"
}

function found(value, at) {
	at = here()
	if (at == "process.env") {
		kept = value !~ /^CRCACHE_(RESTORE|RESTORE_ONLY)=/
		if (edit && kept && variables++) printf ","
		if (!edit && value ~ /^CRCACHE_/) print "variable " value
	}
	if (edit) return
	if (at ~ /^mounts\.(destination|type|source)$/) { member[at] = plain(value); if (value == dumps) print "dumps" }
	else if (at == "mounts.options") { if (value == "ro") member["ro"] = "ro" }
	else if (at ~ /^linux\.namespaces\./) member[at] = plain(value)
	else if (at == "linux.maskedPaths") print "masked " plain(value)
	else if (at == "linux.readonlyPaths") print "readonly " plain(value)
	else if (at ~ /^process\.capabilities\./) print "capability " substr(at, 22) "\t" value
	else if (at == "process.noNewPrivileges") { if (value == "true") print "nonewprivileges" }
	else if (at == "process.user.uid") print "uid " value
	else if (at == "process.apparmorProfile") { if (value != "") print "lsm apparmor:" value }
	else if (at == "process.selinuxLabel") { if (value != "") print "lsm selinux:" value }
	else if (at == "root.readonly") { if (value == "true") print "rootreadonly" }
	else if (at == "root.path") { root = plain(value); print "root " root; if (root !~ /^\//) root = bundle "/" root }
}

# Paths as they are; the rest of what JSON escapes stays escaped, and is then equal to no path.
function plain(value) {
	gsub(/\\u0026/, "\\&", value)
	gsub(/\\u003c/, "<", value)
	gsub(/\\u003e/, ">", value)
	gsub(/\\\//, "/", value)
	return value
}

function mount() {
	if (edit) return
	print "mount " member["mounts.destination"] "\t" member["mounts.type"] "\t" member["mounts.source"] "\t" member["ro"]
	delete member
}

function namespace() {
	if (edit) return
	print "namespace " member["linux.namespaces.type"] "\t" member["linux.namespaces.path"]
	delete member
}

function mounted() {
	if ($5 != root) return
	if (match($0, / - overlay .*[ ,]upperdir=[^ ,]*/)) {
		upper = substr($0, RSTART, RLENGTH)
		sub(/.*[ ,]upperdir=/, "", upper)
		# Docker names layers from its own directory where there are many of them.
		if (upper !~ /^\//) { upper = root; sub(/\/[^\/]*$/, "/diff", upper) }
		print "upper " upper
	} else print "mounted"
}
