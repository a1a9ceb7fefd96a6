/* SPDX-License-Identifier: BSD-2-Clause
 *
 * show_act.c -- what became of a command, in a sentence and an exit code.
 *
 * The exit code is the verdict where a phase was asked about, so that a
 * script can tell "not yet" from "not on this data". "open" comes out only
 * when what was asked for was granted or done. Whoever asks for a permit or
 * redeems one that somebody else has had gets 4: there is nothing to do.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/units.h"
#include "client/show.h"

static bool
code_is(const json_t *r, const char *code)
{
	return strcmp(json_text(r, "code", ""), code) == 0;
}

static void
put_until(struct out *o, const json_t *r, const char *before)
{
	const char *until = json_text(r, "until", NULL);
	CLEANUP_TEXT struct text t = { 0 };

	if (until == NULL)
		return;
	words_instant(&t, until, NULL);
	out(o, "%s%s", before, text_str(&t));
}

static void
put_undo(struct out *o, const char *verb, const json_t *r)
{
	int64_t id = json_int(r, "id", 0);

	if (id > 0)
		out(o, "take it back with: gatewarden %s %lld\n", verb,
		    (long long)id);
}

/* Not now: which conditions, and the exit code. */
static int
not_now(struct out *o, const json_t *r, const char *what, const char *date,
    int otherwise)
{
	const char *verdict = json_text(r, "verdict", "unknown");
	int code = exit_of_verdict(verdict, otherwise);

	out(o, "%s %s: not now, ", what, date);
	out_in(o, style_of(verdict), "%s", verdict);
	out(o, "\n");
	show_conditions(o, json_object_get(r, "conditions"), 2);
	/* not granted is never a success, whatever the edge is */
	return code == EXIT_OPEN || code == EXIT_DEGRADED ? otherwise : code;
}

/* "2026-01-16", as the daemon understood it. */
static const char *
date_of(const json_t *r, const json_t *params)
{
	return json_text(r, "date", json_text(params, "date", ""));
}

/*------------------------------------------------------------ outside runs */

int
show_gate_wait(struct out *o, const json_t *r, const json_t *params)
{
	const char *phase = json_text(r, "phase", json_text(params, "phase",
	    "?"));
	const char *date = date_of(r, params);
	const char *run = json_text(params, "for", "?");
	const char *verdict = json_text(r, "verdict", "open");

	if (code_is(r, "not_now")) {
		int code = not_now(o, r, phase, date, EXIT_BLOCKED);

		if (json_flag(r, "timed_out", false) &&
		    json_text(params, "timeout", NULL))
			out(o, "waited for %s\n", json_text(params,
			    "timeout", ""));
		return code;
	}
	if (!json_flag(r, "granted", false)) {
		out(o, "%s %s: nothing to start, it runs or has been done\n",
		    phase, date);
		return EXIT_REFUSED;
	}
	out(o, "%s %s: ", phase, date);
	out_in(o, style_of(verdict), "%s", verdict);
	out(o, ", permit %lld for %s", (long long)json_int(r, "id", 0), run);
	put_until(o, r, " until ");
	out(o, "\nredeem it with: gatewarden signal start %s --date %s "
	    "--for %s\n", phase, date, run);
	return exit_of_verdict(verdict, EXIT_OPEN);
}

/* A heartbeat has no permit, and nothing is refused. */
static int
show_heard(struct out *o, const json_t *r, const char *name,
    const char *date, const char *event)
{
	char took[DURATION_TEXT];
	int64_t ms = json_int(r, "duration_ms", -1);

	if (code_is(r, "already"))
		out(o, "%s %s: that was so already\n", name, date);
	else if (ms >= 0 && strcmp(event, "start") != 0)
		out(o, "%s %s: %s noted, after %s\n", name, date, event,
		    duration_round(ms, took));
	else
		out(o, "%s %s: %s noted\n", name, date, event);
	return EXIT_OPEN;
}

