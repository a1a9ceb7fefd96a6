#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Bugs planted into a copy of the engine (and of the calendar, the outbox and
# the rules of who is told, that work with it), one at a time: the oracles must find
# each, or they prove nothing. A line that no longer applies is a failure too,
# so that the list keeps up with the code.
#
#	planted.sh              all of them
#	planted.sh 7 12         these
#	planted.sh --list       number, guarantees, file, what it is
#
# Each is a file below core/, the guarantees by which it may be found (an
# assertion of the engine itself counts), what it is, and a sed expression.
# Each must be found within a bounded number of simulated days. With
# GATEWARDEN_SHRINK=60 what was found is made short and told in words. Runs in
# the build directory; $srcdir is the top of the source tree.
set -eu
LC_ALL=C
export LC_ALL
srcdir=$(cd "${srcdir:-$(dirname "$0")/../..}" && pwd)
cc=${CC:-cc}
build=$PWD
days=${GATEWARDEN_PLANT_DAYS:-20000}

# bug N GUARANTEES FILE WHAT SED
bugs() {
# starts
bug 1 '1|13' engine/conditions.c 'a phase starts on what could not tell' \
	's/if (v <= VERDICT_DEGRADED)/if (v <= VERDICT_UNKNOWN)/'
bug 2 '1|2' engine/gates.c 'the answer of a gate for older inputs counts' \
	's/return s->known \&\& s->row.revision == s->revision;/return s->known;/'
bug 3 '5' engine/starts.c 'a phase starts without an intent' \
	'0,/	attempt_write(e, x);/s///'
bug 4 '13' engine/evidence.c 'stale evidence will do' \
	's/!check_fresh(e, s->checks\[i\], s->day, now))/0)/'
bug 5 '15' engine/backfills.c 'what was only met is started' \
	's/	bool adopted = phase_adopted(e, phase, d);/	bool adopted = false;/'
bug 6 '15' engine/backfills.c 'no date is too old' \
	's/	if (!adopted \&\& !is_old(e, d, wall))/	if (!adopted)/'
bug 7 '1' engine/overrides.c 'an override is not spent' \
	'/^override_spend/,/^}/s/x->row.live = false;//'
bug 8 '1' engine/overrides.c 'an override accepts what is worse than it was' \
	's/now->detail <= seen->detail \&\& (now->bad \& ~seen->bad) == 0/1/
	s/now->lacking <= seen->lacking/1/'
bug 9 '1' engine/permits.c 'a permit is granted twice' \
	's/(p->state == PERMIT_GRANTED \&\& wall < p->valid_until)/0/'
bug 10 '1' engine/conditions.c 'a start beside a permit' \
	's/	if (permit)$/	if (0)/'
bug 11 '7' engine/holds.c 'a hold is ignored' \
	's/if (lives(\&x->row, wall) \&\&/if (0 \&\& lives(\&x->row, wall) \&\&/'
bug 12 '7' engine/conditions.c 'backoff is ignored' \
	's/wall < row->retry_at)/wall < 0)/'
bug 13 '1|2' engine/evidence.c 'a block is a latch: done once is open for ever' \
	's/if (!done.holds)$/if (0)/'
bug 14 '5' engine/conditions.c 'the re-check before another try is dropped' \
	's/	add_since_try(e, phase, d, ret);//'
# results
bug 15 '3' engine/judge.c 'NaN passes' \
	's/	if (!finite_number(m->value))$/	if (0)/'
bug 16 '3' engine/judge.c 'empty means all: 0 of 0 passes' \
	's/m->expected == 0 \&\& !l->allow_empty)/0)/'
bug 17 '3' engine/judge.c 'a probe that failed is heard as a number' \
	's/	if (!m->told || m->fault)$/	if (0)/'
bug 18 '13' engine/checks.c 'evidence of another boot is fresh' \
	's/return s->known \&\& s->row.boot_id == now->boot_id/return s->known/'
bug 19 '4' engine/checks.c 'of what nobody knows nothing is owed' \
	's/if (d->row.owed == 0 || is_retired(/if (d->row.owed <= 0 || is_retired(/'
bug 20 '2' engine/gates.c 'a late verdict opens' \
	's/if (!s->known || row.verdict <= s->row.verdict)/if (0)/
	s/\.revision = a->revision, /.revision = s->revision, /
	s/answer_row(const struct engine \*e, /&const struct gate_state *s, /
	s/answer_row(e, a)/answer_row(e, s, a)/'
# repairs
bug 21 '3' engine/damage.c 'what could not tell is repaired' \
	's/if (x != RESULT_FAIL)$/if (x != RESULT_FAIL \&\& x != RESULT_UNKNOWN)/'
bug 22 '3' engine/damage.c 'a failure seen once is repaired' \
	's/			ret->unconfirmed = true;/			;/'
bug 23 '6' engine/proof.c 'proved by what was measured before' \
	's/return a->ended_at + (r->verify/return a->intent_at - 7200000 + (r->verify/'
bug 24 '6|7' engine/restore.c 'a restart refunds the budget of a plan' \
	's/.row = r->u.recovery,/.row = { .episode = r->u.recovery.episode },/'
bug 25 '7' engine/attempts.c 'the hour of a budget is short' \
	's/intent_at <= wall - HOUR_MS)/intent_at <= wall - HOUR_MS \/ 6)/'
bug 26 '6|7' engine/recoveries.c 'no_effect_limit is ignored' \
	's/if (row->no_effect >= r->no_effect_limit)/if (0)/'
bug 27 '7' engine/recoveries.c 'backoff between repairs is ignored' \
	's/	    now->wall < row->next_at) {/	    0) {/'
bug 28 '6' engine/damage.c 'the order of recoveries is ignored' \
	's/return x->order < y->order ||/return x->order > y->order ||/'
bug 29 '6' engine/rerun.c 'what was made from repaired data is not made again' \
	's/row->relied != evidence_hash(e, i, d))/0)/'
bug 30 '6' engine/recoveries.c 'what made it worse is tried again' \
	's/if (row->last == OUTCOME_WORSE)/if (0)/'
bug 31 '7' engine/recoveries.c 'one attempt too many' \
	's/row->attempts >= /row->attempts > /'
bug 32 '6' engine/recoveries.c 'an end that health does not reopen' \
	's/	forgive(e, recovery, d);//'
bug 33 '5' engine/conditions.c 'a phase starts beside a repair of its data' \
	's/if (x->row.phase == phase || overlaps(/if (x->row.phase == phase || 0 \&\& overlaps(/'
# attempts
bug 34 '5|6|I2' engine/attempts.c 'whose attempt it is does not matter' \
	's/return x->row.id == id ? x : NULL;/return x;/'
bug 35 '5|I2' engine/attempts.c 'what nobody saw end is not in doubt' \
	's/	e->doubting = false;/&return;/
	/^doubt_attempts/,/^}/s/	doubt(e, x, attempt_day(e, x));/	;/
	/^found/,/^}/s/		doubt(e, x, d);/		;/'
