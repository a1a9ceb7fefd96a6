/* SPDX-License-Identifier: BSD-2-Clause
 *
 * signals.c -- what jobs and phases have reported, per date.
 *
 * A heartbeat (a check whose plugin is `heartbeat`) measures what was said to
 * the daemon: that a run started, is done, has failed. Each word is an event
 * of the journal before it is acknowledged, and its row is the fold of all
 * that was said of one name on one date:
 *
 *   signal/check/backup/2026-01-16, signal/phase/nba/grade/2026-01-16
 *     {"event", "at", "run", "actor", "remark": of the last word,
 *      "starts", "reports", "failures": counts,
 *      "started_at", "done_at", "failed_at": the last of each,
 *      "duration_ms": of the last run whose start and end are known,
 *      "open": {run: when it started}}
 *
 * So a restart loses nothing, and a check is asked with what stands here as
 * parameters of its call: plugins never see the journal. Words of a phase are
 * written down after the engine has taken them; whoever wasn't answered says
 * it again, which changes nothing the second time.
 *
 * An end belongs to the start with the same run id ("" is one, too). Of runs
 * that never end the last sixteen are kept.
 */
#include "daemon/signals.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/log.h"
#include "daemon/rehearse.h"

enum { OPEN_MOST = 16, KEPT_DAYS = 7 };

bool
hears(const struct conf *c, int32_t check)
{
	const char *plugin = c->instances[c->graph.checks[check].instance]
	    .plugin;

	return plugin && strcmp(plugin, "heartbeat") == 0;
}

static const char *
option(const struct conf *c, int32_t check, const char *name)
{
	return json_text(c->instances[c->graph.checks[check].instance]
	    .options, name, NULL);
}

int32_t
heard_phase(const struct conf *c, int32_t check)
{
	const char *name = option(c, check, "phase");
	int32_t pipeline = c->graph.checks[check].pipeline;

	return name && pipeline != NONE ? graph_find_phase(&c->graph,
	    pipeline, name) : NONE;
}

/* A signal without a date is of the newest date that has ended, or of the one
 * that goes on. */
bool
hears_current(const struct conf *c, int32_t check)
{
	const char *word = option(c, check, "undated");

	if (word && strcmp(word, "auto") != 0)
		return strcmp(word, "current") == 0;
	return json_int(c->instances[c->graph.checks[check].instance]
	    .options, "period", 0) > 0;
}

/*-------------------------------------------------------------------- rows */

/* "check/backup", "phase/nba/grade" */
static void
name_of(const struct graph *g, bool phase, int32_t subject,
    struct text *ret)
{
	if (phase)
		text_addf(ret, "phase/%s/%s",
		    g->pipelines[g->phases[subject].pipeline].name,
		    g->phases[subject].name);
	else
		text_addf(ret, "check/%s", g->checks[subject].name);
}

static json_t *
rows_of(const struct supervisor *s, bool phase, int32_t subject)
{
	CLEANUP_TEXT struct text name = { 0 };

	name_of(&s->g.conf->graph, phase, subject, &name);
	return json_object_get(s->signals, text_str(&name));
}

/* What was said of a date before this one: the last "done"; INSTANT_NONE. */
static int64_t
done_before(json_t *rows, const char *date)
{
	int64_t at = INSTANT_NONE, one;
	const char *day;
	json_t *row;

	json_object_foreach(rows, day, row) {
		one = json_int(row, "done_at", INSTANT_NONE);
		if (strcmp(day, date) < 0 && one != INSTANT_NONE &&
		    (at == INSTANT_NONE || one > at))
			at = one;
	}
	return at;
}

static void
forget_old(json_t *rows, struct date newest, int32_t days)
{
	const char *day;
	struct date date;
	json_t *row;
	void *next;

	json_object_foreach_safe(rows, next, day, row)
		if (date_parse(day, &date) < 0 ||
		    date.day < newest.day - days - KEPT_DAYS)
			(void)json_object_del(rows, day);
}

static int
restore_one(void *arg, const char *key, const json_t *data, int64_t at,
    int64_t last_seen)
{
	struct supervisor *s = arg;
	const char *day = strrchr(key, '/');
	CLEANUP_TEXT struct text name = { 0 };
	json_t *rows;

	(void)at;
	(void)last_seen;
	if (strncmp(key, "signal/", 7) != 0 || day == NULL || day < key + 7)
		return 0;
	text_addn(&name, key + 7, (size_t)(day - key - 7));
	rows = json_object_get(s->signals, text_str(&name));
	if (rows == NULL) {
		rows = json_object();
		(void)json_object_set_new(s->signals, text_str(&name), rows);
	}
	(void)json_object_set_new(rows, day + 1, json_deep_copy(data));
	return 0;
}

