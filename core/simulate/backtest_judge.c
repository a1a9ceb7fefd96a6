/* SPDX-License-Identifier: BSD-2-Clause
 *
 * backtest_judge.c -- was it true that a rule fired?
 *
 * A label decides. Without one a date that owes nothing makes it false, and
 * so do checks that all owe nothing yet, because either configuration says
 * so: a candidate that has forgotten the calendar is judged by the one that
 * has it, and the other way round. Everything else is unknown: it is never
 * taken for true because something fired, nor for false because nothing
 * came of it.
 */
#include <string.h>

#include "base/json.h"
#include "simulate/backtest_json.h"

/* "gate" for an alarm: renames go by kinds of objects. */
static const char *
renamed_kind(enum root_kind kind)
{
	return kind == ROOT_ALARM ? "gate" : kind == ROOT_PROBE ||
	    kind == ROOT_EARLY ? "check" : "phase";
}

void
put_other_name(json_t *o, const struct teller *t, enum root_kind kind,
    const char *name)
{
	const char *theirs = name ? side_other_name(t->s, t->other,
	    renamed_kind(kind), name) : NULL;

	if (theirs && strcmp(theirs, name) != 0)
		json_put(o, "theirs", theirs);
}

static const char *
pipeline_name(const struct side *s, const struct record *where)
{
	return where->pipeline == NONE ? NULL :
	    s->conf->graph.pipelines[where->pipeline].name;
}

static bool
owes_nothing(const struct teller *t, const struct record *where)
{
	const char *name = pipeline_name(t->s, where);

	return name && where->dated && (side_idle(t->s, name, where->date) ||
	    side_idle(t->other, side_other_name(t->s, t->other, "pipeline",
	    name), where->date));
}

/* All that it was about owed nothing yet. */
static bool
all_warm_up(const struct teller *t, const struct record *where,
    const json_t *cause)
{
	const json_t *c;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)cause, i, c) {
		const char *check = json_text(c, "check", "");

		if (!side_warms(t->s, check, where->date) && !side_warms(
		    t->other, side_other_name(t->s, t->other, "check",
		    check), where->date))
			return false;
	}
	return json_array_size(cause) > 0;
}

struct sentence
judge_firing(const struct teller *t, const struct record *where,
    const char *rule, const json_t *cause)
{
	const struct label *l = where->dated && rule ? labels_find(t->labels,
	    where->date, rule) : NULL;
	struct sentence s = { TRUTH_UNKNOWN, NULL, l ? l->delay_ms : -1 };

	if (l) {
		s.truth = l->truth;
		s.because = *l->note ? l->note : "label";
	} else if (owes_nothing(t, where)) {
		s.truth = TRUTH_FALSE;
		s.because = "the date owes nothing";
	} else if (where->dated && all_warm_up(t, where, cause)) {
		s.truth = TRUTH_FALSE;
		s.because = "owes nothing yet: warms up";
	}
	return s;
}

void
put_sentence(json_t *o, const struct sentence *s)
{
	json_put(o, "label", truth_name(s->truth));
	json_put(o, "because", s->because);
	if (s->historical_ms >= 0)
		json_put_int(o, "historical_ms", s->historical_ms);
}