bug 36 '5|I2' engine/phases.c 'in doubt, not repeatable, and started again' \
	's/e->graph->actions\[x->row.action\].idempotent/1/'
bug 37 '5|10|12' engine/attempts.c 'what has ended stays in flight' \
	'/^attempt_close/,/^}/s/x->row.state = ATTEMPT_CLOSED;//'
bug 38 '5|I2' engine/proof.c 'a repair in doubt, not repeatable, and repeated' \
	's/	if (must_be_held(e, \&x->row, outcome)) {/	if (0) {/'
bug 39 '5' engine/commands.c 'what was cancelled goes on' \
	's/f = emit(e, EFFECT_CANCEL,/f = emit(e, EFFECT_TOUCH,/'
bug 40 '5' engine/attempts.c 'two at once on a target that excludes it' \
	's/return same_text(a->target, b->target);/return false;/'
# conversations
bug 41 '8' engine/notices.c 'the same severity is told again' \
	's/bool worse = row->severity > row->told;/bool worse = row->severity >= row->told;/'
bug 42 '8' engine/notices.c 'an end that nobody hears of' \
	's/say(e, x, NOTICE_RESOLVED, row->told);//'
bug 43 '8' engine/homes.c 'what follows from a root speaks, too' \
	's/if (!failed \&\& upstream.kind == TRACE_INCIDENT)/if (0)/'