int
show_signal(struct out *o, const json_t *r, const json_t *params)
{
	const char *event = json_text(params, "event", "?");
	const char *phase = json_text(params, "phase", "?");
	const char *date = date_of(r, params);

	if (json_object_get(r, "heartbeat"))
		return show_heard(o, r, phase, date, event);
	if (code_is(r, "not_now"))
		return not_now(o, r, phase, date, EXIT_BLOCKED);
	if (code_is(r, "already")) {
		out(o, "%s %s: that was so already\n", phase, date);
		return strcmp(event, "start") == 0 ? EXIT_REFUSED :
		    EXIT_OPEN;
	}
	out(o, "%s %s: %s noted for %s\n", phase, date, event,
	    json_text(params, "for", "?"));
	if (strcmp(event, "done") == 0)
		out(o, "whether it is done is what its checks say\n");
	return EXIT_OPEN;
}

/*----------------------------------------------------------------- starting */

static void
put_attempt(struct out *o, const json_t *r)
{
	int64_t id = json_int(r, "id", 0);

	if (id > 0)
		out(o, ", attempt %lld; see 'gatewarden log %lld'",
		    (long long)id, (long long)id);
	out(o, "\n");
}

int
show_run(struct out *o, const json_t *r, const json_t *params)
{
	const char *phase = json_text(params, "phase", "?");
	const char *date = date_of(r, params);

	if (code_is(r, "not_now")) {
		int code = not_now(o, r, phase, date, EXIT_BLOCKED);

		out(o, "more: gatewarden explain %s %s\n", phase, date);
		return code;
	}
	if (code_is(r, "already")) {
		out(o, "%s %s: nothing to start, it runs or has been done\n",
		    phase, date);
		return EXIT_OPEN;
	}
	out(o, "%s %s: started", phase, date);
	put_attempt(o, r);
	return exit_of_verdict(json_text(r, "verdict", NULL), EXIT_OPEN);
}

int
show_recover(struct out *o, const json_t *r, const json_t *params)
{
	const json_t *plan = json_object_get(r, "recovery");
	const char *name = json_text(params, "name", "?");
	const char *date = date_of(r, params);

	if (plan) {
		out(o, "what %s would do for %s; nothing was started\n",
		    name, date);
		show_recovery(o, plan, NULL);
		return EXIT_OPEN;
	}
	if (code_is(r, "not_now"))
		return not_now(o, r, name, date, EXIT_REFUSED);
	if (code_is(r, "already")) {
		out(o, "%s %s: nothing to repair, or it runs\n", name, date);
		return EXIT_OPEN;
	}
	out(o, "%s %s: started", name, date);
	put_attempt(o, r);
	return EXIT_OPEN;
}

int
show_reopen(struct out *o, const json_t *r, const json_t *params)
{
	const char *what = json_text(params, "what", "?");
	const char *date = date_of(r, params);

	if (code_is(r, "not_now"))
		return not_now(o, r, what, date, EXIT_REFUSED);
	if (code_is(r, "already"))
		out(o, "%s %s: it has not ended\n", what, date);
	else
		out(o, "%s %s: it may try again, from the first attempt "
		    "on\n", what, date);
	return EXIT_OPEN;
}

int
show_cancel(struct out *o, const json_t *r, const json_t *params)
{
	long long attempt = (long long)json_int(params, "attempt", 0);

	if (code_is(r, "already"))
		out(o, "attempt %lld had ended already\n", attempt);
	else
		out(o, "attempt %lld is being ended; see 'gatewarden log "
		    "%lld'\n", attempt, attempt);
	return EXIT_OPEN;
}

/*--------------------------------------------------------- ack, hold, undo */

int
show_ack(struct out *o, const json_t *r, const json_t *params)
{
	long long n = (long long)json_int(params, "incident", 0);

	if (code_is(r, "already")) {
		out(o, "incident %lld has ended\n", n);
		return EXIT_OPEN;
	}
	out(o, "incident %lld is yours: no reminders", n);
	put_until(o, r, " until ");
	out(o, "; worse news still comes through\n"
	    "take it back with: gatewarden undo %lld\n", n);
	return EXIT_OPEN;
}

int
show_resolve(struct out *o, const json_t *r, const json_t *params)
{
	long long n = (long long)json_int(params, "incident", 0);
	bool is_false = json_flag(params, "false", false);

	if (!is_false && !json_flag(params, "true", false)) {
		out(o, "noted in the timeline of incident %lld; see "
		    "'gatewarden incident %lld'\n", n, n);
		return EXIT_OPEN;
	}
	out(o, "incident %lld is labelled %s\n", n, is_false ?
	    "a false positive" : "a true positive");
	if (json_flag(r, "open", false))
		out(o, "it stays open until its evidence is good: a label "
		    "closes nothing%s\n", is_false ? "; nobody is reminded "
		    "of it, worse news still comes through" : "");
	out(o, "take it back with: gatewarden undo %lld\n", n);
	return EXIT_OPEN;
}

