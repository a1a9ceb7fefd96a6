/* SPDX-License-Identifier: BSD-2-Clause
 *
 * hosted.c -- a gate of somebody else's, in a process of its own.
 *
 * The host's side of base/wire.h, one question after the other, without the
 * daemon's loop: nothing else happens meanwhile. What a gate says is the
 * same for the same inputs, so it may be asked as often as it takes; but all
 * its answers together get a few seconds, and one that crashes or hangs is
 * not asked again. What it prints is thrown away.
 */
#include "prove/hosted.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "base/wire.h"
#include "worker/spawn.h"

enum { ALL_MS = 10000, CALL_MS = 2000 };

struct hosted {
	struct spawned s;
	int64_t until;          /* real time: for all of it */
	int64_t calls;
	bool dead;
	char buf[WIRE_MAX + 1];
};

static char *
sentence(const char *what, const char *more)
{
	struct text t = { 0 };

	text_addf(&t, "%s%s%s", what, more ? ": " : "", more ? more : "");
	return text_take(&t);
}

static void
discard_output(struct hosted *h)
{
	char buf[4096];

	if (h->s.output >= 0 && read(h->s.output, buf, sizeof buf) == 0)
		cleanup_close(&h->s.output);
}

/* Until a packet is there; false: it doesn't come. */
static bool
await(struct hosted *h)
{
	int64_t until = clock_real_ms() + CALL_MS, left;

	if (h->until < until)
		until = h->until;
	while ((left = until - clock_real_ms()) > 0) {
		struct pollfd v[] = { { h->s.link, POLLIN, 0 },
			{ h->s.output, POLLIN, 0 } };

		if (poll(v, 2, (int)left) < 0 && errno != EINTR)
			return false;
		if (v[1].revents)
			discard_output(h);
		if (v[0].revents)
			return true;
	}
	return false;
}

/* The next packet's name, its body in *ret, owned; NULL: there is none. */
static const char *
receive(struct hosted *h, json_t **ret_message, json_t **ret_body)
{
	const char *name;
	size_t len;
	int n;

	*ret_message = NULL;
	if (h->dead || !await(h))
		return NULL;
	n = wire_receive(h->s.link, h->buf, &len);
	if (n <= 0)
		return NULL;
	*ret_message = json_loadb(h->buf, (size_t)n, 0, NULL);
	name = *ret_message ? wire_open(*ret_message, ret_body) : NULL;
	return name;
}

static bool
tell(struct hosted *h, const char *name, json_t *body)
{
	CLEANUP_JSON json_t *message = wire_message(name, body);

	return wire_send(h->s.link, message) == 0;
}

/* Hello, open, opened. Returns what went wrong, owned, or NULL. */
static char *
greet(struct hosted *h, const struct instance *x)
{
	CLEANUP_JSON json_t *hello = NULL, *opened = NULL;
	json_t *o = json_object(), *body = NULL;
	const char *name = receive(h, &hello, &body);

	json_put_int(o, "instance", 1);
	json_put(o, "name", x->name);
	json_put_int(o, "budget_ms", CALL_MS);
	(void)json_object_set(o, "options", x->options);
	if (name == NULL || strcmp(name, "hello") != 0) {
		json_decref(o);
		return sentence("it could not be loaded", name ? json_text(
		    body, "why", NULL) : NULL);
	}
	if (!tell(h, "open", o))
		return sentence("it could not be opened", NULL);
	name = receive(h, &opened, &body);
	if (name && strcmp(name, "opened") == 0)
		return NULL;
	return sentence("it could not be opened", name ? json_text(body,
	    "why", NULL) : NULL);
}

struct hosted *
hosted_open(const char *host_path, const struct instance *x, char **ret_why)
{
	const struct spawn_options o = { .host_path = host_path,
		.kind = "gate", .path = x->path };
	struct hosted *h = calloc(1, sizeof *h);
	const char *what;
	int r;

	if (h == NULL)
		abort();
	h->until = clock_real_ms() + ALL_MS;
	r = spawn_host(&o, &h->s, &what);
	if (r < 0) {
		*ret_why = sentence(what, strerror(-r));
		free(h);
		return NULL;
	}
	*ret_why = greet(h, x);
	if (*ret_why == NULL)
		return h;
	hosted_close(h);
	return NULL;
}

void
hosted_close(struct hosted *h)
{
	if (h == NULL)
		return;
	(void)kill(-h->s.pid, SIGKILL);
	while (waitpid(h->s.pid, NULL, 0) < 0 && errno == EINTR)
		;
	cleanup_close(&h->s.pidfd);
	cleanup_close(&h->s.link);
	cleanup_close(&h->s.output);
	free(h);
}

json_t *
hosted_call(struct hosted *h, const json_t *input)
{
	CLEANUP_JSON json_t *done = NULL;
	json_t *o = json_object(), *body = NULL;
	const char *name = NULL;

	json_put_int(o, "instance", 1);
	json_put_int(o, "id", ++h->calls);
	json_put_int(o, "budget_ms", CALL_MS);
	(void)json_object_set(o, "input", (json_t *)(uintptr_t)input);
	if (tell(h, "call", o))
		name = receive(h, &done, &body);
	if (name && strcmp(name, "done") == 0)
		return json_incref(json_object_get(body, "result"));
	h->dead = true;
	return NULL;
}