bug 44 '8' engine/signs.c 'a phase that is late is forgotten' \
	's/	return probe_incident(e, ret->untold) ? STANDS : UNCLEAR;/	return UNCLEAR;/
	s/	if (ev != EVIDENCE_UNTOLD)/	if (ev == EVIDENCE_GOOD)/'
bug 45 '8' engine/notices.c 'a reminder although somebody has it' \
	's/return row->acked_until > at ? row->acked_until : at;/return at;/'
bug 46 '8' engine/incidents.c 'an incident that is closed speaks again' \
	's/		if (!x->row.open)$/		if (0)/'
bug 47 '8' engine/life.c 'an incident ends with something open in it' \
	's/t->children == 0/1/g'
bug 48 '9' engine/restore.c 'a message has the number of an older one' \
	's/	raise_to(&e->last_message, .*;//'
bug 49 '8' engine/adoption.c 'a summary is told after each restart' \
	'/^summarize/,/^}/s/	emit_record(e,/	return;&/'
# others
bug 50 '14' engine/bypass.c 'nobody notices who ran over a closed edge' \
	's/return v == VERDICT_UNKNOWN ? ARRIVED : ARRIVED_BYPASSED;/return ARRIVED;/'
bug 51 '15' engine/restore.c 'each restart adopts what had ended' \
	's/		e->lanes\[r->pipeline\].row = r->u.pipeline_row;//'
bug 52 '7' engine/restore.c 'a restart forgets what is held' \
	's/((struct hold_entry \*)keep(e, &e->holds, r))->row = r->u.hold;//'
bug 53 '1' engine/permits.c 'a permit lives one moment too long' \
	's/wall < p->valid_until/wall <= p->valid_until/'
bug 54 '10' engine/jump.c 'a clock that was set is not written down' \
	's/	note(e, ms);//'
bug 55 '6' engine/starts.c 'exit 0 is a proof' \
	's/if (p->done_kind == DONE_EXIT)/if (1)/'
bug 56 '1|whole' engine/evidence.c 'an edge to the day before looks at today' \
	's/	if (edge->date_offset == 0)/	if (1)/'
bug 57 '4' calendar/zone.c 'the second of an hour that comes twice' \
	's/	return local_s - span.offset > span.begin ?/	struct zone_span n;\
	if (span.end < last_s) zone_span(z, span.end, \&n);\
	if (span.end < last_s \&\& local_s - n.offset >= n.begin) span = n;\
&/'
bug 58 '4' engine/checks.c 'a calendar that cannot tell owes nothing' \
	'/^units_of/,/^}/s/return -1;/return 0;/'
# messages
bug 59 '9|I5' daemon/outbox.c 'a message is marked before it is sent' \
	's/	(void)json_object_del(body, "fallback");/\
	(void)o->options.begin(o->options.arg);\
	(void)store_delivery(o->options.store, e->id, e->notifier, true, now,\
	    INSTANT_NONE, NULL, NULL);\
	(void)o->options.commit(o->options.arg);\
&/'
bug 60 '9|I5' daemon/outbox_end.c 'any answer of a far end is a receipt' \
	's/if (strcmp(json_text(r->result, "status", ""), "ok") == 0) {/if (1) {/'
