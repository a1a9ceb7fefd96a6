/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verify.c -- what a deployment has to have, against what there is.
 *
 * Each entry of the inventory that measures is one call to its check, for one
 * date and in no date's graph: judged by the same limits, remembered by
 * nobody. What a check lacks is declared and absent, what it has too much is
 * there and not declared; an answer that didn't come is unknown, never
 * complete. Beside them stand three entries that every configuration has
 * (verify_builtin.c): its plugins, its secrets, its routes.
 *
 * It is the same in a daemon and without one. What it needs of the
 * configuration is copied, so that a reload may take that away; a call keeps
 * its options until it is back.
 */
#include "daemon/verify.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "calendar/day.h"
#include "daemon/measured.h"
#include "daemon/secrets.h"
#include "engine/judge.h"

enum { TIMEOUT_MS = 30000 };

static const enum result results[] = { RESULT_FAIL, RESULT_UNKNOWN,
	RESULT_WARN, RESULT_PASS, RESULT_SKIP };

struct measuring {
	struct verify *v;
	json_t *entry;          /* borrowed: in the list */
	json_t *options;        /* with secrets */
	struct limits limits;
	struct call *call;      /* NULL: it is back */
};

struct verify {
	struct verify *next, **at;      /* in the list of all */
	struct pool *pool;
	bool released;
	size_t pending;
	bool live;
	json_t *entries, *unmatched;    /* owned */
	struct measuring *v;
	size_t n;
};

/*--------------------------------------------------------------- selection */

static bool
is_in(const json_t *list, const char *name, const char *what)
{
	const json_t *x;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, x) {
		const char *s = json_string_value(x);

		if (s && (strcmp(s, name) == 0 || (what && strcmp(s, what) ==
		    0)))
			return true;
	}
	return false;
}

static bool
is_chosen(const struct verify_options *o, const char *name, const char *what)
{
	return (o->only == NULL || is_in(o->only, name, what)) &&
	    !is_in(o->skip, name, what);
}

static bool
is_known(const struct conf *c, const char *word)
{
	static const char *const ours[] = { "plugins", "secrets", "routes" };
	int32_t i;
	size_t k;

	for (k = 0; k < ARRAY_SIZE(ours); k++)
		if (strcmp(word, ours[k]) == 0)
			return true;
	for (i = 0; i < c->n_inventory; i++)
		if (strcmp(word, c->inventory[i].name) == 0 ||
		    (c->inventory[i].what && strcmp(word,
		    c->inventory[i].what) == 0))
			return true;
	return false;
}

static void
note_unmatched(struct verify *v, const struct conf *c, const json_t *list)
{
	const json_t *x;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, x)
		if (json_is_string(x) && !is_known(c, json_string_value(x)))
			(void)json_array_append(v->unmatched,
			    (json_t *)(uintptr_t)x);
}

/*----------------------------------------------------------------- entries */

static json_t *
add_entry(struct verify *v, const char *name, const char *what,
    const char *looks_at)
{
	json_t *o = json_object();

	json_put(o, "name", name);
	json_put(o, "what", what);
	json_put(o, "looks_at", looks_at);
	(void)json_array_append_new(v->entries, o);
	return o;
}

static void
put_rule(json_t *o, const struct origin *at)
{
	char buf[512];

	if (at->file == NULL)
		return;
	(void)snprintf(buf, sizeof buf, "%s:%d", at->file, at->line);
	json_put(o, "rule", buf);
}

static void
put_result(json_t *o, enum result r)
{
	json_put(o, "result", result_name(r));
}

void
verify_count(json_t *entry, int64_t expected)
{
	int64_t lacks = (int64_t)json_array_size(json_object_get(entry,
	    "missing"));

	json_put_int(entry, "expected", expected);
	json_put_int(entry, "value", expected - lacks);
	json_put_int(entry, "missing_count", lacks);
	/* none of none has proved nothing */
	if (expected == 0)
		json_put(entry, "remark", "there are none");
	put_result(entry, expected == 0 ? RESULT_SKIP : lacks > 0 ?
	    RESULT_FAIL : RESULT_PASS);
}

/*--------------------------------------------------------------- measuring */

