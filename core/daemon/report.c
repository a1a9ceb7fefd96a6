/* SPDX-License-Identifier: BSD-2-Clause
 *
 * report.c -- what verbs may look at: borrowed, and valid until they return.
 */
#include <stdio.h>

#include "base/json.h"
#include "daemon/inside.h"

const struct conf *
supervisor_conf(const struct supervisor *s)
{
	return s->g.conf;
}

const struct engine *
supervisor_engine(const struct supervisor *s)
{
	return s->g.engine;
}

struct store *
supervisor_store(struct supervisor *s)
{
	return s->store;
}

struct pool *
supervisor_pool(struct supervisor *s)
{
	return s->pool;
}

const struct plugin_finder *
supervisor_finder(struct supervisor *s)
{
	finder_refresh(s->finder);
	return finder_interface(s->finder);
}

uv_loop_t *
supervisor_loop(struct supervisor *s)
{
	return &s->loop;
}

void
supervisor_now(struct supervisor *s, struct now *ret)
{
	clock_read(&s->clock, ret);
}

void
supervisor_watch(struct supervisor *s, supervisor_watch_fn *fn, void *arg)
{
	s->watch = fn;
	s->watch_arg = arg;
}

const json_t *
supervisor_measurement(const struct supervisor *s, int32_t check,
    struct date date)
{
	return answer_get(s->answers.checks,
	    s->g.conf->graph.checks[check].name, date);
}

const json_t *
supervisor_evaluation(const struct supervisor *s, int32_t gate,
    struct date date)
{
	return answer_get(s->answers.gates,
	    s->g.conf->graph.gates[gate].name, date);
}

const json_t *
supervisor_attempt(const struct supervisor *s, uint64_t id)
{
	return attempt_known(&s->answers, id);
}

static void
put_instant(json_t *o, const char *key, int64_t at)
{
	if (at == INSTANT_NONE || at == 0)
		(void)json_object_set_new(o, key, json_null());
	else
		json_put_int(o, key, at);
}

static json_t *
journal_report(struct supervisor *s)
{
	json_t *o = json_object();
	const char *why = NULL;
	bool failed = store_failed(s->store, &why) || s->mute;

	json_put_int(o, "seq", (int64_t)store_last_seq(s->store));
	(void)json_object_set_new(o, "failed", json_boolean(failed));
	json_put(o, "why", why);
	return o;
}

json_t *
supervisor_report(struct supervisor *s)
{
	json_t *o = json_object();
	char hash[24];

	(void)snprintf(hash, sizeof hash, "%016llx",
	    (unsigned long long)s->g.conf->hash);
	json_put_int(o, "generation", (int64_t)s->g.number);
	if (supervisor_is_dry(s))
		(void)json_object_set_new(o, "dry_run", json_true());
	json_put(o, "config", s->config);
	json_put(o, "config_hash", hash);
	json_put(o, "state_dir", s->state_dir);
	put_instant(o, "started_at", s->started_at);
	put_instant(o, "last_tick", s->last_tick);
	json_put_int(o, "checks_run", (int64_t)s->checks_run);
	json_put_int(o, "calls_under_way", (int64_t)s->n_asked);
	(void)json_object_set_new(o, "journal", journal_report(s));
	(void)json_object_set_new(o, "outbox", outbox_report(s->outbox));
	(void)json_object_set(o, "troubles", s->troubles);
	return o;
}
