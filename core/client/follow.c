/* SPDX-License-Identifier: BSD-2-Clause
 *
 * follow.c -- events --follow: what happens, as it happens.
 *
 * The daemon sends every event of the journal to whoever follows, each with
 * its number; which of them are shown is decided here. So a number that is
 * left out is a gap, and is said. When the daemon goes away it is tried
 * again for a while; what happened meanwhile is asked for, by number, and
 * where that is more than the daemon tells at once, the gap is said too.
 *
 * Ends when it is interrupted, when nobody reads any more, or when the
 * daemon stays away.
 */
#include "client/talk.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "client/show.h"
#include "control/codes.h"

enum { AGAIN_MS = 250, AWAY_MS = 30000,
	LIMIT_AGAIN = 1000 };

struct follow {
	struct talk talk;
	json_t *params;         /* owned; what is shown */
	json_t *date;           /* owned; "last" as a date; or NULL */
	uint64_t seq;           /* the newest that was seen; 0: none yet */
	bool connected_before;
	struct out out;
};

/*------------------------------------------------------------------ showing */

static bool
same(const json_t *want, const json_t *event, const char *key)
{
	return want == NULL || (json_is_string(want) &&
	    strcmp(json_string_value(want), json_text(event, key, "")) == 0);
}

static bool
wanted(const struct follow *f, const json_t *e)
{
	return same(json_object_get(f->params, "kind"), e, "kind") &&
	    same(json_object_get(f->params, "pipeline"), e, "pipeline") &&
	    same(f->date, e, "date");
}

static int
show_one(struct follow *f, const json_t *e)
{
	json_t *copy;

	if (f->talk.line->json) {
		if (json_dumpf(e, stdout, JSON_COMPACT |
		    JSON_REAL_PRECISION(15)) < 0 || putchar('\n') == EOF ||
		    fflush(stdout) != 0)
			return EXIT_SERVER;
		return EXIT_OPEN;
	}
	copy = json_deep_copy(e);
	out_clean(copy);
	show_event(&f->out, copy, NULL);
	json_decref(copy);
	return out_end(&f->out, EXIT_OPEN);
}

static int
say_gap(struct follow *f, uint64_t from, uint64_t to)
{
	if (!f->talk.line->json) {
		out_in(&f->out, STYLE_BAD, "gap");
		out(&f->out, ": events %llu to %llu are not shown; see "
		    "'gatewarden journal export'\n",
		    (unsigned long long)from, (unsigned long long)to);
		return out_end(&f->out, EXIT_OPEN);
	}
	if (printf("{\"gap\":{\"from\":%llu,\"to\":%llu}}\n",
	    (unsigned long long)from, (unsigned long long)to) < 0 ||
	    fflush(stdout) != 0)
		return EXIT_SERVER;
	return EXIT_OPEN;
}

static int
on_event(struct follow *f, const json_t *e)
{
	uint64_t seq = (uint64_t)json_int(e, "seq", 0);
	int code = EXIT_OPEN;

	if (seq == 0 || seq <= f->seq)
		return EXIT_OPEN;
	if (f->seq > 0 && seq > f->seq + 1)
		code = say_gap(f, f->seq + 1, seq - 1);
	f->seq = seq;
	return code == EXIT_OPEN && wanted(f, e) ? show_one(f, e) : code;
}

/* What the call itself answers: the past, as far as it was asked for. */
static int
on_past(struct follow *f, const json_t *result)
{
	const json_t *events = json_object_get(result, "events"), *e;
	uint64_t first = (uint64_t)json_int(json_array_get(events, 0), "seq",
	    0);
	uint64_t newest = (uint64_t)json_int(result, "seq", 0);
	int code = EXIT_OPEN;
	size_t i;

	if (newest < f->seq) {
		complain("this is another journal: its newest event is %llu, "
		    "%llu had been seen", (unsigned long long)newest,
		    (unsigned long long)f->seq);
		f->seq = 0;
	}
	if (f->connected_before && json_flag(result, "more", false) &&
	    first > f->seq + 1)
		code = say_gap(f, f->seq + 1, first - 1);
	json_array_foreach(events, i, e)
		if (code == EXIT_OPEN &&
		    (uint64_t)json_int(e, "seq", 0) > f->seq)
			code = show_one(f, e);
	f->seq = newest;
	f->connected_before = true;
	return code;
}

