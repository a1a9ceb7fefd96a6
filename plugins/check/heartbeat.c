/* SPDX-License-Identifier: BSD-2-Clause
 *
 * heartbeat.c -- check `heartbeat`: what a job says of itself, and its
 * silence.
 *
 * Words come to the daemon (`gatewarden signal`, or gatewarden-web's /ping/),
 * which makes them durable and hands over what was said with each call. This
 * here is the judgement alone, and pure.
 *
 * Without a period the job runs once per date: 1 of 1 when it has said `done`
 * for the date and nothing worse since, else 0 of 1; the check's `due` is the
 * grace. A run that has started and says no more for longer than `max_run`
 * counts as failed. With a period it is alive (1 of 1) while its last `done`
 * is not older than period and grace, at the end of the date or now,
 * whichever is earlier: what was silent when a date ended stays so. A
 * `failed` is heard at once in both.
 *
 * With `measure = "duration"` the value is how many seconds the last run took,
 * from its `start` to its `done`; while one runs and has taken longer already,
 * that. A date on which none was timed has no value.
 */
#include <inttypes.h>
#include <string.h>

#include "lib/call.h"
#include "lib/instant.h"
#include "lib/number.h"

enum { REMARK_SHOWN = 200 };

struct heartbeat {
	const struct gw_host *host;
	bool duration;
	int64_t period, grace, max_run;
};

/* What was said, by now. Instants are ms; NEVER where there is none. */
#define NEVER INT64_MIN

struct said {
	const char *event, *run, *remark;
	int64_t at, started, done, failed, duration;
	int64_t before;         /* the last `done` of an earlier date */
	int64_t ends;           /* of the date */
	int64_t now;            /* or the end of the date, if that is past */
};

static int64_t
instant(const struct call *c, const char *name)
{
	const char *s = c->host->param(c->ctx, name);
	double v;

	return s && number_parse(s, strlen(s), &v) && v > -NUMBER_EXACT &&
	    v < NUMBER_EXACT ? (int64_t)v : NEVER;
}

static struct said
hear(const struct call *c)
{
	struct said s = { .event = param_or(c, "signal_event", ""),
		.run = param_or(c, "signal_run", ""),
		.remark = param_or(c, "signal_remark", ""),
		.at = instant(c, "signal_at"),
		.started = instant(c, "signal_started_at"),
		.done = instant(c, "signal_done_at"),
		.failed = instant(c, "signal_failed_at"),
		.duration = instant(c, "signal_duration_ms"),
		.before = instant(c, "signal_before"),
		.ends = instant(c, "date_ends"),
		.now = c->host->now(c->ctx) };

	if (s.ends != NEVER && s.now > s.ends)
		s.now = s.ends;
	return s;
}

/*-------------------------------------------------------------------- words */

/* "2 h 5 min", "40 s" */
static void
add_span(struct buf *b, int64_t ms)
{
	int64_t s = ms < 0 ? 0 : ms / 1000;

	if (s >= 3600)
		buf_addf(b, "%" PRId64 " h %" PRId64 " min", s / 3600,
		    s / 60 % 60);
	else if (s >= 60)
		buf_addf(b, "%" PRId64 " min", s / 60);
	else
		buf_addf(b, "%" PRId64 " s", s);
}

static void
add_instant(struct buf *b, const char *word, int64_t at)
{
	char text[INSTANT_TEXT];

	buf_addf(b, "%s %s", word, instant_format(at, text));
}

/* What the job wrote beside its last word. */
static void
add_remark(struct buf *b, const struct said *s)
{
	size_t n = strnlen(s->remark, REMARK_SHOWN);

	while (n == REMARK_SHOWN && n > 0 &&
	    ((unsigned char)s->remark[n] & 0xc0) == 0x80)
		n--;
	if (n > 0)
		buf_addf(b, ": %.*s%s", (int)n, s->remark, s->remark[n] ?
		    "..." : "");
}

static void
tell(const struct call *c, const char *key, int64_t at)
{
	char text[INSTANT_TEXT];

	if (at != NEVER)
		c->host->evidence(c->ctx, key, instant_format(at, text));
}

static void
tell_evidence(const struct call *c, const struct said *s)
{
	char text[NUMBER_TEXT];

	tell(c, "started", s->started);
	tell(c, "done", s->done);
	tell(c, "failed", s->failed);
	tell(c, "before", s->before);
	if (s->duration != NEVER)
		c->host->evidence(c->ctx, "duration_s", number_text(
		    (double)s->duration / 1000, text));
	if (s->run[0])
		c->host->evidence(c->ctx, "run", s->run);
}

static int32_t
is_alive(const struct call *c, bool alive, const struct buf *why)
{
	c->host->value(c->ctx, alive ? 1 : 0);
	c->host->expected(c->ctx, 1);
	c->host->remark(c->ctx, "%s", buf_str(why));
	return GW_OK;
}

/*---------------------------------------------------------------- judgement */

static bool
runs(const struct said *s)
{
	return strcmp(s->event, "start") == 0;
}

static int32_t
has_failed(const struct call *c, const struct said *s, struct buf *why)
{
	add_instant(why, "failed", s->failed);
	add_remark(why, s);
	return is_alive(c, false, why);
}

/* Started, and nothing since. */
static bool
overran(const struct heartbeat *h, const struct said *s, int64_t now)
{
	return h->max_run > 0 && runs(s) && now - s->started > h->max_run;
}