static void
put_items(json_t *o, const json_t *answer, const char *list,
    const char *count, int64_t n)
{
	json_t *items = json_object_get(answer, list);

	if (json_is_array(items))
		(void)json_object_set(o, list, items);
	if (n >= 0)
		json_put_int(o, count, n);
}

/* What wasn't told is absent. */
static void
put_number(json_t *o, const char *key, double x)
{
	if (isfinite(x))
		json_put_num(o, key, x);
}

static void
judge_answer(struct measuring *m, const struct call_reply *r)
{
	bool fault = r->status != CALL_ANSWERED ||
	    !json_is_object(r->result);
	struct measurement x = measurement_read(r->result, fault);

	put_number(m->entry, "value", x.value);
	put_number(m->entry, "expected", x.expected);
	put_items(m->entry, r->result, "missing", "missing_count",
	    x.missing);
	put_items(m->entry, r->result, "extra", "extra_count", x.extra);
	json_put(m->entry, "remark", json_text(r->result, "remark", NULL));
	if (fault)
		json_put(m->entry, "fault", r->fault ? r->fault :
		    r->status == CALL_CANCELLED ? "cancelled" :
		    "the plugin gave no answer");
	json_put_int(m->entry, "elapsed_ms", r->elapsed_ms);
	put_result(m->entry, judge(&m->limits, &x));
}

static void
verify_free(struct verify *v)
{
	size_t i;

	for (i = 0; i < v->n; i++)
		secrets_forget(v->v[i].options);
	if (v->at)
		*v->at = v->next;
	if (v->next)
		v->next->at = v->at;
	json_decref(v->entries);
	json_decref(v->unmatched);
	free(v->v);
	free(v);
}

static void
on_answer(void *arg, const struct call_reply *r)
{
	struct measuring *m = arg;
	struct verify *v = m->v;

	m->call = NULL;
	judge_answer(m, r);
	secrets_forget(TAKE(m->options));
	v->pending--;
	if (v->released && v->pending == 0)
		verify_free(v);
}

/* The newest date that has ended, of its pipeline or by UTC. */
static struct date
date_for(const struct verify_options *o, int32_t pipeline)
{
	const struct pipeline_def *p = pipeline == NONE ? NULL :
	    &o->conf->graph.pipelines[pipeline];
	struct zone utc;
	struct date d;

	if (o->dated)
		return o->date;
	zone_utc(&utc);
	d = day_of(p ? &p->zone : &utc, p ? p->day_ends_s : 0, o->now);
	d.day--;
	return d;
}

/* As every check is told (asked.c), with the anchor that a date has before
 * its calendar was asked. Owned. */
static json_t *
input_of(const struct verify_options *o, int32_t pipeline, struct date date)
{
	json_t *in = json_object();
	char day[DATE_TEXT], at[INSTANT_TEXT];

	json_put(in, "date", date_text(date, day));
	json_put(in, "now", instant_utc(o->now - o->now % 1000, at));
	json_put_int(in, "now_ms", o->now);
	(void)json_object_set_new(in, "params", json_object());
	if (pipeline != NONE) {
		const struct pipeline_def *p =
		    &o->conf->graph.pipelines[pipeline];

		json_put(in, "pipeline", p->name);
		json_put_int(in, "anchor", day_end(&p->zone, date,
		    p->day_ends_s));
	}
	return in;
}

static void
ask_check(struct measuring *m, const struct verify_options *o,
    const struct instance *in, json_t *input)
{
	struct secrets k;
	struct call_request r = { .input = input, .arg = m,
		.done = on_answer, .timeout_ms = in->timeout_ms > 0 ?
		in->timeout_ms : TIMEOUT_MS };

	m->options = secrets_reveal(in->options, &k);
	if (m->options == NULL) {
		json_put(m->entry, "fault", k.why);
		put_result(m->entry, RESULT_UNKNOWN);
		free(k.why);
		return;
	}
	r.instance = (struct pool_instance){ .kind = "check",
		.name = in->name, .path = in->path, .options = m->options,
		.identity = in->identity, .secrets = k.v, .n_secrets = k.n };
	m->v->pending++;
	m->call = pool_call(o->pool, &r);
}