bug 61 'I5|I6' daemon/outbox_chain.c 'an end overtakes its beginning' \
	's/	for (x = last->before; x; /	for (x = last->before; 0; /'
bug 62 'I5|I6' daemon/outbox_end.c 'what is given up is handed to nobody' \
	's/	if (r == 0 \&\& over)$/	if (0)/'
bug 63 'I5|I6' daemon/outbox_end.c 'a far end that fails once is not asked again' \
	's/	if (v->hopeless || now >= expires/	if (1 || now >= expires/'
bug 64 'I16|I5|I6' daemon/outbox.c 'a restart forgets what waits to be sent' \
	's/if (store_pending(options->store, take_up, o) < 0)/if (0)/'
bug 65 'I6' daemon/outbox.c 'an end goes to others than the beginning' \
	's/if (n->kind != NOTICE_RESOLVED || n->incident == 0)/if (1)/'
# who reads what has changed isn't told
bug 66 'whole' engine/touch.c 'a phase is not looked at when it is touched' \
	's/	leaf_touch(d, LEAF_PHASE, slot);/	;/'
bug 67 'whole' engine/touch.c 'a measurement that says the same ends no wait' \
	's/^		waits_of_done(e, d, e->links\[LINK_DONE\].to\[i\]);/		;/'
bug 68 'whole' engine/touch.c 'the date after is not told of an edge' \
	's/^			touch(e, u, e->links\[LINK_FAR\].to\[i\]);/			;/'
bug 69 'whole' engine/touch.c 'who waits for an attempt to end waits on' \
	's/^	touch_waiters(e);/	;/'
bug 70 'whole' engine/life.c 'what hangs under a root is not told of its proof' \
	's/^			touch_breach(e, b);/			;/'
bug 71 'whole' engine/phases.c 'a plan that time opens waits for something else' \
	's/^		day_wake(d, c.last_at);/		;/'
# targets, shares, harm
bug 72 '7' engine/breakers.c 'a target that is left alone is tried' \
	's/if (e->breakers\[b\].state == BREAKER_OPEN) {/if (0) {/'
bug 73 '7' engine/breakers.c 'half open lets all through' \
	's/^		return 1;$/		return 99;/'
bug 74 '7' engine/breakers.c 'failures open nothing' \
	's/BREAKER_CLOSED \&\& row->n >= .*failures)/BREAKER_CLOSED \&\& 0)/'
bug 75 '7' engine/breakers.c 'closed, it lets through any number at once' \
	's/most = e->graph->breakers\[breaker\].failures - recent(/most = 99 - recent(/'
bug 76 '7' engine/restore.c 'a restart closes a breaker' \
	's/		e->breakers\[r->subject\] = r->u.breaker;/		;/'
bug 77 '7' engine/rungs.c 'the share of a check is ignored' \
	's/return n >= r->per_item;/return false;/'
bug 78 '6' engine/rungs.c 'what made it worse goes on on other dates' \
	's/return e->disabled\[recovery\].live \&\&/return 0 \&\&/'
bug 79 '6' engine/restore.c 'a restart forgets what does harm' \
	's/		e->disabled\[r->subject\] = r->u.disabled;/		;/'
bug 80 '8|10' engine/tracks.c 'a success is counted as in vain' \
	's/	if (attempt_succeeded(a)) {/	if (0) {/'
bug 81 '8' engine/notices.c 'a reminder of what was said to be nothing' \
	's/	    row->label == LABEL_FALSE)/	    0)/'
# what is given up
bug 82 '15' engine/recoveries.c 'a repair of a source that is given up' \
	's/	if (is_retired(.*recoveries\[recovery\].retirement, d->date))/	if (0)/'
# backfills
bug 83 '15' engine/backfills.c 'a backfill that stands goes on' \
	's/return x \&\& x->row.state == BACKFILL_RUNNING ?/return x ?/'
bug 84 '7' engine/backfill_dates.c 'more dates at once than were asked for' \
	's/	while (active < most/	while (active < most + 1/'
