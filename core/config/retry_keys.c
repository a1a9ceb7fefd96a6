/* SPDX-License-Identifier: BSD-2-Clause
 *
 * retry_keys.c -- what may stand in a `retry` group, by its formula.
 *
 * Three vocabularies for one plan. `exponential` is ours; `tenacity` takes
 * the arguments of that library's wait_exponential and stop_after_attempt as
 * they stand in a Python file, numbers being seconds; `temporal` the fields
 * of a Temporal retry policy. Each has a table of its own, so that a word of
 * another one is unknown here instead of being understood by halves: `min`
 * is a floor in one of them, and `multiplier` the first wait.
 *
 * All fill the same struct retry, and the engine knows one formula. What
 * doesn't carry over is a plan without end.
 */
#include "config/keys.h"

#include <string.h>

#include "base/units.h"

#define IN_RETRY(member) offsetof(struct retry, member)
#define LONGEST (30 * INT64_C(86400000))

static const struct choice formulas[] = {
	{ "exponential", FORMULA_EXPONENTIAL },
	{ "tenacity", FORMULA_TENACITY },
	{ "temporal", FORMULA_TEMPORAL }, { NULL, 0 }
};
static const struct choice jitters[] = {
	{ "none", JITTER_NONE }, { "full", JITTER_FULL },
	{ "equal", JITTER_EQUAL }, { "decorrelated", JITTER_DECORRELATED },
	{ NULL, 0 }
};

#define FORMULA_KEY \
	{ .name = "formula", .type = KEY_CHOICE, .at = IN_RETRY(formula), \
	  .choices = formulas, .fallback = "exponential", \
	  .help = "whose words these are: exponential, tenacity, temporal" }
#define ATTEMPTS_KEY(word, most) \
	{ .name = (word), .type = KEY_INT, .at = IN_RETRY(attempts), .min = 1, \
	  .max = 1000, .fallback = (most), \
	  .help = "how often it is tried, at most" }
#define JITTER_KEY \
	{ .name = "jitter", .type = KEY_CHOICE, .at = IN_RETRY(jitter), \
	  .choices = jitters, .fallback = "none", \
	  .help = "full, equal or decorrelated: a random part of each wait" }

#define EXPONENTIAL_KEYS(most, first) { \
	FORMULA_KEY, ATTEMPTS_KEY("attempts", most), \
	{ .name = "initial", .type = KEY_DURATION, .at = IN_RETRY(initial_ms), \
	  .min = 1, .max = LONGEST, .fallback = (first), \
	  .help = "wait after the first" }, \
	{ .name = "floor", .type = KEY_DURATION, .at = IN_RETRY(floor_ms), \
	  .max = LONGEST, .fallback = "0", \
	  .help = "no wait is shorter" }, \
	{ .name = "multiplier", .type = KEY_NUMBER, \
	  .at = IN_RETRY(multiplier), \
	  .min = 1, .max = 100, .fallback = "2.0", \
	  .help = "each wait is that many times the one before" }, \
	{ .name = "max", .type = KEY_DURATION, \
	  .at = IN_RETRY(max_ms), .min = 1, \
	  .max = LONGEST, .fallback = "6h", \
	  .help = "no wait is longer" }, \
	JITTER_KEY, { .name = NULL } \
}

#define TENACITY_KEYS(most) { \
	FORMULA_KEY, ATTEMPTS_KEY("stop_after", most), \
	{ .name = "multiplier", .type = KEY_SECONDS, \
	  .at = IN_RETRY(initial_ms), \
	  .min = 1, .max = LONGEST, .fallback = "1s", \
	  .help = "wait after the first" }, \
	{ .name = "min", .type = KEY_SECONDS, .at = IN_RETRY(floor_ms), \
	  .max = LONGEST, .fallback = "0", \
	  .help = "no wait is shorter" }, \
	{ .name = "max", .type = KEY_SECONDS, \
	  .at = IN_RETRY(max_ms), .min = 1, \
	  .max = LONGEST, .fallback = "30d", \
	  .help = "no wait is longer" }, \
	{ .name = "exp_base", .type = KEY_NUMBER, .at = IN_RETRY(multiplier), \
	  .min = 1, .max = 100, .fallback = "2.0", \
	  .help = "each wait is that many times the one before" }, \
	JITTER_KEY, { .name = NULL } \
}

#define TEMPORAL_KEYS(most) { \
	FORMULA_KEY, ATTEMPTS_KEY("maximum_attempts", most), \
	{ .name = "initial_interval", .type = KEY_SECONDS, \
	  .at = IN_RETRY(initial_ms), .min = 1, .max = LONGEST, \
	  .fallback = "1s", .help = "wait after the first" }, \
	{ .name = "backoff_coefficient", .type = KEY_NUMBER, \
	  .at = IN_RETRY(multiplier), .min = 1, .max = 100, .fallback = "2.0", \
	  .help = "each wait is that many times the one before" }, \
	{ .name = "maximum_interval", .type = KEY_SECONDS, \
	  .at = IN_RETRY(max_ms), .min = 1, .max = LONGEST, \
	  .help = "no wait is longer; default: 100 times the first" }, \
	JITTER_KEY, { .name = NULL } \
}

const struct key start_retry[] = EXPONENTIAL_KEYS("1", "1m");
const struct key recovery_retry[] = EXPONENTIAL_KEYS("3", "5m");
static const struct key start_tenacity[] = TENACITY_KEYS("1");
static const struct key recovery_tenacity[] = TENACITY_KEYS("3");
static const struct key start_temporal[] = TEMPORAL_KEYS("1");
static const struct key recovery_temporal[] = TEMPORAL_KEYS("3");

static bool
is_formula(const struct node *group, const char *name)
{
	const struct node *n = node_member(group, "formula");

	return n && n->type == NODE_STRING && strcmp(n->text, name) == 0;
}

const struct key *
start_retry_of(const struct node *group)
{
	return is_formula(group, "tenacity") ? start_tenacity :
	    is_formula(group, "temporal") ? start_temporal : start_retry;
}

const struct key *
recovery_retry_of(const struct node *group)
{
	return is_formula(group, "tenacity") ? recovery_tenacity :
	    is_formula(group, "temporal") ? recovery_temporal :
	    recovery_retry;
}

void
retry_finish(struct load *l, const struct object *o, struct retry *r)
{
	char buf[DURATION_TEXT];
	struct node made = { .type = NODE_STRING };

	if (r->formula != FORMULA_TEMPORAL || r->max_ms > 0 ||
	    r->initial_ms <= 0)
		return;
	r->max_ms = r->initial_ms < LONGEST / 100 ? 100 * r->initial_ms :
	    LONGEST;
	made.text = duration_text(r->max_ms, buf);
	resolve_note(l, o, "retry.maximum_interval", node_json(&made),
	    &made);
}

const char *
retry_word(const struct retry *r, enum retry_part part)
{
	static const char *const words[][RETRY_PARTS] = {
		[FORMULA_EXPONENTIAL] = { "initial", "floor", "multiplier",
		    "max" },
		[FORMULA_TENACITY] = { "multiplier", "min", "exp_base",
		    "max" },
		[FORMULA_TEMPORAL] = { "initial_interval", "floor",
		    "backoff_coefficient", "maximum_interval" },
	};

	return words[r->formula][part];
}
