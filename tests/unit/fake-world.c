/* SPDX-License-Identifier: BSD-2-Clause
 *
 * fake-world.c -- a configuration and a pool that a test makes up.
 *
 * Calls are answered from the loop, never from within pool_call, as the real
 * pool does. One world at a time: the functions that the supervisor calls
 * have no place for a pointer to it.
 */
#include "fake-world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json.h"

static struct fake *world;

/*-------------------------------------------------------- configuration */

static const int32_t inputs[] = { CHECK_RAW, CHECK_MARTS };
static const int32_t raw_only[] = { CHECK_RAW };
static const int32_t marts_only[] = { CHECK_MARTS };
static const int32_t to_team[] = { 5 };
static const struct edge_def after_load[] = { { PHASE_LOAD, 0 } };
static const char *const was_raw[1][3] = { { "check", "raw", "crude" } };

struct fake_conf {
	struct conf conf;
	struct pipeline_def pipeline;
	struct phase_def phases[PHASES];
	struct check_def checks[CHECKS];
	struct gate_def gate;
	struct action_def actions[2];
	struct recovery_def recovery;
	struct instance instances[6];
	struct route route;
};

static struct origin
origin(int line)
{
	return (struct origin){ "shop.conf", line };
}

static void
build_instances(struct fake_conf *c)
{
	static const struct { enum instance_kind kind; const char *name; }
	    list[] = { { INSTANCE_CHECK, "raw" }, { INSTANCE_CHECK, "marts" },
		{ INSTANCE_GATE, "ready" }, { INSTANCE_ACTION, "etl" },
		{ INSTANCE_ACTION, "mend" }, { INSTANCE_NOTIFIER, "team" } };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(list); i++)
		c->instances[i] = (struct instance){ .kind = list[i].kind,
			.name = list[i].name, .origin = origin((int)i),
			.plugin = "fake", .path = "/fake.so",
			.options = json_object(), .timeout_ms = 1000,
			.pipeline = 0 };
	if (world->raw_name)
		c->instances[CHECK_RAW].name = world->raw_name;
	if (world->swapped) {
		c->instances[CHECK_RAW].name = "marts";
		c->instances[CHECK_MARTS].name = "raw";
	}
}

static void
build_objects(struct fake_conf *c)
{
	static const struct limits min1 = { .fail_below = { LIMIT_ABSOLUTE,
		1 } };
	int i;

	for (i = 0; i < CHECKS; i++)
		c->checks[i] = (struct check_def){ .origin = origin(10 + i),
			.name = c->instances[i].name,
			.item = c->instances[i].name, .instance = i,
			.limits = min1, .confirm = 1, .every_ms = 600000,
			.patience_ms = 3600000 };
	c->gate = (struct gate_def){ .name = "ready", .origin = origin(20),
		.instance = 2, .inputs = inputs, .n_inputs = 2,
		.mode = MODE_ENFORCE };
	c->actions[0] = (struct action_def){ .name = "etl",
		.origin = origin(30), .instance = 3, .idempotent = true };
	c->actions[1] = (struct action_def){ .name = "mend",
		.origin = origin(31), .instance = 4, .idempotent = true };
	c->recovery = (struct recovery_def){ .name = "mend",
		.origin = origin(40), .action = 1, .repairs = raw_only,
		.n_repairs = 1, .retry = { .attempts = 2,
		.initial_ms = 60000, .max_ms = 60000, .multiplier = 1 },
		.no_effect_limit = 2, .per_date = 5,
		.verify_every_ms = 60000, .verify_within_ms = 600000,
		.mode = MODE_ENFORCE };
}

