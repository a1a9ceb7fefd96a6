/* SPDX-License-Identifier: BSD-2-Clause
 *
 * dry.c -- a daemon that does everything but act.
 *
 * It locks the journal and reads it, and from then on works in a copy
 * (STATE_DIR/dry-run, made anew each time): incidents open there, attempts
 * are rows there, messages are delivered there. The journal itself gets one
 * event without a key for each thing that would have been started or sent,
 * so that nothing of it is in any fold: a normal start afterwards finds its
 * attempts, budgets and outbox as they were. What the readings of checks have
 * cost is the exception (spending.c): that money is gone.
 *
 * No process of an action or a notifier is started: an attempt is begun and
 * then runs for ever, because what it would bring is not known; a message is
 * taken for delivered, so that the conversation about its incident goes on.
 * Checks and gates are asked as ever. What would be asked of an action about
 * an attempt from before (a probe) is refused in asked_send().
 */
#include "daemon/dry.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "daemon/rehearse.h"

/*-------------------------------------------------------------------- open */

/* What an earlier dry run left: files of ours, no directories. */
static int
empty(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	int r = 0;

	if (d == NULL)
		return -errno;
	while (r == 0 && (e = readdir(d)) != NULL)
		if (e->d_name[0] != '.' && unlinkat(dirfd(d), e->d_name,
		    0) < 0)
			r = -errno;
	(void)closedir(d);
	return r;
}

int
dry_open(struct supervisor *s)
{
	CLEANUP_FREE char *why = NULL;
	CLEANUP_TEXT struct text dir = { 0 };
	int r;

	text_addf(&dir, "%s/dry-run", s->state_dir);
	s->ledger = TAKE(s->store);
	r = file_mkdirs(text_str(&dir), 0750);
	if (r == 0)
		r = empty(text_str(&dir));
	if (r == 0)
		r = store_copy(s->ledger, text_str(&dir));
	if (r < 0)
		log_error("dry run: the journal can't be copied to '%s' "
		    "(%s)", text_str(&dir), strerror(-r));
	else
		r = store_open(text_str(&dir), &s->store, &why);
	if (why)
		log_error("dry run: %s", why);
	if (r == 0)
		log_warning("dry run: nothing is started, nothing is sent; "
		    "what would be goes to this log and, as 'dry', into the "
		    "journal");
	return r;
}

/*------------------------------------------------------------------- notes */

bool
dry_note(struct supervisor *s, const char *kind, const char *subject,
    const char *key, const json_t *data)
{
	struct store_event e = { .kind = kind, .subject = subject,
		.key = key, .data = data };
	struct now now;
	uint64_t seq;

	supervisor_now(s, &now);
	e.at = now.wall;
	if (store_failed(s->ledger, NULL))
		return false;
	if (store_begin(s->ledger) == 0 &&
	    store_append(s->ledger, &e, &seq) == 0 &&
	    store_commit(s->ledger, true) == 0)
		return true;
	log_error("dry run: the journal can't be written");
	return false;
}

/* `data` is taken. */
static void
say(struct supervisor *s, const char *what, json_t *data)
{
	CLEANUP_JSON json_t *owned = data;

	log_warning("dry run: would %s", json_text(owned, "sentence", "?"));
	(void)dry_note(s, "dry", what, NULL, owned);
	(void)commit_note(s, "dry", what, NULL, json_incref(owned));
}

/*----------------------------------------------------------------- instead */

void
dry_start(struct supervisor *s, uint64_t attempt)
{
	CLEANUP_TEXT struct text t = { 0 };
	struct event e = { .kind = EVENT_STARTED, .attempt = attempt };
	json_t *data = json_object();

	start_sentence(s, attempt, &t);
	json_put(data, "sentence", text_str(&t));
	say(s, "start", data);
	turn(s, &e);
}

void
dry_deliver(struct supervisor *s, int32_t notifier, const json_t *body,
    void (*done)(void *done_arg, const struct call_reply *), void *done_arg)
{
	const char *name = s->g.conf->instances[notifier].name;
	CLEANUP_JSON json_t *result = json_object();
	const struct call_reply reply = { .status = CALL_ANSWERED,
		.result = result, .exit_code = -1 };
	CLEANUP_TEXT struct text t = { 0 };
	json_t *data = json_object();

	text_addf(&t, "send to %s: %s", name, json_text(body, "title",
	    json_text(body, "text", "?")));
	json_put(data, "sentence", text_str(&t));
	json_put(data, "notifier", name);
	(void)json_object_set(data, "body", (json_t *)(uintptr_t)body);
	say(s, "send", data);
	json_put(result, "status", "ok");
	json_put(result, "remark", "dry run: not sent");
	done(done_arg, &reply);
}