static int32_t
say_overrun(const struct call *c, const struct said *s, struct buf *why)
{
	add_instant(why, "started", s->started);
	buf_add(why, ", and not a word for ");
	add_span(why, c->host->now(c->ctx) - s->started);
	return is_alive(c, false, why);
}

static int32_t
once_per_date(const struct call *c, const struct heartbeat *h,
    const struct said *s)
{
	struct buf why CLEANUP_BUF = { 0 };

	if (strcmp(s->event, "failed") == 0)
		return has_failed(c, s, &why);
	if (overran(h, s, c->host->now(c->ctx)))
		return say_overrun(c, s, &why);
	if (s->done != NEVER) {
		add_instant(&why, "done", s->done);
		if (runs(s))
			add_instant(&why, ", and started again", s->started);
		else
			add_remark(&why, s);
		return is_alive(c, true, &why);
	}
	if (s->started != NEVER) {
		add_instant(&why, "started", s->started);
		buf_add(&why, ", not done yet");
	} else {
		buf_add(&why, "nothing was reported for this date");
	}
	return is_alive(c, false, &why);
}

static int32_t
again_and_again(const struct call *c, const struct heartbeat *h,
    const struct said *s)
{
	int64_t last = s->done != NEVER ? s->done : s->before;
	struct buf why CLEANUP_BUF = { 0 };

	if (strcmp(s->event, "failed") == 0)
		return has_failed(c, s, &why);
	if (overran(h, s, s->now))
		return say_overrun(c, s, &why);
	if (last == NEVER) {
		buf_add(&why, "nothing was ever reported");
		return is_alive(c, false, &why);
	}
	add_instant(&why, "last done", last);
	buf_add(&why, ", ");
	add_span(&why, s->now - last);
	buf_add(&why, s->now == s->ends ? " before the date's end" : " ago");
	if (s->now - last <= h->period + h->grace)
		return is_alive(c, true, &why);
	buf_add(&why, ", where ");
	add_span(&why, h->period + h->grace);
	buf_add(&why, " may pass");
	return is_alive(c, false, &why);
}

static int32_t
how_long(const struct call *c, const struct said *s)
{
	int64_t so_far = runs(s) ? c->host->now(c->ctx) - s->started : -1;
	struct buf why CLEANUP_BUF = { 0 };

	if (s->duration == NEVER && so_far < 0) {
		c->host->stated(c->ctx, GW_R_FAIL);
		c->host->remark(c->ctx, "no run was timed on this date");
		return GW_OK;
	}
	if (so_far > s->duration) {
		buf_add(&why, "runs for ");
		add_span(&why, so_far);
	} else {
		so_far = s->duration;
		buf_add(&why, "took ");
		add_span(&why, so_far);
	}
	c->host->value(c->ctx, (double)so_far / 1000);
	c->host->remark(c->ctx, "%s", buf_str(&why));
	return GW_OK;
}

/*--------------------------------------------------------------------- life */

static int32_t
heartbeat_call(struct gw_ctx *ctx, void *self)
{
	const struct heartbeat *h = self;
	struct call c = call_begin(h->host, ctx);
	struct said s = hear(&c);

	tell_evidence(&c, &s);
	return h->duration ? how_long(&c, &s) : h->period > 0 ?
	    again_and_again(&c, h, &s) : once_per_date(&c, h, &s);
}

static int32_t
heartbeat_open(struct gw_ctx *ctx, const struct gw_host *host,
    void **ret_self)
{
	struct heartbeat one = { .host = host,
		.period = host->integer(ctx, "period"),
		.grace = host->integer(ctx, "grace"),
		.max_run = host->integer(ctx, "max_run") }, *h;

	one.duration = strcmp(option_or(host, ctx, "measure", "reported"),
	    "duration") == 0;
	if (one.duration && one.period > 0) {
		host->remark(ctx, "'period' says how often it reports, and "
		    "measure = \"duration\" asks how long it takes: keep one");
		return GW_FAILED;
	}
	h = mem_new(1, sizeof *h);
	*h = one;
	*ret_self = h;
	return GW_OK;
}

static void
heartbeat_close(struct gw_ctx *ctx, void *self)
{
	(void)ctx;
	free(self);
}

static const char *const measures[] = { "reported", "duration", NULL };
static const char *const dates[] = { "auto", "last", "current", NULL };

static const struct gw_option options[] = {
	{ .name = "phase", .type = GW_T_STRING,
	  .help = "hears the signals of this phase of the pipeline, instead "
	    "of those of its own name" },
	{ .name = "measure", .type = GW_T_ENUM, .choices = measures,
	  .fallback = "\"reported\"", .help = "whether it was reported, or "
	    "how many seconds the run took" },
	{ .name = "period", .type = GW_T_DURATION, .max = 366 * 86400000LL,
	  .help = "it reports again and again, at least so often; without: "
	    "once per date" },
	{ .name = "grace", .type = GW_T_DURATION, .max = 366 * 86400000LL,
	  .fallback = "\"5m\"", .help = "how much longer than its period it "
	    "may be silent" },
	{ .name = "max_run", .type = GW_T_DURATION, .max = 366 * 86400000LL,
	  .help = "a run that has started and says nothing for longer has "
	    "failed" },
	{ .name = "undated", .type = GW_T_ENUM, .choices = dates,
	  .fallback = "\"auto\"", .help = "the date of a signal that names "
	    "none: the last that has ended, or the current one; auto: "
	    "current where there is a period" },
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_CHECK, .name = "heartbeat", .version = "1",
	.summary = "what a job reports of itself, and its silence",
	.options = options, .open = heartbeat_open, .call = heartbeat_call,
	.close = heartbeat_close
);
