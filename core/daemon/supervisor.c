/* SPDX-License-Identifier: BSD-2-Clause
 *
 * supervisor.c -- the life of the shell around the engine, and what verbs
 * may ask of it.
 *
 * Start: configuration, lock, clock, rows, workers, outbox, socket, in this
 * order, because each needs the one before; then the loop. The end is the
 * reverse. All of it is one thread, and everything that happens comes in
 * through the loop; where it goes from there says inside.h.
 */
#include "config.h"

#include "daemon/supervisor.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "daemon/dry.h"
#include "daemon/folding.h"
#include "daemon/rehearse.h"
#include "daemon/signals.h"
#include "daemon/spending.h"
#include "daemon/verbs.h"

enum { EFFECTS = 512, LAST_WORDS_MS = 50 };

static char *
copy(const char *s)
{
	char *c = s ? strdup(s) : NULL;

	if (s && c == NULL)
		abort();
	return c;
}

/*-------------------------------------------------------------------- loop */

static void
on_signal_stop(uv_signal_t *h, int number)
{
	log_info("stopping (%s)", strsignal(number));
	supervisor_stop(h->data);
}

static void
on_signal_reload(uv_signal_t *h, int number)
{
	CLEANUP_DIAG struct diag d;
	uint64_t hash;

	(void)number;
	diag_init(&d);
	if (supervisor_reload(h->data, &(struct reload){ NULL, 0 }, &d,
	    &hash) == 0)
		log_info("reloaded");
	else
		log_error("reload: refused, the running configuration is "
		    "kept");
	diag_print(&d, stderr);
}

static void
on_stop(uv_timer_t *t)
{
	uv_stop(t->loop);
}

static void
open_timer(struct supervisor *s, uv_timer_t *t)
{
	(void)uv_timer_init(&s->loop, t);
	t->data = s;
}

static void
open_signal(struct supervisor *s, uv_signal_t *h, int number,
    uv_signal_cb cb)
{
	(void)uv_signal_init(&s->loop, h);
	h->data = s;
	(void)uv_signal_start(h, cb, number);
}

static int
open_loop(struct supervisor *s)
{
	int r = uv_loop_init(&s->loop);

	if (r < 0) {
		log_error("loop: %s", uv_strerror(r));
		return r;
	}
	s->loop_open = s->handles_open = true;
	open_timer(s, &s->wake_timer);
	open_timer(s, &s->sync_timer);
	open_timer(s, &s->pulse_timer);
	open_timer(s, &s->found_timer);
	open_timer(s, &s->stop_timer);
	open_signal(s, &s->on_term, SIGTERM, on_signal_stop);
	open_signal(s, &s->on_int, SIGINT, on_signal_stop);
	open_signal(s, &s->on_hup, SIGHUP, on_signal_reload);
	return 0;
}

static void
close_handles(struct supervisor *s)
{
	uv_handle_t *const handles[] = { (uv_handle_t *)&s->wake_timer,
		(uv_handle_t *)&s->sync_timer, (uv_handle_t *)&s->pulse_timer,
		(uv_handle_t *)&s->found_timer, (uv_handle_t *)&s->stop_timer,
		(uv_handle_t *)&s->on_term, (uv_handle_t *)&s->on_int,
		(uv_handle_t *)&s->on_hup };
	size_t i;

	if (!s->handles_open)
		return;
	s->handles_open = false;
	for (i = 0; i < ARRAY_SIZE(handles); i++)
		uv_close(handles[i], NULL);
}

/*------------------------------------------------------------------- start */

static int
open_config(struct supervisor *s)
{
	CLEANUP_DIAG struct diag d;
	const struct settings *set;
	int r;

	diag_init(&d);
	r = generation_load(s, NULL, &d, &s->g);
	diag_print(&d, stderr);
	if (r < 0) {
		log_error("configuration: '%s' is refused, %zu error%s",
		    s->config, d.errors, d.errors == 1 ? "" : "s");
		return r;
	}
	s->g.number = 1;
	set = &s->g.conf->settings;
	if (s->state_dir == NULL)
		s->state_dir = copy(set->state_dir ? set->state_dir :
		    GW_LOCALSTATEDIR "/lib/gatewarden");
	if (s->socket == NULL)
		s->socket = copy(set->socket ? set->socket :
		    GW_RUNSTATEDIR "/gatewarden/control");
	return 0;
}

static int
open_store(struct supervisor *s)
{
	CLEANUP_FREE char *why = NULL;
	CLEANUP_TEXT struct text attempts = { 0 };
	int r;

	text_addf(&attempts, "%s/attempts", s->state_dir);
	r = file_mkdirs(text_str(&attempts), 0750);
	if (r < 0) {
		log_error("state: '%s' can't be made (%s)",
		    text_str(&attempts), strerror(-r));
		return r;
	}
	r = store_open(s->state_dir, &s->store, &why);
	if (r < 0)
		log_error("journal: %s", why ? why : strerror(-r));
	return r == 0 && s->dry_run ? dry_open(s) : r;
}

static int
open_rows(struct supervisor *s)
{
	int r = generation_fill(s, &s->g);

	if (r < 0)
		log_error("journal: its rows can't be read (%s)",
		    strerror(-r));
	return r;
}

static int
open_pool(struct supervisor *s)
{
	const struct settings *set = &s->g.conf->settings;
	int r = pool_new(&(struct pool_options){ .loop = &s->loop,
		.host_path = finder_host_path(s->finder),
		.workers = set->workers > 0 ? set->workers : 4,
		.quarantine = quarantine_told, .quarantine_arg = s },
	    &s->pool);

	if (r < 0)
		log_error("workers: %s", strerror(-r));
	return r;
}

