/* SPDX-License-Identifier: BSD-2-Clause
 *
 * ladder.c -- gate `ladder`: the older the date, the less may be missing.
 *
 * Each step has an age from the date's anchor, a coverage and a severity. A
 * step applies when its time has come and value of expected is below its
 * coverage; the highest severity of those that apply is the gate's. With
 * several inputs the worst counts. It is made for alarms, so the verdict
 * follows the severity:
 *
 *   no step applies         open
 *   info, warning           degraded
 *   critical                blocked
 *   an input not told       unknown, with no severity
 *
 * It looks at the numbers, not at the result: a check that is not due yet
 * still says how far it is. But what could not be told has no numbers, and
 * zero of zero is no coverage. An input that owes nothing doesn't count.
 * Time makes it only stricter. Pure.
 */
#include "gate/gate.h"

#include <math.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/number.h"

struct step {
	int64_t after_ms;
	double below;           /* per cent */
	int32_t severity;
	char *at;               /* as written */
};

struct ladder {
	const struct gw_host *host;
	struct step *steps;
	uint32_t n;
};

/* What the ladder comes to. */
struct reading {
	int32_t severity;
	bool unknown;
	int64_t next_change;
};

/* Products, not quotients: 9 of 10 is exactly 90 %. */
static bool
below(const struct step *s, const struct gw_input *in)
{
	return in->value * 100 < in->expected * s->below;
}

static bool
is_told(const struct gw_input *in)
{
	return in->result != GW_R_UNKNOWN && isfinite(in->value) &&
	    isfinite(in->expected) && in->expected > 0;
}

static void
say_untold(const struct gate_view *v, const struct gw_input *in)
{
	const char *why = in->age_ms < 0 ? "it was never measured" :
	    in->result == GW_R_UNKNOWN ? "it could not be told" :
	    !isfinite(in->value) ? "it has no value" :
	    !isfinite(in->expected) ? "it doesn't say how many are expected" :
	    "0 are expected, of which there is no share";

	v->host->reason(v->ctx, "%s: %s", in->name, why);
	v->host->opens_with(v->ctx, in->name);
}

static void
say_step(const struct gate_view *v, const struct gw_input *in,
    const struct step *s)
{
	char value[NUMBER_TEXT], expected[NUMBER_TEXT], share[NUMBER_TEXT];
	char limit[NUMBER_TEXT];

	v->host->reason(v->ctx, "%s: %s of %s (%s %%), below %s %% at %s",
	    in->name, number_text(in->value, value),
	    number_text(in->expected, expected),
	    number_text(floor(in->value * 100 / in->expected), share),
	    number_text(s->below, limit), s->at);
}

/* One input; adds to the reading. */
static void
climb(const struct gate_view *v, const struct ladder *l,
    const struct gw_input *in, struct reading *r)
{
	int64_t anchor = v->host->anchor(v->ctx), now = v->host->now(v->ctx);
	const struct step *reached = NULL, *s;
	int64_t at;

	for (s = l->steps; s < l->steps + l->n; s++)
		if (now >= anchor + s->after_ms && below(s, in) &&
		    (!reached || s->severity > reached->severity))
			reached = s;
	if (reached && reached->severity > r->severity)
		r->severity = reached->severity;
	if (reached) {
		say_step(v, in, reached);
		v->host->opens_with(v->ctx, in->name);
	}
	for (s = l->steps; s < l->steps + l->n; s++) {
		at = anchor + s->after_ms;
		if (at > now && below(s, in) &&
		    (!reached || s->severity > reached->severity) &&
		    (r->next_change == GATE_NEVER || at < r->next_change))
			r->next_change = at;
	}
}

static int32_t
verdict_of(const struct reading *r)
{
	return r->unknown ? GW_V_UNKNOWN :
	    r->severity == GW_S_CRITICAL ? GW_V_BLOCKED :
	    r->severity > GW_S_NONE ? GW_V_DEGRADED : GW_V_OPEN;
}

