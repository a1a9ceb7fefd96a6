/* SPDX-License-Identifier: BSD-2-Clause
 *
 * history.c -- what the past says, for people.
 *
 * The engine folds the durations (core/engine/runs.c) from the rows of
 * attempts; here they become words and JSON. Where few runs are known, their
 * number stands beside what they say: whoever reads it judges.
 */
#include "daemon/history.h"

#include "base/json.h"
#include "base/units.h"

int64_t
history_takes_ms(const struct engine *e, enum runs_of of, int32_t subject,
    bool worst)
{
	struct durations d;

	engine_durations(e, of, subject, &d);
	if (d.n == 0)
		return -1;
	return worst ? d.action_p90 + d.proof_p90 :
	    d.action_median + d.proof_median;
}

void
history_words(struct text *t, const struct durations *d)
{
	char buf[DURATION_TEXT];

	if (d->n == 0) {
		text_add(t, "no run is known");
		return;
	}
	text_addf(t, "usually %s, ", duration_round(d->action_median +
	    d->proof_median, buf));
	text_addf(t, "9 of 10 within %s (%d run%s)",
	    duration_round(d->action_p90 + d->proof_p90, buf), d->n,
	    d->n == 1 ? "" : "s");
}

json_t *
history_json(const struct durations *d)
{
	json_t *o;

	if (d->n == 0)
		return json_null();
	o = json_object();
	json_put_int(o, "runs", d->n);
	json_put_int(o, "action_median_ms", d->action_median);
	json_put_int(o, "action_p90_ms", d->action_p90);
	json_put_int(o, "proof_median_ms", d->proof_median);
	json_put_int(o, "proof_p90_ms", d->proof_p90);
	return o;
}