bug 85 '7' engine/attempts.c 'the budget of a backfill is nobodys' \
	's/	int32_t most = b ? b->starts_per_hour :/	int32_t most = b ? 0 :/'
bug 86 '7' engine/attempts.c 'what a backfill starts costs the live dates' \
	's/	uint64_t id = b ? b->id : 0;/	uint64_t id = 0;/'
bug 87 '15' engine/conditions.c 'a backfill publishes unasked' \
	's/		closed_add(c, WHY_EXTERNAL, NONE, 0);/		;/'
bug 88 '6|7' engine/backfill_dates.c 'the other dates do not wait for the first' \
	's/int32_t most = x->row.canary \&\& !x->row.proven ? 1 :/int32_t most =/'
# waivers
bug 89 '4' engine/waivers.c 'a waiver never ends' \
	's/		waiver_end(e, x, WAIVER_EXPIRED);/		continue;/'
bug 90 '2|3|4' engine/checks.c 'what nobody asks for is repaired' \
	's/ || check_waived(e, check, d))$/)/'
bug 91 '3|4' engine/waivers.c 'what is waived is still expected' \
	's/		m->expected -= (double)count;/		;/'
bug 92 '4' engine/waivers.c 'a waiver is needless of what is missing' \
	's/(m->waivers_idle \& 1u << k) != 0/(m->waivers_idle >> k \& 1) == 0/'
bug 93 '3|4|whole' engine/waivers.c 'nobody writes that a waiver was undone' \
	's/waiver_end(e, x, WAIVER_UNDONE);/x->row.state = WAIVER_UNDONE;/'
bug 94 'whole' engine/waivers.c 'a waiver leaves a probe in the dark' \
	's/	if (d->dark) .*/	if (0)/'
# who is told, and when
bug 95 '8' notify/rule.c 'a maintenance is told of' \
	'/^maintenance_stage/,/^}/s/	if (w == NULL)/	if (1)/'
bug 96 '8' notify/rule.c 'a silence is no silence' \
	's/	if (last == NULL)/	if (1)/'
bug 97 '8' notify/rule.c 'a warning at night' \
	's/	s->passed = false;/	return true;/'
bug 98 '8' notify/rule.c 'more in a day than he may have' \
	's/	if (to->cap == 0 ||/	if (1 ||/'
bug 99 '8' notify/telling.c 'what is held is lost' \
	's/	t->waits = held ||/	t->waits =/'
bug 100 '8' notify/telling.c 'what is collected is lost' \
	's/	t->waits = held || .*/	t->waits = held;/'
bug 101 '8' notify/rule.c 'that it got worse is not said' \
	's/	else if (o->r->severity > told->severity)/	else if (0)/'
}

case ${1:-} in
--list)
	bug() {
		printf '%2d  %-20s %-6s %s\n' "$1" "$3" "$2" "$4"
	}
	bugs
	exit 0
	;;
esac

command -v "$cc" >/dev/null || {
	echo "$0: skipped: no compiler"
	exit 77
}

compile() {
	$cc -std=gnu11 -D_GNU_SOURCE -O2 -w -I"$srcdir/core" \
	    -I"$srcdir/sdk/include" -I"$srcdir/core/engine" \
	    -I"$srcdir/core/calendar" -I"$srcdir/core/daemon" \
	    -I"$srcdir/tests/property" -I"$build" "$@"
}