static int64_t
outbox_now(void *arg)
{
	struct now now;

	supervisor_now(arg, &now);
	return now.wall;
}

static int
outbox_begin(void *arg)
{
	struct supervisor *s = arg;

	return able(s) ? store_begin(s->store) : -EIO;
}

static int
outbox_commit(void *arg)
{
	struct supervisor *s = arg;
	int r = store_commit(s->store, true);

	if (r < 0)
		commit_failed(s);
	return r;
}

static void
outbox_delivered(void *arg, uint64_t incident, uint64_t message)
{
	struct event e = { .kind = EVENT_DELIVERED };

	e.u.delivered.incident = incident;
	e.u.delivered.message = message;
	turn(arg, &e);
}

static int
open_outbox(struct supervisor *s)
{
	s->outbox = outbox_new(&(struct outbox_options){ .arg = s,
		.store = s->store, .conf = s->g.conf, .now = outbox_now,
		.begin = outbox_begin, .commit = outbox_commit,
		.deliver = asked_deliver, .delivered = outbox_delivered,
		.turned = trouble_seen });
	if (s->outbox == NULL)
		log_error("outbox: the journal's messages can't be read");
	return s->outbox ? 0 : -EIO;
}

/* /run is empty after a boot. A failure is the socket's to tell. */
static void
make_socket_dir(const char *socket)
{
	CLEANUP_FREE char *dir = copy(socket);
	char *slash = strrchr(dir, '/');

	if (slash == NULL || slash == dir)
		return;
	*slash = '\0';
	(void)file_mkdirs(dir, 0755);
}

static int
open_control(struct supervisor *s)
{
	const struct settings *set = &s->g.conf->settings;
	CLEANUP_FREE char *why = NULL;
	int r;

	make_socket_dir(s->socket);
	r = control_new(&(struct control_options){ .loop = &s->loop,
		.path = s->socket, .operate_group = set->operate_group,
		.report_group = set->report_group,
		.observe_group = set->observe_group }, &s->control, &why);
	if (r < 0) {
		log_error("control: %s", why ? why : strerror(-r));
		return r;
	}
	verbs_bind(s, s->control);
	return 0;
}

static int
open_all(struct supervisor *s)
{
	static int (*const steps[])(struct supervisor *) = { open_loop,
		open_config, open_store, clock_begin, open_pool, open_rows,
		quarantine_restore, spending_restore, trouble_restore,
		canary_restore, scheduled_restore, signals_restore,
		open_outbox, tellings_restore, open_control };
	size_t i;
	int r = 0;

	for (i = 0; i < ARRAY_SIZE(steps) && r == 0; i++)
		r = steps[i](s);
	return r;
}

int
supervisor_new(const struct supervisor_options *o, struct supervisor **ret)
{
	struct supervisor *s = calloc(1, sizeof *s);
	int r;

	*ret = NULL;
	if (s == NULL)
		return -ENOMEM;
	/* others ask where it is, and don't stand where we do */
	r = file_absolute(o->config, &s->config);
	if (r < 0) {
		free(s);
		return r;
	}
	s->dry_run = o->dry_run;
	s->state_dir = copy(o->state_dir);
	s->socket = copy(o->socket);
	s->last = &s->first;
	s->wake = INSTANT_NONE;
	s->fx.cap = EFFECTS;
	s->fx.v = calloc(EFFECTS, sizeof *s->fx.v);
	if (s->fx.v == NULL)
		abort();
	answers_init(&s->answers);
	tellings_init(&s->told);
	clock_real(&s->clock, 0);
	s->notify = notify_open();
	s->finder = finder_new(o->plugin_dir, o->host_path);
	r = open_all(s);
	if (r < 0)
		supervisor_free(TAKE(s));
	*ret = s;
	return r;
}

int
supervisor_run(struct supervisor *s)
{
	struct now now;

	supervisor_now(s, &now);
	s->started_at = now.wall;
	generation_note(s, "start");
	generation_start(s);
	trouble_look(s);
	pulse_begin(s);
	notify_ready(s->notify, "watching");
	log_info("ready: '%s', listening on '%s'", s->config, s->socket);
	(void)uv_run(&s->loop, UV_RUN_DEFAULT);
	notify_stopping(s->notify);
	return s->result;
}

void
supervisor_stop(struct supervisor *s)
{
	if (rehearsing(s)) {
		would(s, "end", "stop the daemon");
		return;
	}
	if (s->stopping)
		return;
	s->stopping = true;
	(void)uv_timer_start(&s->stop_timer, on_stop, LAST_WORDS_MS, 0);
}

/* What it says on its way out needs the loop, so that goes last. */
static void
close_loop(struct supervisor *s)
{
	if (!s->loop_open)
		return;
	close_handles(s);
	(void)uv_run(&s->loop, UV_RUN_DEFAULT);
	(void)uv_loop_close(&s->loop);
}

void
supervisor_free(struct supervisor *s)
{
	if (s == NULL)
		return;
	s->stopping = true;
	foldings_free(s);
	control_free(s->control);
	pool_free(s->pool);
	outbox_free(s->outbox);
	while (s->asked)
		asked_free(s->asked);
	found_free(s);
	close_loop(s);
	if (s->store)
		commit_sync(s);
	turn_free(s);
	store_close(s->store);
	store_close(s->ledger);
	generation_free(&s->g);
	answers_free(&s->answers);
	tellings_free(&s->told);
	json_decref(s->rehearsal);
	json_decref(s->troubles);
	json_decref(s->canaries);
	json_decref(s->reported);
	json_decref(s->spending);
	json_decref(s->signals);
	finder_free(s->finder);
	notify_close(s->notify);
	free(s->fx.v);
	free(s->config);
	free(s->state_dir);
	free(s->socket);
	free(s);
}
