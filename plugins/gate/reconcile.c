/* SPDX-License-Identifier: BSD-2-Clause
 *
 * reconcile.c -- gate `reconcile`: two evidences for one fact.
 *
 * The tables say 5 of 5, the ledger says 2 of 5; a monitor reads another
 * table than the grader writes. Two checks measure the same thing, and which
 * of them decides is written down. While their values lie within the
 * tolerance, the verdict is what the one that decides comes to; when they
 * don't, something is wrong whatever it says.
 *
 *   one that decides could not be told          unknown
 *   it owes nothing                             open
 *   it is not due                               waiting
 *   the other could not be told, or has no      unknown
 *     value to compare
 *   they differ, and the other is not due       waiting
 *   they differ                                 blocked, or degraded where
 *                                               the options say so
 *   they agree, it fails, warns, passes         blocked, degraded, open
 *
 * Where the other owes nothing there is nothing to compare. As an alarm it
 * speaks of the difference alone: what both say has failed is the affair of
 * the phase or alarm that the check belongs to. Pure.
 */
#include "gate/gate.h"

#include <math.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/number.h"

struct reconcile {
	const struct gw_host *host;
	char *decides;
	double tolerance;
	bool percent;           /* of the value that decides */
	bool missing;           /* what is missing is compared, not values */
	int32_t disagree;       /* verdict */
	int32_t severity;
};

/* The two, as they stand. */
struct pair {
	const struct reconcile *r;
	uint32_t deciding, other;       /* inputs */
};

static double
amount(const struct reconcile *r, const struct gw_input *in)
{
	if (r->missing)
		return in->missing < 0 ? (double)NAN : (double)in->missing;
	return in->value;
}

static bool
comparable(const struct gate_view *v, const struct pair *p)
{
	return isfinite(amount(p->r, &v->in[p->deciding])) &&
	    isfinite(amount(p->r, &v->in[p->other]));
}

/* Products, not quotients: 1 of 50 is exactly 2 %. */
static bool
differ(const struct gate_view *v, const struct pair *p)
{
	double a = amount(p->r, &v->in[p->deciding]);
	double off = fabs(a - amount(p->r, &v->in[p->other]));

	return p->r->percent ? off * 100 > p->r->tolerance * fabs(a) :
	    off > p->r->tolerance;
}

static int32_t
alone(int32_t result)
{
	return result == GW_R_FAIL ? GW_V_BLOCKED :
	    result == GW_R_WARN ? GW_V_DEGRADED : GW_V_OPEN;
}

static bool
disagrees(const struct gate_view *v, const struct pair *p)
{
	int32_t a = v->result[p->deciding], b = v->result[p->other];

	return a != GW_R_UNKNOWN && a != GW_R_SKIP && a != GW_R_NOT_DUE &&
	    b != GW_R_UNKNOWN && b != GW_R_SKIP && b != GW_R_NOT_DUE &&
	    comparable(v, p) && differ(v, p);
}

static int32_t
rule(const struct gate_view *v, const void *arg)
{
	const struct pair *p = arg;
	int32_t a = v->result[p->deciding], b = v->result[p->other];

	if (a == GW_R_UNKNOWN)
		return GW_V_UNKNOWN;
	if (a == GW_R_SKIP)
		return GW_V_OPEN;
	if (a == GW_R_NOT_DUE)
		return GW_V_WAITING;
	if (b == GW_R_SKIP)
		return alone(a);
	if (b == GW_R_UNKNOWN || !comparable(v, p))
		return a == GW_R_FAIL ? GW_V_BLOCKED : GW_V_UNKNOWN;
	if (!differ(v, p))
		return alone(a);
	if (b == GW_R_NOT_DUE)
		return a == GW_R_FAIL ? GW_V_BLOCKED : GW_V_WAITING;
	return a == GW_R_FAIL ? GW_V_BLOCKED : p->r->disagree;
}

static void
add_side(struct buf *b, const struct reconcile *r, const struct gw_input *in)
{
	char value[NUMBER_TEXT];

	buf_addf(b, "%s says %s", in->name, number_text(amount(r, in),
	    value));
	if (r->missing)
		buf_add(b, " missing");
	else if (isfinite(in->expected))
		buf_addf(b, " of %s", number_text(in->expected, value));
}

/* "ledger says 2 of 5, tables says 5 of 5: they differ by 3 (tolerance 0);
 * ledger decides" */
static void
say_difference(const struct gate_view *v, const struct pair *p)
{
	const struct gw_input *a = &v->in[p->deciding];
	const struct gw_input *b = &v->in[p->other];
	char off[NUMBER_TEXT], tolerance[NUMBER_TEXT];
	struct buf text CLEANUP_BUF = { 0 };

	add_side(&text, p->r, a);
	buf_add(&text, ", ");
	add_side(&text, p->r, b);
	buf_addf(&text, ": they differ by %s (tolerance %s%s); %s decides",
	    number_text(fabs(amount(p->r, a) - amount(p->r, b)), off),
	    number_text(p->r->tolerance, tolerance), p->r->percent ? " %" :
	    "", a->name);
	v->host->reason(v->ctx, "%s", buf_str(&text));
}

