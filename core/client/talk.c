/* SPDX-License-Identifier: BSD-2-Clause
 *
 * talk.c -- one call to the daemon, and what may become of it.
 *
 * Every way to fail has its exit code here and nowhere else: unreachable,
 * refused, wrongly asked, gone away. Scripts decide by these, so that
 * "somebody else has it" (4) must never be what a busy or broken daemon (5)
 * looks like.
 */
#include "config.h"

#include "client/talk.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/units.h"
#include "client/show.h"
#include "control/codes.h"

enum {
	ANSWER_MS = 30000,      /* of what is only looked up */
	WORK_MS = 600000,       /* reload, journal check: a lot to read */
	MEASURE_MS = 180000,    /* check run, notify test, verify: the
	                           daemon gives up before */
	GRACE_MS = 120000,      /* beyond the timeout of gate wait */
	TICK_MS = 1000, WAITING_WIDTH = 24,
	CALLS_MOST = 4          /* of one that is told to ask again */
};

void
complain(const char *fmt, ...)
{
	va_list ap;

	(void)fflush(stdout);
	(void)fputs("gatewarden: ", stderr);
	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	(void)fputc('\n', stderr);
}

int
out_end(struct out *o, int code)
{
	int r = out_flush(o);

	if (r == 0)
		return code;
	complain("standard output can't be written: %s", strerror(-r));
	return EXIT_SERVER;
}

int
print_json(const json_t *v, int code)
{
	size_t form = JSON_ENCODE_ANY | JSON_REAL_PRECISION(15);

	form |= isatty(STDOUT_FILENO) == 1 ? JSON_INDENT(2) : JSON_COMPACT;
	if (json_dumpf(v, stdout, form) == 0 && putchar('\n') != EOF &&
	    fflush(stdout) == 0)
		return code;
	complain("standard output can't be written: %s", strerror(errno));
	return EXIT_SERVER;
}

/*-------------------------------------------------------------- connection */

void
talk_open(struct talk *t, const struct line *l)
{
	const char *env = getenv("GATEWARDEN_SOCKET");

	*t = (struct talk){ .line = l, .path = l->socket ? l->socket :
	    env && *env ? env : GW_RUNSTATEDIR "/gatewarden/control" };
}

void
talk_close(struct talk *t)
{
	rpc_free(&t->rpc);
}

int
talk_connect(struct talk *t)
{
	CLEANUP_FREE char *why = NULL;

	if (t->rpc || rpc_connect(t->path, &t->rpc, &why) == 0)
		return EXIT_OPEN;
	complain("%s", why);
	return EXIT_UNREACHABLE;
}

int64_t
talk_timeout(const struct verb *v, const json_t *params)
{
	int64_t ms = 0;

	if (strcmp(v->name, "gate wait") == 0) {
		(void)duration_parse(json_text(params, "timeout", "0"), &ms);
		return ms + GRACE_MS;
	}
	if (strcmp(v->name, "check run") == 0 ||
	    strcmp(v->name, "notify test") == 0 ||
	    strcmp(v->name, "verify") == 0)
		return MEASURE_MS;
	if (strcmp(v->name, "reload") == 0 ||
	    strncmp(v->name, "journal ", 8) == 0)
		return WORK_MS;
	return ANSWER_MS;
}

int
talk_lost(const struct talk *t, int error, int64_t timeout_ms)
{
	switch (error) {
	case -ETIMEDOUT:
		complain("the daemon at %s gave no answer within %lld s; see "
		    "its log", t->path, (long long)(timeout_ms / 1000));
		break;
	case -ECONNRESET:
		complain("the daemon at %s went away before it had answered; "
		    "see its log", t->path);
		break;
	case -EPROTO:
		complain("what listens at %s doesn't speak Gatewarden's "
		    "protocol", t->path);
		break;
	default:
		complain("the connection to %s failed: %s", t->path,
		    strerror(-error));
	}
	return EXIT_SERVER;
}

/*----------------------------------------------------------------- refusal */

static int
exit_of_code(int64_t code)
{
	switch (code) {
	case RPC_FORBIDDEN:
		return EXIT_FORBIDDEN;
	case RPC_CONFLICT:
	case RPC_REFUSED:
		return EXIT_REFUSED;
	case RPC_BUSY:
	case RPC_JOURNAL:
	case RPC_INTERNAL:
		return EXIT_SERVER;
	default:
		/* RPC_NO_SUCH and what JSON-RPC has for wrong calls */
		return EXIT_USAGE;
	}
}

