/* SPDX-License-Identifier: BSD-2-Clause
 *
 * follow.c -- waiting for something that runs elsewhere.
 *
 * What a far end was asked to do goes on whether we look or not. So an
 * outage of its service while it runs is waited out: until the deadline, no
 * answer says nothing about what runs. One that can't be asked about any
 * more (no permission) has neither succeeded nor failed: that is "can't
 * tell", and never a reason to do it again. One that is gone was taken away
 * by somebody, who is asked by the failure being permanent.
 *
 * At the deadline it is left alone. The next attempt finds it by its name
 * and joins it; see operation.h.
 */
#include "lib/follow.h"

enum { REPEAT_MS = 300000, STATE_MOST = 200 };

struct seen {
	struct buf state;       /* as last reported */
	struct buf known;       /* as last answered */
	int64_t said_at;
};

static void
free_seen(struct seen *s)
{
	buf_free(&s->state);
	buf_free(&s->known);
}

static void
keep(struct buf *b, const struct buf *from)
{
	buf_clear(b);
	buf_add(b, buf_str(from));
}

static void
report(const struct call *c, const char *what, struct seen *s,
    const struct buf *state, int64_t began)
{
	int64_t now = monotonic_ms();

	if (strcmp(buf_str(&s->state), buf_str(state)) == 0 &&
	    now - s->said_at < REPEAT_MS)
		return;
	c->host->log(c->ctx, GW_L_INFO, "%s: %s after %lld s", what,
	    buf_str(state), (long long)((now - began) / 1000));
	keep(&s->state, state);
	s->said_at = now;
}

static void
say_late(const struct call *c, const char *what, const struct buf *known,
    struct buf *why)
{
	buf_addf(why, "%s: %s; it was last seen: %s. It goes on there, and "
	    "the next attempt joins it", what, call_ended_why(c),
	    known->len ? buf_str(known) : "never");
}

enum follow
follow(const struct call *c, const char *what, int64_t every_ms,
    follow_look *look, void *arg, struct buf *why)
{
	struct seen seen CLEANUP(free_seen) = { .said_at = INT64_MIN / 2 };
	struct buf state CLEANUP_BUF = { 0 };
	int64_t began = monotonic_ms(), wait;
	enum follow f;

	do {
		struct buf said CLEANUP_BUF = { 0 };

		buf_clear(&state);
		wait = 0;
		f = look(arg, &state, &wait, &said);
		if (f == FOLLOW_NO_ANSWER)
			buf_addf(&state, "no answer (%s)", buf_str(&said));
		else
			keep(&seen.known, &state);
		report(c, what, &seen, &state, began);
		if (f != FOLLOW_RUNS && f != FOLLOW_NO_ANSWER) {
			buf_addf(why, "%s: %s", what, said.len ?
			    buf_str(&said) : buf_str(&state));
			return f;
		}
	} while (call_pause(c, wait > every_ms ? wait : every_ms));
	say_late(c, what, &seen.known, why);
	return FOLLOW_RUNS;
}

int32_t
follow_end(const struct call *c, enum follow f, int32_t failure_class,
    const struct buf *why)
{
	switch (f) {
	case FOLLOW_DONE:
		c->host->remark(c->ctx, "%s", buf_str(why));
		return GW_OK;
	case FOLLOW_FAILED:
		return call_failed(c, failure_class, 0, why);
	case FOLLOW_RUNS:
	case FOLLOW_NO_ANSWER:
		return call_failed(c, GW_F_TRANSIENT, 0, why);
	case FOLLOW_GONE:
		return call_failed(c, GW_F_PERMANENT, 0, why);
	case FOLLOW_LOST:
		break;
	}
	return call_unknown(c, why);
}