static void
build_phases(struct fake_conf *c)
{
	c->phases[PHASE_LOAD] = (struct phase_def){ .name = "load",
		.origin = origin(50), .done_kind = DONE_CHECKS,
		.done_checks = raw_only, .n_done_checks = 1,
		.done_gate = NONE, .start = NONE,
		.due = { .kind = DUE_ANCHOR, .after_ms = 3600000 },
		.severity = SEVERITY_WARNING, .permit_ms = 600000,
		.retry = { .attempts = 1, .multiplier = 1 },
		.verify_within_ms = 600000 };
	c->phases[PHASE_PUBLISH] = (struct phase_def){ .name = "publish",
		.origin = origin(51), .after = after_load, .n_after = 1,
		.done_kind = DONE_CHECKS, .done_checks = marts_only,
		.n_done_checks = 1, .done_gate = NONE, .start = 0,
		.severity = SEVERITY_WARNING, .permit_ms = 600000,
		.retry = { .attempts = 2, .initial_ms = 60000,
		.max_ms = 60000, .multiplier = 1 },
		.verify_within_ms = 600000 };
	c->pipeline = (struct pipeline_def){ .name = "shop",
		.origin = origin(1), .zone_name = "UTC",
		.mode = MODE_ENFORCE, .calendar = NONE, .watch_days = 3,
		.act_within_ms = 3 * 86400000, .settle_ms = 3600000,
		.n_phases = PHASES };
	zone_utc(&c->pipeline.zone);
}

static void
build_settings(struct fake_conf *c)
{
	c->route = (struct route){ .origin = origin(60), .to = to_team,
		.n_to = 1, .pipeline = NONE, .phase = NONE };
	c->conf.settings = (struct settings){ .state_dir = world->dir,
		.socket = world->socket, .workers = 2,
		.clock_virtual = world->clock_speed > 0,
		.clock_start = world->clock_start,
		.clock_speed = world->clock_speed };
	if (world->was_raw) {
		c->conf.renames = was_raw;
		c->conf.n_renames = 1;
	}
}

struct conf *
conf_load(const char *path, const struct plugin_finder *finder,
    struct diag *d)
{
	struct fake_conf *c;

	(void)finder;
	world->loads++;
	if (world->broken) {
		diag_error(d, path, 7, "there is a comma too many");
		return NULL;
	}
	c = calloc(1, sizeof *c);
	assert_non_null(c);
	build_instances(c);
	build_objects(c);
	build_phases(c);
	build_settings(c);
	c->conf.instances = c->instances;
	c->conf.n_instances = (int32_t)ARRAY_SIZE(c->instances);
	c->conf.routes = &c->route;
	c->conf.n_routes = 1;
	c->conf.hash = (uint64_t)world->loads;
	c->conf.graph = (struct graph){ .pipelines = &c->pipeline,
		.n_pipelines = 1, .phases = c->phases, .n_phases = PHASES,
		.checks = c->checks, .n_checks = CHECKS, .gates = &c->gate,
		.n_gates = 1, .actions = c->actions, .n_actions = 2,
		.recoveries = &c->recovery,
		.n_recoveries = world->no_recovery ? 0 : 1 };
	return &c->conf;
}

void
conf_free(struct conf *c)
{
	int32_t i;

	for (i = 0; c && i < c->n_instances; i++)
		json_decref(c->instances[i].options);
	free(c);
}

int
conf_secret(const char *reference, char **ret, const char **ret_why)
{
	(void)reference;
	(void)ret;
	*ret_why = "there are none here";
	return -ENOENT;
}

int32_t
conf_find(const struct conf *c, enum instance_kind kind, const char *name)
{
	int32_t i;

	for (i = 0; i < c->n_instances; i++)
		if (c->instances[i].kind == kind &&
		    strcmp(c->instances[i].name, name) == 0)
			return i;
	return NONE;
}

#define FIND(list, n) \
	for (int32_t i = 0; i < (n); i++) \
		if (strcmp((list)[i].name, name) == 0) \
			return i; \
	return NONE

int32_t
graph_find_pipeline(const struct graph *g, const char *name)
{
	FIND(g->pipelines, g->n_pipelines);
}

int32_t
graph_find_phase(const struct graph *g, int32_t pipeline, const char *name)
{
	(void)pipeline;
	FIND(g->phases, g->n_phases);
}