/*------------------------------------------------------------------ talking */

/* The first time as asked; later, what has been missed. */
static json_t *
call_params(const struct follow *f)
{
	json_t *params = json_copy(f->params);

	if (f->connected_before) {
		(void)json_object_del(params, "since");
		json_put_int(params, "limit", LIMIT_AGAIN);
	}
	if (f->date)
		(void)json_object_set(params, "date", f->date);
	return params;
}

/* Which date "last" is: that of the pipeline, or the newest of all. */
static int
find_last(struct follow *f)
{
	const json_t *pipeline = json_object_get(f->params, "pipeline");
	json_t *params = json_object(), *result = NULL;
	const json_t *p;
	size_t i;
	int code;

	if (pipeline)
		(void)json_object_set(params, "pipeline",
		    (json_t *)pipeline);
	code = talk_call(&f->talk, "phases", params, &result);
	json_array_foreach(json_object_get(result, "pipelines"), i, p) {
		json_t *date = json_object_get(p, "date");

		if (json_is_string(date) && (f->date == NULL ||
		    strcmp(json_string_value(date),
		    json_string_value(f->date)) > 0)) {
			json_decref(f->date);
			f->date = json_incref(date);
		}
	}
	json_decref(result);
	return code;
}

/* Until the connection ends; then EXIT_SERVER with *ret_again, or the code
 * to end with. */
static int
stream(struct follow *f, bool *ret_again)
{
	CLEANUP_JSON json_t *result = NULL;
	int code, r;

	code = talk_call(&f->talk, "events", call_params(f), &result);
	/* a daemon that is coming up may lose us again */
	*ret_again = code == EXIT_SERVER && f->connected_before;
	if (code == EXIT_OPEN)
		code = on_past(f, result);
	while (code == EXIT_OPEN) {
		CLEANUP_JSON json_t *o = NULL;

		r = rpc_next(f->talk.rpc, -1, &o);
		if (r < 0) {
			*ret_again = r == -ECONNRESET;
			return *ret_again ? EXIT_SERVER :
			    talk_lost(&f->talk, r, 0);
		}
		if (strcmp(json_text(o, "method", ""), "event") == 0)
			code = on_event(f, json_object_get(o, "params"));
	}
	return code;
}

/* The daemon is away: try for a while, silently. */
static int
connect_again(struct follow *f)
{
	int64_t deadline = clock_real_ms() + AWAY_MS;
	struct pollfd none = { .fd = -1 };

	talk_close(&f->talk);
	complain("the daemon went away; trying again for %d s",
	    AWAY_MS / 1000);
	for (;;) {
		char *why = NULL;
		int r;

		(void)poll(&none, 1, AGAIN_MS);
		r = rpc_connect(f->talk.path, &f->talk.rpc, &why);
		if (r == 0) {
			complain("connected again");
			return EXIT_OPEN;
		}
		if (clock_real_ms() >= deadline) {
			complain("%s", why);
			free(why);
			return EXIT_UNREACHABLE;
		}
		free(why);
	}
}

static int
follow(struct follow *f)
{
	int code = EXIT_OPEN;

	if (f->date && strcmp(json_string_value(f->date), "last") == 0) {
		json_decref(f->date);
		f->date = NULL;
		code = find_last(f);
	}
	while (code == EXIT_OPEN) {
		bool again = false;

		code = stream(f, &again);
		if (again)
			code = connect_again(f);
	}
	return code;
}

int
talk_follow(const struct line *l)
{
	struct follow f = { .params = json_copy(l->params) };
	int code;

	talk_open(&f.talk, l);
	out_open(&f.out);
	f.date = json_incref(json_object_get(f.params, "date"));
	code = follow(&f);
	out_free(&f.out);
	json_decref(f.date);
	json_decref(f.params);
	talk_close(&f.talk);
	return code;
}
