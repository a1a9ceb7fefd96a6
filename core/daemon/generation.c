/* SPDX-License-Identifier: BSD-2-Clause
 *
 * generation.c -- a configuration and the engine that works on it; reload.
 *
 * A new generation is built whole beside the running one: loaded, named,
 * given an engine, filled from the journal. Only then they are swapped, or
 * the new one is thrown away and nothing has happened. Counters, timers,
 * budgets and incidents survive because they are rows; attempts that run
 * because they are known by id; texts because they are known by name. Calls
 * to checks and gates of the old generation are not waited for: the new
 * engine asks again.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/log.h"
#include "daemon/rehearse.h"

int
generation_load(struct supervisor *s, const char *config, struct diag *d,
    struct generation *ret)
{
	*ret = (struct generation){ 0 };
	finder_refresh(s->finder);
	ret->conf = conf_load(config ? config : s->config,
	    finder_interface(s->finder), d);
	if (ret->conf == NULL)
		return -EINVAL;
	ret->rows = rows_new(&ret->conf->graph, ret->conf->renames,
	    ret->conf->n_renames);
	return 0;
}

void
generation_free(struct generation *g)
{
	rows_free(g->rows);
	free(g->memory);
	conf_free(g->conf);
	*g = (struct generation){ 0 };
}

/* Rows under former names get their present ones, once; of what is not
 * configured any more it is forgotten that it was met. */
static int
move_rows(struct supervisor *s, struct generation *g)
{
	int32_t moved = 0, forgotten = 0;
	struct now now;
	int r;

	supervisor_now(s, &now);
	r = store_begin(s->store);
	if (r < 0)
		return r;
	if (g->conf->n_renames > 0)
		moved = rows_move(g->rows, s->store, now.wall);
	if (moved >= 0)
		forgotten = rows_forget(g->rows, s->store, now.wall);
	r = store_commit(s->store, moved > 0 || forgotten > 0);
	if (moved > 0)
		log_info("journal: %d rows renamed", moved);
	if (moved < 0 || forgotten < 0)
		return moved < 0 ? moved : forgotten;
	return r;
}

int
generation_engine(struct generation *g)
{
	struct engine_limits limits;

	engine_limits_default(&g->conf->graph, &limits);
	g->size = engine_size(&g->conf->graph, &limits);
	g->memory = malloc(g->size);
	if (g->memory == NULL)
		return -ENOMEM;
	g->engine = engine_init(g->memory, &g->conf->graph, &limits);
	return 0;
}

int
generation_fill(struct supervisor *s, struct generation *g)
{
	int r = generation_engine(g);

	if (r == 0)
		r = move_rows(s, g);
	return r < 0 ? r : restore_rows(s, g);
}

static void
keep_workers(struct supervisor *s)
{
	const struct conf *c = s->g.conf;
	CLEANUP_FREE struct pool_instance *v = calloc(
	    (size_t)c->n_instances + 1, sizeof *v);
	static const char *const kinds[] = { [INSTANCE_CHECK] = "check",
		[INSTANCE_GATE] = "gate", [INSTANCE_ACTION] = "action",
		[INSTANCE_NOTIFIER] = "notifier" };
	int32_t i;

	if (v == NULL)
		abort();
	for (i = 0; i < c->n_instances; i++)
		v[i] = (struct pool_instance){
			.kind = kinds[c->instances[i].kind],
			.name = c->instances[i].name,
			.path = c->instances[i].path,
			.options = c->instances[i].options,
			.identity = c->instances[i].identity };
	pool_keep(s->pool, v, (size_t)c->n_instances);
}

void
generation_start(struct supervisor *s)
{
	const struct event e = { .kind = EVENT_RESUMED };

	turn(s, &e);
	found_all(s);
}

void
generation_note(struct supervisor *s, const char *what)
{
	json_t *data = json_object();
	char hash[24];

	defined_note(s);
	(void)snprintf(hash, sizeof hash, "%016llx",
	    (unsigned long long)s->g.conf->hash);
	json_put(data, "what", what);
	json_put(data, "config", hash);
	json_put_int(data, "epoch", (int64_t)store_epoch(s->store));
	json_put_int(data, "generation", (int64_t)s->g.number);
	(void)commit_note(s, "daemon", what, "daemon", data);
}

