/* SPDX-License-Identifier: BSD-2-Clause
 *
 * quorum.c -- gate `quorum`: so many of them, and these among them.
 *
 * An input counts as present when it passes or warns; one that owes nothing
 * leaves the count, and the number needed shrinks to what is left.
 *
 *   met, none amiss                             open
 *   met, one not due yet                        waiting
 *   met, the rest due                           degraded
 *   not met, but those not due could meet it    waiting
 *   not met, those not told could decide it     unknown
 *   else                                        blocked
 *
 * As an alarm: critical when blocked, a warning when met with one that fails
 * or warns; waiting and unknown say nothing. Pure.
 */
#include "gate/gate.h"

#include <string.h>

#include "lib/buf.h"

struct quorum {
	const struct gw_host *host;
	uint32_t need;
	uint32_t n_require;
	char **require;
};

/* The inputs, counted once. */
struct tally {
	uint32_t owed, need;
	uint32_t present, not_due, unknown, amiss;
	/* of the required ones */
	uint32_t absent, absent_due, absent_told;
};

static bool
is_present(int32_t result)
{
	return result == GW_R_PASS || result == GW_R_WARN;
}

static bool
is_required(const struct quorum *q, const char *name)
{
	uint32_t i;

	for (i = 0; i < q->n_require; i++)
		if (strcmp(q->require[i], name) == 0)
			return true;
	return false;
}

static struct tally
tally(const struct gate_view *v, const struct quorum *q)
{
	struct tally t = { 0 };
	uint32_t i;

	t.owed = v->n - gate_count(v, GW_R_SKIP);
	t.need = q->need < t.owed ? q->need : t.owed;
	t.present = gate_count(v, GW_R_PASS) + gate_count(v, GW_R_WARN);
	t.not_due = gate_count(v, GW_R_NOT_DUE);
	t.unknown = gate_count(v, GW_R_UNKNOWN);
	t.amiss = t.owed - gate_count(v, GW_R_PASS);
	for (i = 0; i < v->n; i++) {
		if (!is_required(q, v->in[i].name) ||
		    is_present(v->result[i]) || v->result[i] == GW_R_SKIP)
			continue;
		t.absent++;
		t.absent_due += v->result[i] != GW_R_NOT_DUE;
		t.absent_told += v->result[i] == GW_R_FAIL;
	}
	return t;
}

static bool
met(const struct tally *t)
{
	return t->absent == 0 && t->present >= t->need;
}

static int32_t
rule(const struct gate_view *v, const void *arg)
{
	struct tally t = tally(v, arg);

	if (met(&t))
		return t.not_due > 0 ? GW_V_WAITING :
		    t.amiss > 0 ? GW_V_DEGRADED : GW_V_OPEN;
	if (t.absent_due == 0 && t.present + t.not_due >= t.need)
		return GW_V_WAITING;
	if (t.absent_told == 0 &&
	    t.present + t.not_due + t.unknown >= t.need)
		return GW_V_UNKNOWN;
	return GW_V_BLOCKED;
}

static int32_t
severity(const struct gate_view *v, int32_t verdict)
{
	if (verdict == GW_V_DEGRADED && gate_count(v, GW_R_FAIL) +
	    gate_count(v, GW_R_WARN) == 0)
		return GW_S_NONE;
	return gate_severity(verdict);
}

/* "2 of 5 present, 3 needed; required but absent: pdc" */
static void
summary(const struct gate_view *v, const struct quorum *q,
    const struct tally *t)
{
	struct buf b CLEANUP_BUF = { 0 };
	const char *between = "; required but absent: ";
	uint32_t i;

	buf_addf(&b, "%u of %u present, %u needed", (unsigned)t->present,
	    (unsigned)t->owed, (unsigned)t->need);
	for (i = 0; i < v->n; i++) {
		if (!is_required(q, v->in[i].name) ||
		    is_present(v->result[i]) || v->result[i] == GW_R_SKIP)
			continue;
		buf_addf(&b, "%s%s", between, v->in[i].name);
		between = ", ";
	}
	v->host->reason(v->ctx, "%s", buf_str(&b));
}

/* The required ones; and where these aren't enough, any of the others. */
static void
counterfactual(const struct gate_view *v, const struct quorum *q,
    const struct tally *t)
{
	bool others = met(t) || t->present + t->absent < t->need;
	uint32_t i;

	for (i = 0; i < v->n; i++)
		if (!is_present(v->result[i]) &&
		    v->result[i] != GW_R_SKIP &&
		    (others || is_required(q, v->in[i].name)))
			v->host->opens_with(v->ctx, v->in[i].name);
}

static void
decide(const struct gate_view *v, const struct quorum *q)
{
	struct tally t = tally(v, q);
	int32_t verdict = rule(v, q);
	int64_t change = gate_next_change(v, rule, q);

	v->host->verdict(v->ctx, verdict);
	v->host->severity(v->ctx, severity(v, verdict));
	if (verdict != GW_V_OPEN)
		summary(v, q, &t);
	gate_reasons(v);
	if (change != GATE_NEVER)
		v->host->next_change(v->ctx, change);
	if (verdict >= GW_V_WAITING)
		counterfactual(v, q, &t);
}

/* What the option table can't express, because it depends on the inputs. */
static bool
fits(const struct gate_view *v, const struct quorum *q)
{
	uint32_t i, k;

	if (q->need > v->n) {
		v->host->remark(v->ctx, "need = %u, but there are %u inputs",
		    (unsigned)q->need, (unsigned)v->n);
		return false;
	}
	for (k = 0; k < q->n_require; k++) {
		for (i = 0; i < v->n; i++)
			if (strcmp(q->require[k], v->in[i].name) == 0)
				break;
		if (i == v->n) {
			v->host->remark(v->ctx, "require names '%s', which "
			    "is none of the inputs", q->require[k]);
			return false;
		}
	}
	return true;
}

static int32_t
quorum_call(struct gw_ctx *ctx, void *self)
{
	struct quorum *q = self;
	struct gate_view v;
	bool ok = gate_view_open(&v, q->host, ctx);

	if (ok && !fits(&v, q)) {
		v.host->verdict(ctx, GW_V_UNKNOWN);
		ok = false;
	}
	if (ok)
		decide(&v, q);
	gate_view_free(&v);
	return ok ? GW_OK : GW_UNKNOWN;
}

static int32_t
quorum_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	struct quorum *q = mem_new(1, sizeof *q);
	uint32_t i;

	q->host = host;
	q->need = (uint32_t)host->integer(ctx, "need");
	q->n_require = host->count(ctx, "require");
	q->require = mem_new(q->n_require, sizeof *q->require);
	for (i = 0; i < q->n_require; i++)
		q->require[i] = mem_copy(host->item(ctx, "require", i));
	*ret_self = q;
	return GW_OK;
}

static void
quorum_close(struct gw_ctx *ctx, void *self)
{
	struct quorum *q = self;
	uint32_t i;

	(void)ctx;
	for (i = 0; i < q->n_require; i++)
		free(q->require[i]);
	free(q->require);
	free(q);
}

static const struct gw_option options[] = {
	{ .name = "need", .type = GW_T_INT, .flags = GW_REQUIRED, .min = 1,
	  .max = 1000, .help = "how many inputs have to be present" },
	{ .name = "require", .type = GW_T_LIST,
	  .help = "inputs that have to be among them" },
	{ .name = NULL }
};

GATE(quorum,
	.kind = GW_GATE, .name = "quorum", .version = "1",
	.summary = "so many inputs, and these among them",
	.options = options, .open = quorum_open, .call = quorum_call,
	.close = quorum_close
);
