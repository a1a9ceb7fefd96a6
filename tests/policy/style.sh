#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# What a reader can rely on: no file is too long to be read, no function to
# be seen at once, no line to be shown; nothing is left to be done later; no
# test waits for time to pass where it could wait for what it needs.
. "$(dirname "$0")/policy.sh"

FILE_MAX=600 FUNCTION_MAX=80 COLUMNS_MAX=80 OTHER_COLUMNS_MAX=100

# Each reads one source: prints "LINE: what is wrong".
too_long() {
	awk -v max=$FILE_MAX 'END { if (NR > max)
		print NR ": the file has more than " max " lines" }'
}

# From the brace in the first column to its end.
long_functions() {
	awk -v max=$FUNCTION_MAX '/^\{/ { at = NR } /^\}/ { if (at &&
		NR - at + 1 > max) print at ": the function has " NR - at + 1 \
		" lines, " max " are allowed"; at = 0 }'
}

wide() {
	expand | awk -v max="$columns" 'length > max { print NR ": the line has " \
		length " columns, " max " are allowed" }'
}

left_undone() {
	grep -nE '(^|[^A-Za-z_])(TO''DO|FIX''ME)([^A-Za-z_]|$)' |
	sed 's/:.*/: something is left to be done/' || :
}

# A pause is for a loop that looks for something, and within it; another says
# in its line or the one before it that it is there on purpose.
sleeps() {
	awk 'function indent(s) { match(s, /^[ \t]*/); return RLENGTH }
	BEGIN { meant = -1 }
	/on purpose/ { meant = NR }
	/^[ \t]*(while|for|do)([ (]|$)/ { loop = indent($0) + 1 }
	loop && NF && indent($0) < loop - 1 { loop = 0 }
	/^[ \t]*(\(void\))?(u|nano|time\.)?sleep\(/ {
		if (meant < NR - 1 && (!loop || indent($0) < loop))
			print NR ": sleeps without looking for anything" }'
}

columns=$COLUMNS_MAX
must_find wide "$(printf '%81s' x)"
must_pass wide "$(printf '%80s' x)"
must_find wide "$(printf '\t%73s' x)"
must_find too_long "$(seq 601)"
must_pass too_long "$(seq 600)"
must_find long_functions "{
$(seq 80)
}"
must_pass long_functions "{
$(seq 78)
}"
must_find left_undone '	/* TO''DO: all of it */'
must_pass left_undone 'put (to do) FIX''ME_LATER'
must_find sleeps '	(void)usleep(100);'
must_find sleeps '    time.sleep(2)'
must_pass sleeps '    time.sleep(2)   # slow on purpose'
must_find sleeps 'while (x)
	y();
sleep(2);'
must_pass sleeps 'while True:
    time.sleep(2)'
must_pass sleeps '	sleeps(2);'

# look JUDGE FILE...: what it finds, with the file's name.
look() {
	judge=$1
	shift
	for f in "$@"; do
		"$judge" <"$f" | sed "s|^|${f#"$srcdir"/}:|"
	done
}

sources() {
	find "$@" -name '*.[ch]' | sort
}

ours=$(cd "$srcdir" && sources core plugins sdk)
tests=$(cd "$srcdir" && sources tests)
scripts=$(cd "$srcdir" && find tests conf.d sdk bootstrap -name '*.py' -o \
	-name '*.sh' -o -path '*/bin/*' -type f -o -name demo -o \
	-name bootstrap | grep -v '\.pyc$' | sort)
[ "$(echo "$ours" | wc -l)" -gt 100 ] || {
	echo "$0: the sources are not in '$srcdir'"
	exit 1
}
cd "$srcdir"
srcdir=.
# shellcheck disable=SC2086 # no name has a space in it
{
	look too_long $ours $tests
	look long_functions $ours $tests
	look wide $ours
	columns=$OTHER_COLUMNS_MAX
	look wide $tests $scripts
	look left_undone $ours $tests $scripts
	# the zoo hangs because it is one
	look sleeps $(echo "$tests" "$scripts" | tr ' ' '\n' |
		grep '^tests/.*\.[cp]y*$' | grep -v 'hostile/zoo')
} >"$tmp/found"
conclude "$tmp/found"