int
signals_restore(struct supervisor *s)
{
	int r;

	s->signals = json_object();
	if (s->signals == NULL)
		return -ENOMEM;
	r = store_rows(s->store, "signal", restore_one, s);
	if (r < 0)
		log_error("journal: its signals can't be read (%s)",
		    strerror(-r));
	return r;
}

/*----------------------------------------------------------------- folding */

static void
count(json_t *row, const char *key)
{
	json_put_int(row, key, json_int(row, key, 0) + 1);
}

static void
drop_oldest(json_t *open)
{
	const char *run, *oldest = NULL;
	int64_t at = INT64_MAX;
	json_t *began;

	if (json_object_size(open) <= OPEN_MOST)
		return;
	json_object_foreach(open, run, began)
		if (json_integer_value(began) < at) {
			at = json_integer_value(began);
			oldest = run;
		}
	(void)json_object_del(open, oldest);
}

static void
fold_end(json_t *row, const struct signal_word *w, int64_t now)
{
	json_t *open = json_object_get(row, "open");
	int64_t began = json_int(open, w->run, INSTANT_NONE);
	bool done = w->event == SIGNAL_DONE;

	count(row, done ? "reports" : "failures");
	json_put_int(row, done ? "done_at" : "failed_at", now);
	json_put(row, done ? "done_run" : "failed_run", w->run);
	(void)json_object_del(open, w->run);
	if (began != INSTANT_NONE && began <= now)
		json_put_int(row, "duration_ms", now - began);
	else if (done)
		(void)json_object_del(row, "duration_ms");
}

static void
fold(json_t *row, const struct signal_word *w, int64_t now)
{
	json_t *open = json_object_get(row, "open");

	if (open == NULL) {
		open = json_object();
		(void)json_object_set_new(row, "open", open);
	}
	json_put(row, "event", signal_event_name(w->event));
	json_put_int(row, "at", now);
	json_put(row, "run", w->run);
	json_put(row, "actor", w->actor);
	(void)json_object_del(row, "remark");
	json_put(row, "remark", w->remark);
	if (w->event != SIGNAL_START) {
		fold_end(row, w, now);
		return;
	}
	count(row, "starts");
	json_put_int(row, "started_at", now);
	json_put_int(open, w->run, now);
	drop_oldest(open);
}

/* Who says the same of the same run once more hasn't been answered. A run
 * that has begun again, or of which something else was said since, has news:
 * schedulers try again under the same id. */
static bool
is_repeated(const json_t *row, const struct signal_word *w)
{
	bool begun;

	if (row == NULL || w->run[0] == '\0')
		return false;
	begun = json_object_get(json_object_get(row, "open"), w->run);
	if (w->event != SIGNAL_START && (begun || (strcmp(json_text(row,
	    "run", ""), w->run) == 0 && strcmp(json_text(row, "event", ""),
	    signal_event_name(w->event)) != 0)))
		return false;
	switch (w->event) {
	case SIGNAL_START:
		return begun;
	case SIGNAL_DONE:
		return strcmp(json_text(row, "done_run", ""), w->run) == 0;
	case SIGNAL_FAILED:
		break;
	}
	return strcmp(json_text(row, "failed_run", ""), w->run) == 0;
}

/*----------------------------------------------------------------- writing */

static int
write_row(struct supervisor *s, const struct signal_word *w,
    const char *key, const char *day, json_t *row, int64_t now)
{
	const struct graph *g = &s->g.conf->graph;
	int32_t pipeline = w->phase ? g->phases[w->subject].pipeline :
	    g->checks[w->subject].pipeline;
	struct store_event e = { .at = now, .kind = "signal", .key = key,
		.date = day, .data = row,
		.pipeline = pipeline == NONE ? NULL :
		    g->pipelines[pipeline].name,
		.subject = w->phase ? g->phases[w->subject].name :
		    g->checks[w->subject].name };
	uint64_t seq;
	int r;

	if (!able(s) || store_failed(s->store, NULL))
		return -EIO;
	r = store_begin(s->store);
	if (r == 0)
		r = store_append(s->store, &e, &seq);
	if (r == 0)
		r = store_commit(s->store, true);
	if (r < 0) {
		commit_failed(s);
		return -EIO;
	}
	if (s->watch)
		s->watch(s->watch_arg, seq, &e);
	return 0;
}