static void
counterfactual(const struct gate_view *v, const struct pair *p)
{
	if (v->result[p->deciding] != GW_R_PASS)
		v->host->opens_with(v->ctx, v->in[p->deciding].name);
	if (v->result[p->deciding] == GW_R_PASS || disagrees(v, p) ||
	    v->result[p->other] == GW_R_UNKNOWN)
		v->host->opens_with(v->ctx, v->in[p->other].name);
}

static void
decide(const struct gate_view *v, const struct pair *p)
{
	int32_t verdict = rule(v, p);
	int64_t change = gate_next_change(v, rule, p);
	bool off = disagrees(v, p);

	v->host->verdict(v->ctx, verdict);
	v->host->severity(v->ctx, off ? p->r->severity : GW_S_NONE);
	if (off)
		say_difference(v, p);
	else if (verdict == GW_V_UNKNOWN && !comparable(v, p))
		v->host->reason(v->ctx, "%s and %s can't be compared: not "
		    "both say %s", v->in[p->deciding].name,
		    v->in[p->other].name, p->r->missing ?
		    "what is missing" : "a value");
	gate_reasons(v);
	if (change != GATE_NEVER)
		v->host->next_change(v->ctx, change);
	if (verdict >= GW_V_WAITING)
		counterfactual(v, p);
}

/* What the option table can't express, because it depends on the inputs. */
static bool
fits(const struct gate_view *v, struct pair *p)
{
	uint32_t i;

	if (v->n != 2) {
		v->host->remark(v->ctx, "there are %u inputs: two evidences "
		    "are compared", (unsigned)v->n);
		return false;
	}
	for (i = 0; i < 2; i++)
		if (strcmp(p->r->decides, v->in[i].name) == 0)
			break;
	if (i == 2) {
		v->host->remark(v->ctx, "decides names '%s', which is neither "
		    "of the inputs", p->r->decides);
		return false;
	}
	p->deciding = i;
	p->other = 1 - i;
	return true;
}

static int32_t
reconcile_call(struct gw_ctx *ctx, void *self)
{
	struct reconcile *r = self;
	struct pair p = { .r = r };
	struct gate_view v;
	bool ok = gate_view_open(&v, r->host, ctx);

	if (ok && !fits(&v, &p)) {
		v.host->verdict(ctx, GW_V_UNKNOWN);
		ok = false;
	}
	if (ok)
		decide(&v, &p);
	gate_view_free(&v);
	return ok ? GW_OK : GW_UNKNOWN;
}

static int32_t
severity_of(const char *word)
{
	return strcmp(word, "info") == 0 ? GW_S_INFO :
	    strcmp(word, "warning") == 0 ? GW_S_WARNING : GW_S_CRITICAL;
}

static bool
read_tolerance(const char *s, struct reconcile *r)
{
	r->percent = percent_parse(s, &r->tolerance);
	return (r->percent || number_parse(s, strlen(s), &r->tolerance)) &&
	    r->tolerance >= 0;
}

static int32_t
reconcile_open(struct gw_ctx *ctx, const struct gw_host *host,
    void **ret_self)
{
	struct reconcile one = { .host = host };
	struct reconcile *r;

	if (!read_tolerance(host->text(ctx, "tolerance"), &one)) {
		host->remark(ctx, "tolerance = '%s' is neither a number nor "
		    "a percentage", host->text(ctx, "tolerance"));
		return GW_FAILED;
	}
	one.missing = strcmp(host->text(ctx, "compare"), "missing") == 0;
	one.disagree = strcmp(host->text(ctx, "disagree"), "degrade") == 0 ?
	    GW_V_DEGRADED : GW_V_BLOCKED;
	one.severity = severity_of(host->text(ctx, "severity"));
	one.decides = mem_copy(host->text(ctx, "decides"));
	r = mem_new(1, sizeof *r);
	*r = one;
	*ret_self = r;
	return GW_OK;
}

static void
reconcile_close(struct gw_ctx *ctx, void *self)
{
	struct reconcile *r = self;

	(void)ctx;
	free(r->decides);
	free(r);
}

static const char *const compared[] = { "value", "missing", NULL };
static const char *const answers[] = { "block", "degrade", NULL };
static const char *const severities[] = { "info", "warning", "critical",
	NULL };

static const struct gw_option options[] = {
	{ .name = "decides", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "which of the two inputs decides" },
	{ .name = "tolerance", .type = GW_T_STRING, .fallback = "\"0\"",
	  .help = "how far apart they may be: 3, or 2% of the one that "
	    "decides" },
	{ .name = "compare", .type = GW_T_ENUM, .choices = compared,
	  .fallback = "\"value\"", .help = "what is compared: what they "
	    "counted, or what they miss" },
	{ .name = "disagree", .type = GW_T_ENUM, .choices = answers,
	  .fallback = "\"block\"", .help = "the verdict when they differ: "
	    "blocked, or degraded" },
	{ .name = "severity", .type = GW_T_ENUM, .choices = severities,
	  .fallback = "\"critical\"", .help = "as an alarm: how loud a "
	    "difference is" },
	{ .name = NULL }
};

GATE(reconcile,
	.kind = GW_GATE, .name = "reconcile", .version = "1",
	.summary = "two evidences for one fact, and which one decides",
	.options = options, .open = reconcile_open, .call = reconcile_call,
	.close = reconcile_close
);