static void
decide(const struct gate_view *v, const struct ladder *l)
{
	struct reading r = { .next_change = GATE_NEVER };
	uint32_t i;

	if (v->host->anchor(v->ctx) == GATE_NEVER) {
		v->host->reason(v->ctx, "the date has no anchor yet");
		v->host->verdict(v->ctx, GW_V_UNKNOWN);
		return;
	}
	for (i = 0; i < v->n; i++) {
		const struct gw_input *in = &v->in[i];

		if (in->result == GW_R_SKIP)
			continue;
		if (is_told(in)) {
			climb(v, l, in, &r);
			continue;
		}
		say_untold(v, in);
		r.unknown = true;
	}
	v->host->verdict(v->ctx, verdict_of(&r));
	v->host->severity(v->ctx, r.unknown ? GW_S_NONE : r.severity);
	if (r.next_change != GATE_NEVER && !r.unknown)
		v->host->next_change(v->ctx, r.next_change);
}

static int32_t
ladder_call(struct gw_ctx *ctx, void *self)
{
	struct ladder *l = self;
	struct gate_view v;
	bool ok = gate_view_open(&v, l->host, ctx);

	if (ok)
		decide(&v, l);
	gate_view_free(&v);
	return ok ? GW_OK : GW_UNKNOWN;
}

static int32_t
severity_of(const char *name)
{
	return strcmp(name, "critical") == 0 ? GW_S_CRITICAL :
	    strcmp(name, "warning") == 0 ? GW_S_WARNING : GW_S_INFO;
}

static const char *
member(const struct gw_host *host, struct gw_ctx *ctx, uint32_t i,
    const char *name)
{
	struct buf key CLEANUP_BUF = { 0 };
	const char *s;

	buf_addf(&key, "steps.%u.%s", (unsigned)i, name);
	s = host->text(ctx, buf_str(&key));
	return s ? s : "";
}

static bool
read_step(const struct gw_host *host, struct gw_ctx *ctx, uint32_t i,
    struct step *ret)
{
	const char *at = member(host, ctx, i, "at");
	const char *percent = member(host, ctx, i, "below");

	if (!offset_parse(at, &ret->after_ms)) {
		host->remark(ctx, "steps[%u].at = '%s': expected an age from "
		    "the date's end, such as '+6h' or '+1h30m'; days are "
		    "written as '+24h'", (unsigned)i + 1, at);
		return false;
	}
	if (!percent_parse(percent, &ret->below)) {
		host->remark(ctx, "steps[%u].below = '%s': expected a "
		    "percentage, such as '90%%'", (unsigned)i + 1, percent);
		return false;
	}
	ret->severity = severity_of(member(host, ctx, i, "severity"));
	ret->at = mem_copy(at);
	return true;
}

static void
ladder_close(struct gw_ctx *ctx, void *self)
{
	struct ladder *l = self;
	uint32_t i;

	(void)ctx;
	for (i = 0; i < l->n; i++)
		free(l->steps[i].at);
	free(l->steps);
	free(l);
}

static int32_t
ladder_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	struct ladder *l = mem_new(1, sizeof *l);

	l->host = host;
	l->n = host->count(ctx, "steps");
	l->steps = mem_new(l->n, sizeof *l->steps);
	for (uint32_t i = 0; i < l->n; i++)
		if (!read_step(host, ctx, i, &l->steps[i])) {
			ladder_close(ctx, l);
			return GW_FAILED;
		}
	if (l->n == 0) {
		host->remark(ctx, "steps is empty: it would never say "
		    "anything");
		ladder_close(ctx, l);
		return GW_FAILED;
	}
	*ret_self = l;
	return GW_OK;
}

static const char *const severities[] = {
	"info", "warning", "critical", NULL
};

static const struct gw_option step_options[] = {
	{ .name = "at", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "age from the date's end (its anchor), such as \"+6h\"" },
	{ .name = "below", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "the step applies below this coverage, such as \"90%\"" },
	{ .name = "severity", .type = GW_T_ENUM, .flags = GW_REQUIRED,
	  .choices = severities, .help = "what it then is" },
	{ .name = NULL }
};

static const struct gw_option options[] = {
	{ .name = "steps", .type = GW_T_GROUPS, .flags = GW_REQUIRED,
	  .members = step_options,
	  .help = "from when on which coverage is how bad" },
	{ .name = NULL }
};

GATE(ladder,
	.kind = GW_GATE, .name = "ladder", .version = "1",
	.summary = "the older the date, the less may be missing",
	.options = options, .open = ladder_open, .call = ladder_call,
	.close = ladder_close
);
