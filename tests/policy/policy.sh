# SPDX-License-Identifier: BSD-2-Clause
#
# policy.sh -- what the policy tests share; to be sourced. They run in the
# build directory, as make check does; $srcdir is the top of the source tree.
#
# Each judges with a function that reads lines and prints those that break
# the rule, and first shows that planted ones are found: a policy that can't
# fail is none.
set -eu
LC_ALL=C
export LC_ALL
srcdir=${srcdir:-$(dirname "$0")/../..}

# must_find JUDGE LINE: the judge finds fault with it.
must_find() {
	[ -n "$(printf '%s\n' "$2" | "$1")" ] || {
		echo "$0: the rule does not find '$2'"
		exit 1
	}
}

# must_pass JUDGE LINE
must_pass() {
	[ -z "$(printf '%s\n' "$2" | "$1")" ] || {
		echo "$0: the rule finds fault with '$2'"
		exit 1
	}
}

skip() {
	echo "$0: skipped: $*"
	exit 77
}

need() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

# Ends the test: what stands in the file was found.
conclude() {
	[ -s "$1" ] || exit 0
	cat "$1"
	exit 1
}

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
