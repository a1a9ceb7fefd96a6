#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Do the random worlds of two builds come to the same? A seed that one
# compiler finds must fail with the other one, too; where the order of two
# draws is the compiler's to choose, it doesn't.
#
#	tests/property/same-worlds.sh BUILD OTHER-BUILD [SEEDS]
set -eu
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
play() {
	GATEWARDEN_KEPT=0 GATEWARDEN_SHRINK=0 GATEWARDEN_LAWS=0 \
	    GATEWARDEN_HASH=1 GATEWARDEN_SEED=1 GATEWARDEN_SEEDS="$2" \
	    "$1/tests/property/test-engine-random"
}
play "$1" "${3:-100}" >"$tmp/a" &
play "$2" "${3:-100}" >"$tmp/b"
wait $!
if diff "$tmp/a" "$tmp/b" >"$tmp/diff"; then
	tail -n 1 "$tmp/a"
else
	echo "$0: not the same with both compilers:"
	head -n 20 "$tmp/diff"
	exit 1
fi
