#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The engine is pure: with the calendar, which it is linked with, it needs
# from outside only functions on memory and strings, the failing assertion
# and the compiler's own helpers. No clock, no allocation, no system call. The
# same goes for core/notify.
. "$(dirname "$0")/policy.sh"
need nm

# Symbols that aren't allowed. Some str functions allocate, ask the locale or
# keep a state.
impure() {
	grep -vE '^(mem(c(mp|py|hr)|move|set|rchr)|bcmp)$' |
	grep -vE '^str(len|nlen|n?cmp|n?cpy|r?chr|str|spn|cspn|pbrk|chrnul)$' |
	grep -vE '^__(mem|str)[a-z]+_chk$' |
	grep -vE '^(__assert_fail|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_)$' |
	grep -vE '^__[a-z]+[sdtx][ifc][234]$' || :
}

for planted in time clock_gettime malloc strdup strerror strtok printf \
	getenv random uv_now json_object; do
	must_find impure $planted
done
for fine in memcpy strnlen __assert_fail __udivti3; do
	must_pass impure $fine
done

# From outside of the given objects or archives.
outside() {
	nm -u "$@" | awk '$1 == "U" { print $2 }' | sort -u >"$tmp/needed"
	nm --defined-only "$@" | awk 'NF == 3 { print $3 }' |
		sort -u >"$tmp/there"
	comm -23 "$tmp/needed" "$tmp/there"
}

engine=core/engine/libengine.a
calendar=core/calendar/libcalendar.a
[ -f $engine ] && [ -f $calendar ] || skip "run it in a build directory"

if nm -u $engine | grep -q __asan; then
	# sanitizers add calls of their own: look at a plain build of it
	need cc
	for f in "$srcdir"/core/engine/*.c "$srcdir"/core/calendar/*.c; do
		o=$tmp/$(basename "$(dirname "$f")")-$(basename "$f" .c).o
		cc -std=gnu11 -O2 -I"$srcdir/core" -I. -c "$f" -o "$o"
	done
	outside "$tmp"/*.o >"$tmp/outside"
else
	outside $engine $calendar >"$tmp/outside"
fi
[ -s "$tmp/outside" ] || {
	echo "$0: it needs nothing at all: that can't be"
	exit 1
}
impure <"$tmp/outside" | sed 's/^/the engine needs /' >"$tmp/found"

# Who is told, and when, is decided as purely; by what a route takes
# something, is asked of core/config too.
notify=core/notify/libnotify.a
marks=core/config/libconf_a-marks.o
if nm -u $notify | grep -q __asan; then
	rm -f "$tmp"/notify-*.o
	for f in "$srcdir"/core/notify/*.c "$srcdir/core/config/marks.c"; do
		cc -std=gnu11 -O2 -I"$srcdir/core" -I. -c "$f" \
			-o "$tmp/notify-$(basename "$f" .c).o"
	done
	outside "$tmp"/notify-*.o "$tmp"/calendar-*.o "$tmp"/engine-*.o \
		>"$tmp/outside"
else
	outside $notify $marks $engine $calendar >"$tmp/outside"
fi
impure <"$tmp/outside" |
	sed 's/^/who is told needs /' >>"$tmp/found"
conclude "$tmp/found"