# play DIR OBJECT: with it in place of the whole one of the same name
play() {
	name=${2##*/}
	objects=$(ls "$tmp"/whole/*.o | grep -v "/$name\$")
	link "$1/play" "$2" $objects
	GATEWARDEN_DAYS=$days GATEWARDEN_KEPT=0 \
	    GATEWARDEN_SHRINK=${GATEWARDEN_SHRINK:-0} \
	    GATEWARDEN_TAPE="${GATEWARDEN_TAPE:-$1/tape}" "$1/play" \
	    >"$1/out" 2>&1
}

# link PROGRAM OBJECT...
link() {
	program=$1
	shift
	$cc -o "$program" "$@" "$tmp"/world/*.o "$tmp/base.a" -ljansson -lm
}

# whole DIR: does the engine without the bug play that seed to its end?
whole() {
	seed=$(sed -n 's/^guarantee.*: seed \([0-9]*\) step.*/\1/p' "$1/out")
	GATEWARDEN_SEED=$seed GATEWARDEN_KEPT=0 GATEWARDEN_SHRINK=0 \
	    "$tmp/play" >/dev/null
}

# In a process of its own: planted.sh --one DIR N
if [ "${1:-}" = --one ]; then
	tmp=$2 one=$3
	bug() {
		[ "$1" = "$one" ] || return 0
		known=1
		dir=$tmp/$1
		name=${3##*/}
		mkdir "$dir"
		sed -e "$5" "$srcdir/core/$3" >"$dir/$name"
		if cmp -s "$srcdir/core/$3" "$dir/$name"; then
			said="doesn't apply to $3: $5"
			return
		fi
		if ! compile -c "$dir/$name" -o "$dir/${name%.c}.o"; then
			said="doesn't compile"
		elif play "$dir" "$dir/${name%.c}.o"; then
			said="$4 ($3): NOT FOUND: $(tail -n 1 "$dir/out")"
		elif ! grep -qE "^guarantee ($2|assertion):" "$dir/out"; then
			said="$4 ($3): found as another one:
$(cat "$dir/out")"
		elif ! whole "$dir"; then
			said="$4 ($3): so does the whole engine:
$(cat "$dir/out")"
		else
			found=1
			said="$4 ($3): $(sed -n \
'/^guarantee/ { s/: seed \([0-9]*\) step [0-9]*: .*/, seed \1/; s/^/found as /; p; q; }' \
"$dir/out"), after $(sed -n 's/^seeds.*: \([0-9]*\) days.*/\1/p' "$dir/out") days"
			[ "${GATEWARDEN_SHRINK:-0}" = 0 ] || cat "$dir/out"
		fi
	}
	known='' found='' said='there is no such bug'
	bugs
	printf 'bug %s: %s\n' "$one" "$said"
	[ -z "$found" ] || : >"$tmp/found.$one"
	exit 0
fi

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/whole" "$tmp/world" "$tmp/base"
ls "$srcdir"/core/engine/*.c "$srcdir"/core/calendar/*.c \
    "$srcdir"/core/daemon/outbox*.c "$srcdir/core/journal/store.c" \
    "$srcdir"/core/notify/[!n]*.c \
    >"$tmp/sources"
ls "$srcdir"/tests/property/*.c "$srcdir"/core/journal/laws*.c \
    >"$tmp/worlds"
ls "$srcdir"/core/base/*.c "$srcdir/core/config/marks.c" >"$tmp/bases"
each() {
	(cd "$tmp/$1" && xargs -n 8 -P 2 $cc -std=gnu11 -D_GNU_SOURCE -O2 -w \
	    -I"$srcdir/core" -I"$srcdir/sdk/include" \
	    -I"$srcdir/tests/property" -I"$build" -c) <"$2"
}
each whole "$tmp/sources"
each world "$tmp/worlds"
each base "$tmp/bases"
ar rc "$tmp/base.a" "$tmp"/base/*.o
link "$tmp/play" "$tmp"/whole/*.o

bug() {
	echo "$1"
}
if [ $# -gt 0 ]; then
	printf '%s\n' "$@"
else
	bugs
fi >"$tmp/numbers"
all=$(wc -l <"$tmp/numbers")
export srcdir
xargs -n 1 -P 2 sh "$0" --one "$tmp" <"$tmp/numbers"
found=$(ls "$tmp" | grep -c '^found\.') || :
echo "$found of $all planted bugs found"
[ "$found" = "$all" ]
