# Reads a container's config.json for crcache-runc, and prints what concerns it, one "NAME VALUE" a line:
#
#   variable NAME=VALUE      of process.env, and of nothing else: those whose name begins with CRCACHE_
#   hooks                    the container has hooks of its own
#   dumps                    the directory of dumps (-v dumps=PATH) is mounted
#
# A value is what stands between two quotes: line ends and quotes in it are escaped, so that nothing else can look like a line.

BEGIN { RS = "\""; depth = 0 }

# Records are by turns what is outside of strings and what is in one; a string that has a quote in it takes several.
inside {
	text = text $0
	match($0, /\\*$/)
	if (RLENGTH % 2) { text = text "\""; next }
	inside = 0
	if (kind[depth] == "{" && !after_colon) key = text
	else found(text)
	next
}

{
	gsub(/[ \t\r\n]/, "")
	for (i = 1; i <= length($0); i++) outside(substr($0, i, 1))
	inside = 1
	text = ""
}

function outside(c) {
	if (c == "{" || c == "[") {
		opened()
		path[depth + 1] = here()
		kind[++depth] = c
		after_colon = 0
		key = ""
	} else if (c == "}" || c == "]") {
		depth--
	} else if (c == ":") {
		after_colon = 1
	} else if (c == ",") {
		after_colon = 0
	}
}

# The names that lead to a value, with points between.
function here() {
	if (kind[depth] != "{") return path[depth]
	return path[depth] == "" ? key : path[depth] "." key
}

function opened() {
	if (depth == 1 && key == "hooks") print "hooks"
}

function found(value) {
	if (here() == "process.env") { if (value ~ /^CRCACHE_/) print "variable " value }
	else if (here() == "mounts.source") { if (value == dumps) print "dumps" }
}