static void
put_scope(struct out *o, const json_t *r, const json_t *params)
{
	const char *what = json_text(params, "what", "?");

	out(o, "%s", strcmp(what, "all") == 0 ? "everything" : what);
	if (json_text(params, "date", NULL))
		out(o, " %s", date_of(r, params));
}

int
show_hold(struct out *o, const json_t *r, const json_t *params)
{
	put_scope(o, r, params);
	if (code_is(r, "already")) {
		out(o, ": is held already\n");
		return EXIT_OPEN;
	}
	out(o, ": held, hold %lld", (long long)json_int(r, "id", 0));
	if (json_text(r, "until", NULL))
		put_until(o, r, ", until ");
	else
		out(o, ", until it is released");
	out(o, "; what runs is not stopped\n");
	put_undo(o, "release", r);
	return EXIT_OPEN;
}

int
show_release(struct out *o, const json_t *r, const json_t *params)
{
	if (code_is(r, "already")) {
		put_scope(o, r, params);
		out(o, ": is not held\n");
		return EXIT_OPEN;
	}
	out(o, "released: ");
	put_scope(o, r, params);
	out(o, "\n");
	return EXIT_OPEN;
}

/* Conditions that an override can accept, or those that it can't; false:
 * there are none. */
static bool
put_overridable(struct out *o, const json_t *conditions, bool can,
    const char *heading)
{
	CLEANUP_JSON json_t *list = json_array();
	const json_t *c;
	size_t i;

	json_array_foreach(conditions, i, c)
		if (json_flag(c, "overridable", true) == can)
			(void)json_array_append(list, (json_t *)c);
	if (json_array_size(list) == 0)
		return false;
	out(o, "%s\n", heading);
	show_conditions(o, list, 2);
	return true;
}

static const char not_accepted[] =
    "no override accepts these; they are lifted at their place:";

static int
put_shown(struct out *o, const json_t *r, const json_t *params)
{
	const char *phase = json_text(r, "phase", json_text(params, "phase",
	    "?"));
	const char *date = date_of(r, params);
	const char *verdict = json_text(r, "verdict", "unknown");
	const json_t *conditions = json_object_get(r, "conditions");

	if (code_is(r, "nothing_closed")) {
		out(o, "%s %s: no condition is closed, there is nothing to "
		    "override; start it with: gatewarden run %s %s\n",
		    phase, date, phase, date);
		return EXIT_OPEN;
	}
	out(o, "%s %s: ", phase, date);
	out_in(o, style_of(verdict), "%s", verdict);
	if (!put_overridable(o, conditions, true,
	    "; an override would accept these, and no others:"))
		out(o, "; there is nothing that an override could accept\n");
	(void)put_overridable(o, conditions, false, not_accepted);
	if (json_text(r, "seen", NULL))
		out(o, "as seen: %s\n", json_text(r, "seen", ""));
	return EXIT_OPEN;
}

int
show_override(struct out *o, const json_t *r, const json_t *params)
{
	const char *phase = json_text(params, "phase", "?");
	const char *date = date_of(r, params);

	if (code_is(r, "shown") || code_is(r, "nothing_closed"))
		return put_shown(o, r, params);
	if (code_is(r, "not_now"))
		return not_now(o, r, phase, date, EXIT_REFUSED);
	if (code_is(r, "already")) {
		out(o, "%s %s: these are accepted already\n", phase, date);
		return EXIT_OPEN;
	}
	out(o, "%s %s: accepted as shown, for one start", phase, date);
	put_until(o, r, ", until ");
	(void)put_overridable(o, json_object_get(r, "accepted"), true, "");
	(void)put_overridable(o, json_object_get(r, "accepted"), false,
	    not_accepted);
	put_undo(o, "undo", r);
	return EXIT_OPEN;
}

int
show_undo(struct out *o, const json_t *r, const json_t *params)
{
	long long id = (long long)json_int(params, "id", 0);

	out(o, code_is(r, "already") ? "%lld was over already\n" :
	    "%lld is taken back\n", id);
	return EXIT_OPEN;
}