/*------------------------------------------------------------------ reload */

static void
warn_fixed(struct diag *d, bool same, const char *name)
{
	if (!same)
		diag_warning(d, NULL, 0, "'%s' is another now: it takes a "
		    "restart", name);
}

static bool
same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

void
generation_warn(const struct generation *old, const struct generation *new,
    struct diag *d)
{
	const struct settings *was = &old->conf->settings;
	const struct settings *is = &new->conf->settings;

	warn_fixed(d, same_text(was->state_dir, is->state_dir), "state_dir");
	warn_fixed(d, same_text(was->socket, is->socket), "socket");
	warn_fixed(d, same_text(was->operate_group, is->operate_group),
	    "operate_group");
	warn_fixed(d, same_text(was->report_group, is->report_group),
	    "report_group");
	warn_fixed(d, same_text(was->observe_group, is->observe_group),
	    "observe_group");
	warn_fixed(d, was->workers == is->workers, "workers");
	warn_fixed(d, was->clock_virtual == is->clock_virtual &&
	    was->clock_start == is->clock_start &&
	    was->clock_speed >= is->clock_speed &&
	    was->clock_speed <= is->clock_speed, "clock");
}

/* An incident whose rule is not in the new configuration would stay open for
 * ever, and its end untold. */
static void
withdraw_incidents(struct supervisor *s, const struct generation *new)
{
	const struct incident_row *x;
	struct record where;
	struct reply reply;
	int32_t i;

	for (i = 0; (x = engine_incident_at(s->g.engine, i, &where)); i++) {
		struct command c = { .kind = COMMAND_WITHDRAW,
			.pipeline = NONE, .subject = NONE, .id = x->number,
			.until = INSTANT_NONE, .actor = "reload" };

		if (x->open && !rows_know_root(new->rows,
		    &s->g.conf->graph, x, &where))
			(void)supervisor_command(s, &c, &reply);
	}
}

static void
swap(struct supervisor *s, struct generation *new)
{
	struct generation old = s->g;

	new->number = old.number + 1;
	s->g = *new;
	outbox_reload(s->outbox, s->g.conf);
	generation_free(&old);
	canary_look(s);
	scheduled_look(s);
	keep_workers(s);
	generation_note(s, "reload");
	generation_start(s);
	tellings_tick(s, true); /* other routes, other windows */
	trouble_look(s);
}

/* What was shown before a yes is what is loaded after it. */
static int
check_seen(const struct generation *new, uint64_t seen, struct diag *d)
{
	if (seen == 0 || new->conf->hash == seen)
		return 0;
	diag_error(d, NULL, 0, "the configuration has changed since it was "
	    "shown: look again");
	return -EINVAL;
}

int
supervisor_reload(struct supervisor *s, const struct reload *how,
    struct diag *d, uint64_t *ret_hash)
{
	struct generation new;
	int r;

	*ret_hash = 0;
	if (rehearsing(s))
		return rehearse_reload(s, how->config, d, ret_hash);
	if (!able(s)) {
		diag_error(d, NULL, 0, "the journal can't be written: what "
		    "runs is kept until a restart");
		return -EINVAL;
	}
	notify_reloading(s->notify);
	r = generation_load(s, NULL, d, &new);
	if (r == 0) {
		*ret_hash = new.conf->hash;
		r = check_seen(&new, how->seen, d);
	}
	if (r == 0) {
		withdraw_incidents(s, &new);
		r = generation_fill(s, &new);
		if (r < 0)
			diag_error(d, NULL, 0, "the journal's rows can't be "
			    "read (%s)", strerror(-r));
	}
	if (r == 0) {
		generation_warn(&s->g, &new, d);
		swap(s, &new);
	} else {
		generation_free(&new);
	}
	if (store_failed(s->store, NULL))
		commit_failed(s);
	notify_ready(s->notify, r == 0 ? "reloaded" :
	    "kept the running configuration");
	return r == 0 ? 0 : -EINVAL;
}
