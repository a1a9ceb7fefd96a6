/* SPDX-License-Identifier: BSD-2-Clause
 *
 * rules_defs.c -- what is defined, as the daemon writes it once per
 * generation that differs ("graph"), made into facts.
 */
#include <string.h>

#include "base/json.h"
#include "journal/rules_read.h"

struct defs {
	struct interned *w;
	struct room *room;
	const struct law_fact *where;
	read_fn *fn;
	void *arg;
};

static int32_t
count(const json_t *o, const char *member)
{
	int64_t v = json_int(o, member, 0);

	return v > INT32_MAX ? INT32_MAX : v < 0 ? 0 : (int32_t)v;
}

static int64_t
span(const json_t *o, const char *member)
{
	int64_t v = json_int(o, member, -1);

	return v > INT64_MAX / 1024 ? INT64_MAX / 1024 : v < 0 ? -1 : v;
}

static struct law_names
names(struct defs *d, const json_t *o, const char *member, char kind)
{
	return read_names(d->w, d->room, json_object_get(o, member), kind,
	    json_text(o, "pipeline", NULL));
}

static void
define_pipeline(struct defs *d, const json_t *o, struct law_fact *f)
{
	(void)d;
	f->u.pipeline_def = (struct law_pipeline_def){
		.enforces = strcmp(json_text(o, "mode", "enforce"),
		    "enforce") == 0,
		.act_within_ms = json_int(o, "act_within_ms", INT64_MAX),
		.remind_ms = span(o, "remind_ms") };
}

static void
define_check(struct defs *d, const json_t *o, struct law_fact *f)
{
	(void)d;
	f->u.check_def = (struct law_check_def){
		.confirm = count(o, "confirm"),
		.allow_empty = json_flag(o, "allow_empty", false),
		.calendar = json_flag(o, "calendar", false) };
}

static void
define_gate(struct defs *d, const json_t *o, struct law_fact *f)
{
	f->u.gate_def = (struct law_gate_def){
		.inputs = names(d, o, "inputs", 'c'),
		.watches = json_flag(o, "watches", false),
		.unknown_opens_until = json_int(o, "unknown_opens_until",
		    INSTANT_NONE) };
}

static void
define_phase(struct defs *d, const json_t *o, struct law_fact *f)
{
	f->u.phase_def = (struct law_phase_def){
		.after = names(d, o, "after", 'p'),
		.before = names(d, o, "before", 'p'),
		.guards = names(d, o, "guards", 'g'),
		.done = names(d, o, "done", 'c'),
		.done_gate = interned_number(d->w, 'g', NULL,
		    json_text(o, "done_gate", NULL)),
		.done_by_exit = json_flag(o, "done_by_exit", false),
		.plan = count(o, "attempts") };
}

static void
define_recovery(struct defs *d, const json_t *o, struct law_fact *f)
{
	const char *retired = json_text(o, "retired_from", NULL);
	int32_t from = 0;

	f->u.recovery_def = (struct law_recovery_def){
		.repairs = names(d, o, "repairs", 'c'),
		.plan = count(o, "attempts"),
		.per_date = count(o, "per_date"),
		.per_item = count(o, "per_item"),
		.no_effect_limit = count(o, "no_effect_limit"),
		.order = count(o, "order"),
		.enforces = strcmp(json_text(o, "mode", ""), "enforce") ==
		    0,
		.retires = read_day(retired, &from), .retired_from = from };
}

static void
define_action(struct defs *d, const json_t *o, struct law_fact *f)
{
	f->u.action_def = (struct law_action_def){
		.idempotent = json_flag(o, "idempotent", false),
		.exclusive = json_flag(o, "exclusive", false),
		.target = interned_number(d->w, 't', NULL,
		    json_text(o, "target", NULL)),
		.breaker = interned_number(d->w, 'b', NULL,
		    json_text(o, "breaker", NULL)),
		.per_hour = count(o, "per_hour") };
}

static void
define_all(struct defs *d, const json_t *list, enum law_kind kind,
    char letter, void (*define)(struct defs *, const json_t *,
    struct law_fact *))
{
	const json_t *o;
	size_t i;

	json_array_foreach(list, i, o) {
		const char *pipeline = json_text(o, "pipeline", NULL);
		struct law_fact f = *d->where;

		f.kind = kind;
		f.name = interned_number(d->w, letter, pipeline,
		    json_text(o, "name", NULL));
		f.pipeline = interned_number(d->w, 'l', NULL, pipeline);
		d->room->n_names = 0;
		d->room->full = false;
		define(d, o, &f);
		if (f.name != 0 && !d->room->full)
			d->fn(d->arg, &f);
	}
}

void
read_definitions(struct interned *w, struct room *room,
    const struct law_fact *where, const json_t *data, read_fn *fn, void *arg)
{
	struct defs d = { w, room, where, fn, arg };
	struct law_fact f = *where;

	f.kind = FACT_GENERATION;
	f.u.generation.starts_per_hour = count(data, "starts_per_hour");
	fn(arg, &f);
	define_all(&d, json_object_get(data, "pipelines"),
	    FACT_DEFINE_PIPELINE, 'l', define_pipeline);
	define_all(&d, json_object_get(data, "checks"), FACT_DEFINE_CHECK,
	    'c', define_check);
	define_all(&d, json_object_get(data, "gates"), FACT_DEFINE_GATE, 'g',
	    define_gate);
	define_all(&d, json_object_get(data, "phases"), FACT_DEFINE_PHASE,
	    'p', define_phase);
	define_all(&d, json_object_get(data, "recoveries"),
	    FACT_DEFINE_RECOVERY, 'r', define_recovery);
	define_all(&d, json_object_get(data, "actions"), FACT_DEFINE_ACTION,
	    'a', define_action);
}