int32_t
graph_find_check(const struct graph *g, const char *name)
{
	FIND(g->checks, g->n_checks);
}

int32_t
graph_find_gate(const struct graph *g, const char *name)
{
	FIND(g->gates, g->n_gates);
}

int32_t
graph_find_recovery(const struct graph *g, const char *name)
{
	FIND(g->recoveries, g->n_recoveries);
}

int32_t
graph_find_action(const struct graph *g, const char *name)
{
	FIND(g->actions, g->n_actions);
}

/*-------------------------------------------------------------------- pool */

struct pool {
	uv_timer_t timer;
	struct fake_call *first;
};

static void
count(const char *kind)
{
	static const char *const kinds[] = { "check", "gate", "action",
		"notifier" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		world->calls[i] += strcmp(kinds[i], kind) == 0;
}

static void
finish(struct fake_call *c, const json_t *answer, const char *fault)
{
	struct call_reply reply = { .status = c->cancelled ? CALL_CANCELLED :
		fault ? CALL_FAULT : CALL_ANSWERED, .result = answer,
		.fault = fault, .exit_code = -1, .elapsed_ms = 1 };

	if (world->output) {
		reply.output = world->output;
		reply.output_len = strlen(world->output);
		reply.output_total = reply.output_len;
	}
	c->r.done(c->r.arg, &reply);
	json_decref((json_t *)c->input);
	free(c);
}

/* False: it hangs. */
static bool
try_call(struct fake_call *c)
{
	const char *fault = NULL;
	CLEANUP_JSON json_t *answer = NULL;

	if (!c->cancelled) {
		answer = world->answer(world, c, &fault);
		if (answer == NULL && fault == NULL)
			return false;
	}
	finish(c, answer, fault);
	return true;
}

static void
on_turn(uv_timer_t *t)
{
	struct pool *p = t->data;
	struct fake_call *list = p->first, *c;

	p->first = NULL;
	while ((c = list)) {
		list = c->next;
		if (try_call(c))
			continue;
		c->next = p->first;
		p->first = c;
	}
	if (p->first == NULL)
		(void)uv_timer_stop(t);
}

int
pool_new(const struct pool_options *o, struct pool **ret)
{
	struct pool *p = calloc(1, sizeof *p);

	assert_non_null(p);
	(void)uv_timer_init(o->loop, &p->timer);
	p->timer.data = p;
	*ret = world->pool = p;
	return 0;
}

static void
on_closed(uv_handle_t *h)
{
	free(h->data);
}

void
pool_free(struct pool *p)
{
	struct fake_call *c;

	if (p == NULL)
		return;
	while ((c = p->first)) {
		p->first = c->next;
		json_decref((json_t *)c->input);
		free(c);
	}
	uv_close((uv_handle_t *)&p->timer, on_closed);
}

struct call *
pool_call(struct pool *p, const struct call_request *r)
{
	struct fake_call *c = calloc(1, sizeof *c);
	struct fake_call **at = &p->first;

	assert_non_null(c);
	c->r = *r;
	(void)snprintf(c->kind_, sizeof c->kind_, "%s", r->instance.kind);
	(void)snprintf(c->name_, sizeof c->name_, "%s", r->instance.name);
	c->kind = c->kind_;
	c->name = c->name_;
	if (r->attempt_file) {
		(void)snprintf(c->file_, sizeof c->file_, "%s",
		    r->attempt_file);
		c->attempt_file = c->file_;
	}
	c->probe = r->probe;
	c->input = json_incref((json_t *)r->input);
	world->probes += r->probe;
	if (!r->probe)
		count(r->instance.kind);
	while (*at)
		at = &(*at)->next;
	*at = c;
	(void)uv_timer_start(&p->timer, on_turn, 0, 1);
	if (r->started)
		r->started(r->arg, 1);
	return (struct call *)c;
}

void
pool_cancel(struct pool *p, struct call *call)
{
	(void)p;
	world->cancels++;
	((struct fake_call *)call)->cancelled = true;
}

bool
attempt_file_busy(const char *file)
{
	(void)file;
	return world->busy;
}

void
pool_quarantine(struct pool *p, const struct pool_instance *i,
    const char *fault)
{
	(void)p;
	(void)i;
	(void)fault;
}

bool
pool_reset(struct pool *p, const char *kind, const char *name)
{
	(void)p;
	(void)kind;
	(void)name;
	return false;
}

void
pool_keep(struct pool *p, const struct pool_instance *v, size_t n)
{
	(void)p;
	assert_non_null(v);
	assert_true(n > 0);
}

json_t *
pool_report(const struct pool *p)
{
	(void)p;
	return json_array();
}

size_t
pool_outstanding(const struct pool *p)
{
	(void)p;
	return 0;
}

int
plugin_describe(const char *host_path, const char *path, json_t **ret,
    char **ret_why)
{
	(void)host_path;
	(void)path;
	(void)ret;
	*ret_why = strdup("there are no plugins here");
	return -ENOENT;
}

/*------------------------------------------------------------------- tests */

void
fake_begin(struct fake *f)
{
	(void)snprintf(f->dir, sizeof f->dir, "supervisor-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	(void)snprintf(f->socket, sizeof f->socket, "%s/control", f->dir);
	world = f;
}

static void
remove_all(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	char path[512];

	assert_non_null(d);
	while ((e = readdir(d))) {
		if (strcmp(e->d_name, ".") == 0 ||
		    strcmp(e->d_name, "..") == 0)
			continue;
		(void)snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
		if (unlink(path) < 0)
			remove_all(path);
	}
	(void)closedir(d);
	(void)rmdir(dir);
}

void
fake_end(struct fake *f)
{
	remove_all(f->dir);
	world = NULL;
}

int
fake_reload(struct fake *f, struct diag *d)
{
	uint64_t hash;

	return supervisor_reload(f->s, &(struct reload){ NULL, 0 }, d, &hash);
}

struct supervisor *
fake_start(struct fake *f)
{
	struct supervisor_options o = { .config = "shop.conf" };

	assert_int_equal(supervisor_new(&o, &f->s), 0);
	return f->s;
}

struct until {
	uv_timer_t timer;
	struct fake *f;
	bool (*done)(struct fake *);
	int64_t deadline;
	bool reached;
};

static void
on_look(uv_timer_t *t)
{
	struct until *u = t->data;

	u->reached = u->done(u->f);
	if (!u->reached && clock_real_ms() < u->deadline)
		return;
	uv_close((uv_handle_t *)t, NULL);
	supervisor_stop(u->f->s);
}

void
fake_run(struct fake *f, bool (*done)(struct fake *))
{
	struct until u = { .f = f, .done = done,
		.deadline = clock_real_ms() + 60000 };

	(void)uv_timer_init(supervisor_loop(f->s), &u.timer);
	u.timer.data = &u;
	(void)uv_timer_start(&u.timer, on_look, 1, 1);
	assert_int_equal(supervisor_run(f->s), 0);
	assert_true(u.reached);
}

json_t *
fake_value(double v, double e)
{
	json_t *o = json_object();

	json_put(o, "status", "ok");
	json_put_num(o, "value", v);
	if (e >= 0)
		json_put_num(o, "expected", e);
	return o;
}

struct wanted {
	const char *key;
	json_t *found;
};

static int
take_row(void *arg, const char *key, const json_t *data, int64_t at,
    int64_t last_seen)
{
	struct wanted *w = arg;

	(void)at;
	(void)last_seen;
	if (strcmp(key, w->key) == 0) {
		json_decref(w->found);
		w->found = json_deep_copy(data);
	}
	return 0;
}

json_t *
fake_row(struct fake *f, const char *key)
{
	struct wanted w = { key, NULL };

	assert_int_equal(store_rows(supervisor_store(f->s), NULL, take_row,
	    &w), 0);
	return w.found;
}
