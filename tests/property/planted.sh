#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Bugs planted into a copy of the engine, one at a time: the oracles must find
# each, or they prove nothing. A line that no longer applies is a failure too,
# so that the list keeps up with the code.
#
# Each is a file, a sed expression and the guarantees by which it may be
# found (an assertion of the engine itself counts). Runs in the build
# directory; $srcdir is the top of the source tree.
set -eu
LC_ALL=C
export LC_ALL
srcdir=$(cd "${srcdir:-$(dirname "$0")/../..}" && pwd)
cc=${CC:-cc}
command -v "$cc" >/dev/null || {
	echo "$0: skipped: no compiler"
	exit 77
}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

compile() {
	$cc -std=gnu11 -D_GNU_SOURCE -O1 -w -I"$srcdir/core" \
	    -I"$srcdir/tests/property" "$@"
}

mkdir "$tmp/whole" "$tmp/world" "$tmp/bad"
for f in "$srcdir"/core/engine/*.c "$srcdir"/core/calendar/*.c; do
	echo "$f"
done >"$tmp/sources"
(cd "$tmp/whole" && compile -c $(cat "$tmp/sources"))
(cd "$tmp/world" && compile -c "$srcdir"/tests/property/*.c)

# play OBJECT...: with them in place of the whole ones of the same name
play() {
	objects="$*"
	for o in "$tmp"/whole/*.o; do
		case " $objects " in
		*"/$(basename "$o") "*) ;;
		*) objects="$objects $o" ;;
		esac
	done
	compile -o "$tmp/play" $objects "$tmp"/world/*.o -lm
	GATEWARDEN_SEEDS=${GATEWARDEN_PLANT_SEEDS:-400} "$tmp/play" \
	    >"$tmp/out" 2>&1
}

n=0 bad=0
# plant GUARANTEES FILE SED
plant() {
	n=$((n + 1))
	sed -e "$3" "$srcdir/core/engine/$2" >"$tmp/bad/$2"
	if cmp -s "$srcdir/core/engine/$2" "$tmp/bad/$2"; then
		echo "planted.sh: bug $n doesn't apply to $2: $3"
		bad=1
		return
	fi
	compile -I"$srcdir/core/engine" -c "$tmp/bad/$2" \
	    -o "$tmp/bad/${2%.c}.o"
	if play "$tmp/bad/${2%.c}.o"; then
		echo "planted.sh: nobody finds bug $n in $2: $3"
		bad=1
	elif ! grep -qE "^guarantee ($1):|Assertion" "$tmp/out"; then
		echo "planted.sh: bug $n in $2 is found as another one:"
		cat "$tmp/out"
		bad=1
	else
		grep -E '^guarantee|Assertion' "$tmp/out" |
		    sed "s/^/$2: /"
	fi
	rm -f "$tmp"/bad/*.o
}

# a start on what could not tell
plant '1|13' conditions.c 's/if (v <= VERDICT_DEGRADED)/if (v <= VERDICT_UNKNOWN)/'
# an answer for older inputs counts
plant '1|2' gates.c 's/return s->known \&\& s->row.revision == s->revision;/return s->known;/'
# could not tell is repaired
plant '3' damage.c 's/if (x != RESULT_FAIL)$/if (x != RESULT_FAIL \&\& x != RESULT_UNKNOWN)/'
# a start without an intent
plant '5' starts.c '0,/	attempt_write(e, x);/s///'
# proved by what was measured before
plant '6' proof.c 's/return a->ended_at + (r->verify/return a->intent_at - 7200000 + (r->verify/'
# a restart refunds the budget of a plan
plant '6|7' restore.c 's/.row = r->u.recovery,/.row = { .episode = r->u.recovery.episode },/'
# an hour is short
plant '7' attempts.c 's/intent_at <= wall - HOUR_MS)/intent_at <= wall - HOUR_MS \/ 6)/'
# nobody looks at holds
plant '7' holds.c 's/if (lives(\&x->row, wall) \&\&/if (0 \&\& lives(\&x->row, wall) \&\&/'
# each evaluation is announced
plant '8' notices.c 's/if (severity > row->told)/if (0)/'
# an end that nobody hears of
plant '8' notices.c 's/say(e, x, NOTICE_RESOLVED, row->told);//'
# what follows from a root speaks, too
plant '8' homes.c 's/if (!failed \&\& upstream.kind == TRACE_INCIDENT)/if (0)/'
# a phase that is late is forgotten
plant '8' signs.c \
	's/	return probe_incident(e, ret->untold) ? STANDS : UNCLEAR;/	return UNCLEAR;/
	s/	if (ev != EVIDENCE_UNTOLD)/	if (ev == EVIDENCE_GOOD)/'
# stale evidence will do
plant '13' evidence.c 's/!check_fresh(e, s->checks\[i\], s->day, now))/0)/'
# nobody notices who ran over a closed edge
plant '14' bypass.c 's/return v == VERDICT_UNKNOWN ? ARRIVED : ARRIVED_BYPASSED;/return ARRIVED;/'
# what was only met is started
plant '15' conditions.c \
	's/	if (phase_adopted(e, (int32_t)(p - e->graph->phases), d))/	if (0)/'

# whoever reads what has changed isn't told
plant 'whole' touch.c 's/	leaf_touch(d, LEAF_PHASE, slot);/	;/'
# ... who waits for a measurement, whatever it says
plant 'whole' touch.c \
	's/^		waits_of_done(e, d, e->links\[LINK_DONE\].to\[i\]);/		;/'
# ... on the date after
plant 'whole' touch.c \
	's/^			touch(e, u, e->links\[LINK_FAR\].to\[i\]);/			;/'
# ... who waits for an attempt to end
plant 'whole' touch.c 's/^	end_waits(e);/	;/'
# ... who waits for a root to be proven
plant 'whole' life.c 's/^			touch_breach(e, b);/			;/'
# a plan that time opens is looked at when something else happens
plant 'whole' phases.c 's/^		day_wake(d, c.last_at);/		;/'

[ $bad = 0 ] && echo "planted.sh: $n bugs, all found"
exit $bad