int
talk_refused(const struct talk *t, const json_t *error)
{
	CLEANUP_JSON json_t *copy = json_deep_copy(error);
	const json_t *conditions, *c;
	int code = exit_of_code(json_int(error, "code", RPC_INTERNAL));
	size_t i;

	out_clean(copy);
	complain("%s", json_text(copy, "message", "refused"));
	conditions = json_object_get(json_object_get(copy, "data"),
	    "conditions");
	json_array_foreach(conditions, i, c)
		(void)fprintf(stderr, "  %s\n", json_text(c, "sentence",
		    json_text(c, "why", "")));
	if (t->line->json) {
		CLEANUP_JSON json_t *o = json_object();

		(void)json_object_set(o, "error", (json_t *)error);
		return print_json(o, code);
	}
	return code;
}

/*-------------------------------------------------------------------- call */

/* rpc_next(), saying on a terminal that it takes a while. */
static int
next(const struct talk *t, int64_t timeout_ms, json_t **ret)
{
	int64_t began = clock_real_ms(), gone = 0;
	bool shown = isatty(STDERR_FILENO) == 1, said = false;
	int r = -ETIMEDOUT;

	while (r == -ETIMEDOUT && gone < timeout_ms) {
		int64_t left = timeout_ms - gone;

		r = rpc_next(t->rpc, shown && left > TICK_MS ? TICK_MS :
		    left, ret);
		gone = clock_real_ms() - began;
		if (r != -ETIMEDOUT || !shown)
			continue;
		(void)fprintf(stderr, "\rwaiting, %lld s ",
		    (long long)(gone / 1000));
		said = true;
	}
	if (said)
		(void)fprintf(stderr, "\r%*s\r", WAITING_WIDTH, "");
	return r;
}

/* The configuration changed while the call waited: nothing was done. */
static bool
wants_again(const json_t *error)
{
	return json_flag(json_object_get(error, "data"), "again", false);
}

/* The answer; *ret_again: the call has to be made again. */
static int
receive(struct talk *t, int64_t timeout_ms, json_t **ret_result,
    bool *ret_again)
{
	for (;;) {
		CLEANUP_JSON json_t *o = NULL;
		const json_t *error;
		int r = next(t, timeout_ms, &o);

		if (r < 0)
			return talk_lost(t, r, timeout_ms);
		error = json_object_get(o, "error");
		*ret_again = *ret_again && wants_again(error);
		if (*ret_again)
			return EXIT_OPEN;
		if (error)
			return talk_refused(t, error);
		*ret_result = json_incref(json_object_get(o, "result"));
		if (*ret_result)
			return EXIT_OPEN;
		if (json_object_get(o, "method") == NULL)
			return talk_lost(t, -EPROTO, 0);
	}
}

static int
call(struct talk *t, const char *verb, const json_t *params,
    json_t **ret_result, bool *ret_again)
{
	int64_t timeout = talk_timeout(verb_find(verb), params);
	int r = rpc_send(t->rpc, verb, json_incref((json_t *)params));

	/* one that refuses at accept has said why before it closed */
	if (r < 0 && r != -ECONNRESET)
		return talk_lost(t, r, timeout);
	return receive(t, timeout, ret_result, ret_again);
}

int
talk_call(struct talk *t, const char *verb, json_t *params,
    json_t **ret_result)
{
	CLEANUP_JSON json_t *own = params;
	int code = talk_connect(t), n;
	bool again = true;

	for (n = 1; code == EXIT_OPEN && again; n++) {
		again = n < CALLS_MOST;
		code = call(t, verb, own, ret_result, &again);
	}
	return code;
}

int
talk_show(struct talk *t, const struct verb *v, json_t *result,
    const json_t *params)
{
	CLEANUP_OUT struct out o;
	int code;

	out_open(&o);
	if (!t->line->json) {
		out_clean(result);
		code = show(&o, v, result, params);
		return out_end(&o, code);
	}
	/* the screen is made for its exit code alone */
	code = show(&o, v, result, params);
	return print_json(result, code);
}
