/* SPDX-License-Identifier: BSD-2-Clause
 *
 * ping.c -- one report over HTTP.
 *
 *   /ping/NAME          done
 *   /ping/NAME/start    a run begins
 *   /ping/NAME/fail     it has failed
 *   /ping/NAME/7        ended with this status: 0 is done, all others failed
 *
 * A name is that of a heartbeat, or PIPELINE/PHASE. `rid` is the run, `date`
 * the data date; the token is a bearer's, or `token`. What has shown one is a
 * call of `signal` on the daemon's socket, and 200 is said when the daemon
 * has answered, which it does when the word is on its disk; so whoever gets
 * anything else comes again, and nothing is counted twice that has a run id.
 *
 * Knows nothing of the server that it is called from, and keeps nothing but
 * the buckets of rate.c.
 */
#include "web/ping.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/json.h"
#include "client/rpc.h"
#include "control/codes.h"
#include "web/tokens.h"

enum { DAEMON_MS = 5000, AGAIN_S = 5 };

static void
answer(struct ping_answer *a, unsigned int status, const char *sentence)
{
	a->status = status;
	text_clear(&a->text);
	text_addf(&a->text, "%s\n", sentence);
}

/*-------------------------------------------------------------------- paths */

static const char *
event_named(const char *s)
{
	char *end;
	unsigned long code;

	if (strcmp(s, "start") == 0)
		return "start";
	if (strcmp(s, "done") == 0 || strcmp(s, "success") == 0)
		return "done";
	if (strcmp(s, "fail") == 0 || strcmp(s, "failed") == 0)
		return "failed";
	if (*s < '0' || *s > '9' || strlen(s) > 3)
		return NULL;
	code = strtoul(s, &end, 10);
	if (*end != '\0' || code > 255)
		return NULL;
	return code == 0 ? "done" : "failed";
}

/* "/ping/NAME/EVENT". False: it isn't one. */
static bool
read_path(const char *path, struct ping_answer *a, const char **ret_event)
{
	const char *name, *last;
	size_t len;

	if (strncmp(path, "/ping/", 6) != 0)
		return false;
	name = path + 6;
	last = strrchr(name, '/');
	*ret_event = last && last > name ? event_named(last + 1) : NULL;
	len = *ret_event ? (size_t)(last - name) : strlen(name);
	if (*ret_event == NULL)
		*ret_event = "done";
	if (len == 0 || len >= sizeof a->name)
		return false;
	memcpy(a->name, name, len);
	a->name[len] = '\0';
	return true;
}

static const char *
token_of(const struct ping *p)
{
	static const char bearer[] = "Bearer ";
	const char *s = p->authorization;

	if (s && strncasecmp(s, bearer, sizeof bearer - 1) == 0)
		return s + sizeof bearer - 1;
	return p->token ? p->token : "";
}

/*--------------------------------------------------------------- the daemon */

/* Bytes from outside become a line: what isn't text is written as \xNN. */
static void
put_remark(json_t *params, const struct ping *p)
{
	CLEANUP_TEXT struct text t = { 0 };
	size_t n;

	if (p->body_len == 0)
		return;
	text_add_clean(&t, p->body, p->body_len);
	n = t.len < PING_BODY_MAX ? t.len : PING_BODY_MAX;
	while (n < t.len && n > 0 && ((unsigned char)t.s[n] & 0xc0) == 0x80)
		n--;
	t.s[n] = '\0';
	json_put(params, "remark", t.s);
}

/* What isn't UTF-8 can't be said in JSON; it names nothing either. */
static bool
put_text(json_t *params, const char *key, const char *s)
{
	return s == NULL || *s == '\0' || json_object_set_new(params, key,
	    json_string(s)) == 0;
}

static void
refused(const json_t *error, struct ping_answer *a)
{
	switch (json_int(error, "code", RPC_INTERNAL)) {
	case RPC_PARAMS:
		a->status = 400;
		break;
	case RPC_NO_SUCH:
		a->status = 404;
		break;
	case RPC_CONFLICT:
	case RPC_REFUSED:
		a->status = 409;
		break;
	case RPC_FORBIDDEN:
	case RPC_NO_METHOD:
	case RPC_INVALID:
		a->status = 500;
		break;
	default:
		a->status = 503;
		a->retry_after = AGAIN_S;
	}
	answer(a, a->status, json_text(error, "message", "refused"));
}

/* False: the daemon has not answered. */
static bool
ask(const struct ping_site *site, json_t *params, json_t **ret)
{
	CLEANUP_RPC struct rpc *rpc = NULL;
	CLEANUP_FREE char *why = NULL;

	if (rpc_connect(site->socket, &rpc, &why) < 0) {
		json_decref(params);
		return false;
	}
	return rpc_send(rpc, "signal", params) == 0 &&
	    rpc_next(rpc, DAEMON_MS, ret) == 0;
}

static void
report(const struct ping_site *site, const struct ping *p, const char *event,
    struct ping_answer *a)
{
	CLEANUP_JSON json_t *reply = NULL;
	json_t *params = json_object();
	const json_t *result;

	json_put(params, "event", event);
	put_remark(params, p);
	if (!put_text(params, "phase", a->name) ||
	    !put_text(params, "for", p->run) ||
	    !put_text(params, "date", p->date)) {
		json_decref(params);
		answer(a, 400, "rid and date are UTF-8 text");
		return;
	}
	if (!ask(site, params, &reply)) {
		answer(a, 503, "the daemon doesn't answer: come again");
		a->retry_after = AGAIN_S;
		return;
	}
	result = json_object_get(reply, "result");
	if (result == NULL)
		refused(json_object_get(reply, "error"), a);
	else if (json_flag(result, "dry_run", false)) {
		answer(a, 503, "the daemon runs dry and takes nothing: come "
		    "again");
		a->retry_after = AGAIN_S;
	} else if (strcmp(json_text(result, "code", ""), "not_now") == 0)
		answer(a, 409, "not now: its edge is closed");
	else
		answer(a, 200, "OK");
}

void
ping_take(const struct ping_site *site, const struct ping *p, int64_t now,
    struct ping_answer *ret)
{
	const char *event;
	int64_t wait;

	*ret = (struct ping_answer){ .status = 404 };
	if (!read_path(p->path, ret, &event)) {
		ret->name[0] = '\0';
		answer(ret, 404, "here is /ping/NAME, /ping/NAME/start and "
		    "/ping/NAME/fail");
		return;
	}
	if (!tokens_allow(site->tokens, ret->name, token_of(p))) {
		ret->name[0] = '\0';
		answer(ret, 401, "no such name, or another token");
		return;
	}
	wait = rate_take(site->rate, ret->name, now);
	if (wait > 0) {
		answer(ret, 429, "too often");
		ret->retry_after = wait;
		return;
	}
	report(site, p, event, ret);
}
