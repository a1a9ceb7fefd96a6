/* SPDX-License-Identifier: BSD-2-Clause
 *
 * runs.c -- how long what succeeded has taken.
 *
 * Of each phase, recovery and action the latest runs that brought about what
 * they were for: from the intent to the end of the action, and from there to
 * the proof by measurement. A run that failed says nothing about how long
 * one takes that doesn't.
 *
 * A fold over the rows of attempts, and nothing else: each closed one is
 * added when it is closed, or when its row is handed back. Which are kept
 * doesn't depend on the order in which they come, so that a restart changes
 * no number.
 *
 * Quantiles are those of the nearest rank: the 90th percentile of five runs
 * is the longest of them.
 */
#include <assert.h>
#include <string.h>

#include "engine/foresight.h"
#include "engine/work.h"

/* A run of a week is none that a deadline could wait for. */
static const int64_t most_ms = 7 * 24 * INT64_C(3600000);

static bool
before(const struct run *a, const struct run *b)
{
	if (a->closed_at != b->closed_at)
		return a->closed_at < b->closed_at;
	if (a->action_ms != b->action_ms)
		return a->action_ms < b->action_ms;
	return a->proof_ms < b->proof_ms;
}

/* Ascending; the oldest goes. */
static void
keep_run(struct runs *r, const struct run *one)
{
	int32_t i;

	if (r->n == RUNS_KEPT) {
		if (before(one, &r->v[0]))
			return;
		memmove(&r->v[0], &r->v[1], (RUNS_KEPT - 1) * sizeof r->v[0]);
		r->n--;
	}
	for (i = r->n; i > 0 && before(one, &r->v[i - 1]); i--)
		r->v[i] = r->v[i - 1];
	r->v[i] = *one;
	r->n++;
}

static bool
run_of(const struct attempt_row *a, struct run *ret)
{
	int64_t end = a->ended_at == INSTANT_NONE ? a->closed_at :
	    a->ended_at;

	if (a->state != ATTEMPT_CLOSED || a->backfill ||
	    a->failure != FAILURE_NONE || !attempt_succeeded(a))
		return false;
	/* a clock that was set back between them */
	if (end < a->intent_at || a->closed_at < end ||
	    a->closed_at - a->intent_at > most_ms)
		return false;
	*ret = (struct run){ a->closed_at, (int32_t)(end - a->intent_at),
		(int32_t)(a->closed_at - end) };
	return true;
}

bool
durations_add(struct engine *e, const struct attempt_row *a)
{
	struct run one;

	if (!run_of(a, &one))
		return false;
	if (a->phase != NONE)
		keep_run(&e->runs[RUNS_PHASE][a->phase], &one);
	if (a->recovery != NONE)
		keep_run(&e->runs[RUNS_RECOVERY][a->recovery], &one);
	if (a->action != NONE)
		keep_run(&e->runs[RUNS_ACTION][a->action], &one);
	return true;
}

/*----------------------------------------------------------------- reading */

int32_t
nearest_rank(const int32_t *sorted, int32_t n, int32_t percent)
{
	int32_t rank = (n * percent + 99) / 100;

	return sorted[rank > 0 ? rank - 1 : 0];
}

void
sort_in(int32_t *v, int32_t n, int32_t one)
{
	for (; n > 0 && one < v[n - 1]; n--)
		v[n] = v[n - 1];
	v[n] = one;
}

void
engine_durations(const struct engine *e, enum runs_of of, int32_t subject,
    struct durations *ret)
{
	const struct runs *r = &e->runs[of][subject];
	int32_t action[RUNS_KEPT], proof[RUNS_KEPT], i;

	*ret = (struct durations){ .n = r->n };
	if (r->n == 0)
		return;
	for (i = 0; i < r->n; i++) {
		sort_in(action, i, r->v[i].action_ms);
		sort_in(proof, i, r->v[i].proof_ms);
	}
	ret->action_median = nearest_rank(action, r->n, 50);
	ret->action_p90 = nearest_rank(action, r->n, 90);
	ret->proof_median = nearest_rank(proof, r->n, 50);
	ret->proof_p90 = nearest_rank(proof, r->n, 90);
}