static void
measure(struct verify *v, const struct verify_options *o,
    const struct inventory_def *d, json_t *entry)
{
	const struct instance *in = &o->conf->instances[d->instance];
	struct date date = date_for(o, d->pipeline);
	CLEANUP_JSON json_t *input = input_of(o, d->pipeline, date);
	struct measuring *m = &v->v[v->n++];
	char day[DATE_TEXT];

	json_put(entry, "date", date_text(date, day));
	if (!v->live && !d->offline) {
		json_put(entry, "remark", "only a running daemon asks this");
		put_result(entry, RESULT_SKIP);
		return;
	}
	*m = (struct measuring){ .v = v, .entry = entry,
		.limits = d->limits };
	ask_check(m, o, in, input);
}

static void
look_at(struct verify *v, const struct verify_options *o,
    const struct inventory_def *d)
{
	const char *plugin = d->instance == NONE ? "names" :
	    o->conf->instances[d->instance].plugin;
	json_t *entry = add_entry(v, d->name, d->what, plugin);

	put_rule(entry, &d->origin);
	if (d->instance == NONE)
		verify_names(o->conf, d, entry);
	else
		measure(v, o, d, entry);
}

/* What every configuration has. */
static void
look_at_ours(struct verify *v, const struct verify_options *o)
{
	if (is_chosen(o, "plugins", NULL))
		verify_plugins(o->conf, o->finder, add_entry(v, "plugins",
		    NULL, "plugins can be loaded"));
	if (is_chosen(o, "secrets", NULL))
		verify_secrets(o->conf, add_entry(v, "secrets", NULL,
		    "secrets are set"));
	if (is_chosen(o, "routes", NULL))
		verify_routes(o->conf, o->notifiers, o->now, add_entry(v,
		    "routes", NULL, "routes are proven"));
}

/*-------------------------------------------------------------------- life */

struct verify *
verify_new(const struct verify_options *o)
{
	const struct conf *c = o->conf;
	struct verify *v = calloc(1, sizeof *v);
	int32_t i;

	if (v == NULL)
		abort();
	*v = (struct verify){ .pool = o->pool, .live = o->notifiers != NULL,
		.entries = json_array(), .unmatched = json_array() };
	v->v = calloc((size_t)c->n_inventory + 1, sizeof v->v[0]);
	if (v->v == NULL)
		abort();
	if (o->all) {
		v->next = *o->all;
		v->at = o->all;
		if (v->next)
			v->next->at = &v->next;
		*o->all = v;
	}
	note_unmatched(v, c, o->only);
	note_unmatched(v, c, o->skip);
	for (i = 0; i < c->n_inventory; i++)
		if (is_chosen(o, c->inventory[i].name, c->inventory[i].what))
			look_at(v, o, &c->inventory[i]);
	look_at_ours(v, o);
	return v;
}

static int64_t
sum_of(const json_t *entries, const char *count)
{
	const json_t *e;
	int64_t n = 0;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)entries, i, e)
		n += json_int(e, count, 0);
	return n;
}

static json_t *
counts_of(const json_t *entries)
{
	json_t *o = json_object();
	const json_t *e;
	size_t i, k;

	for (k = 0; k < ARRAY_SIZE(results); k++) {
		const char *word = result_name(results[k]);
		int64_t n = 0;

		json_array_foreach((json_t *)(uintptr_t)entries, i, e)
			n += strcmp(json_text(e, "result", ""), word) == 0;
		json_put_int(o, word, n);
	}
	return o;
}

json_t *
verify_result(const struct verify *v)
{
	json_t *o;

	if (v->pending > 0)
		return NULL;
	o = json_object();
	(void)json_object_set_new(o, "live", json_boolean(v->live));
	(void)json_object_set(o, "entries", v->entries);
	(void)json_object_set_new(o, "counts", counts_of(v->entries));
	json_put_int(o, "absent", sum_of(v->entries, "missing_count"));
	json_put_int(o, "undeclared", sum_of(v->entries, "extra_count"));
	(void)json_object_set(o, "unmatched", v->unmatched);
	return o;
}

void
verify_release(struct verify *v)
{
	size_t i;

	if (v == NULL)
		return;
	v->released = true;
	if (v->pending == 0) {
		verify_free(v);
		return;
	}
	for (i = 0; i < v->n; i++)
		if (v->v[i].call)
			pool_cancel(v->pool, v->v[i].call);
}

void
verify_free_all(struct verify **all)
{
	while (*all)
		verify_free(*all);
}