static json_t *
rows_made(struct supervisor *s, const char *name)
{
	json_t *rows = json_object_get(s->signals, name);

	if (rows == NULL) {
		rows = json_object();
		(void)json_object_set_new(s->signals, name, rows);
	}
	return rows;
}

/* What is wrong, or no longer, is looked at at once. */
static void
measure_listeners(struct supervisor *s, const struct signal_word *w)
{
	const struct graph *g = &s->g.conf->graph;
	struct reply reply;
	struct now now;
	int32_t i;

	supervisor_now(s, &now);
	for (i = 0; i < g->n_checks; i++) {
		struct command c = { .kind = COMMAND_CHECK_RUN,
			.pipeline = g->checks[i].pipeline, .dated = true,
			.date = w->date, .subject = i,
			.until = INSTANT_NONE, .actor = w->actor };

		if (!hears(s->g.conf, i) || (w->phase ?
		    heard_phase(s->g.conf, i) : i) != w->subject)
			continue;
		if (w->event == SIGNAL_FAILED || engine_result(s->g.engine, i,
		    w->date, &now) != RESULT_PASS)
			(void)supervisor_command(s, &c, &reply);
	}
}

int
supervisor_signal(struct supervisor *s, const struct signal_word *w,
    json_t **ret_row)
{
	const struct graph *g = &s->g.conf->graph;
	CLEANUP_TEXT struct text name = { 0 }, key = { 0 };
	json_t *rows, *row;
	char day[DATE_TEXT];
	struct now now;
	int r;

	name_of(g, w->phase, w->subject, &name);
	text_addf(&key, "signal/%s/%s", text_str(&name),
	    date_text(w->date, day));
	rows = rows_made(s, text_str(&name));
	row = json_object_get(rows, day);
	*ret_row = row;
	if (is_repeated(row, w))
		return 1;
	supervisor_now(s, &now);
	row = row ? json_deep_copy(row) : json_object();
	fold(row, w, now.wall);
	if (rehearsing(s)) {
		*ret_row = would_write_row(s, text_str(&key), row);
		return 0;
	}
	r = write_row(s, w, text_str(&key), day, row, now.wall);
	if (r < 0) {
		json_decref(row);
		return r;
	}
	(void)json_object_set_new(rows, day, row);
	*ret_row = row;
	forget_old(rows, w->date, g->pipelines[w->phase ?
	    g->phases[w->subject].pipeline : g->checks[w->subject].pipeline]
	    .watch_days);
	measure_listeners(s, w);
	return 0;
}

/*------------------------------------------------------------------ asking */

static void
put_instant(json_t *params, const char *key, int64_t at)
{
	CLEANUP_TEXT struct text t = { 0 };

	if (at == INSTANT_NONE)
		return;
	text_addf(&t, "%lld", (long long)at);
	json_put(params, key, text_str(&t));
}

static void
put_row(json_t *params, const json_t *row)
{
	static const char *const texts[] = { "event", "run", "remark",
		"actor" };
	static const char *const numbers[] = { "at", "started_at", "done_at",
		"failed_at", "duration_ms", "starts", "reports", "failures" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		CLEANUP_TEXT struct text key = { 0 };

		text_addf(&key, "signal_%s", texts[i]);
		json_put(params, text_str(&key), json_text(row, texts[i],
		    NULL));
	}
	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		CLEANUP_TEXT struct text key = { 0 };

		text_addf(&key, "signal_%s", numbers[i]);
		put_instant(params, text_str(&key), json_int(row, numbers[i],
		    INSTANT_NONE));
	}
}

void
signals_put(struct supervisor *s, int32_t check, struct date date,
    json_t *input)
{
	const struct conf *c = s->g.conf;
	json_t *params = json_object_get(input, "params");
	int32_t phase = heard_phase(c, check);
	const struct pipeline_def *p;
	char day[DATE_TEXT];
	json_t *rows;

	if (!hears(c, check) || c->graph.checks[check].pipeline == NONE)
		return;
	p = &c->graph.pipelines[c->graph.checks[check].pipeline];
	put_instant(params, "date_begins", date.day <= INT32_MIN + 1 ? 0 :
	    day_end(&p->zone, date_add(date, -1), p->day_ends_s));
	put_instant(params, "date_ends", day_end(&p->zone, date,
	    p->day_ends_s));
	rows = rows_of(s, phase != NONE, phase != NONE ? phase : check);
	put_instant(params, "signal_before", done_before(rows,
	    date_text(date, day)));
	put_row(params, json_object_get(rows, day));
}
