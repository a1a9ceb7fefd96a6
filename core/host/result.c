/* SPDX-License-Identifier: BSD-2-Clause
 *
 * result.c -- what a call has told, made fit for the wire.
 *
 * A plugin may tell a million missing items, bytes that are no UTF-8, NaN as
 * a count, or nothing at all. Here each text is cleaned and cut, each list
 * is kept as long as the packet has room and counted exactly beyond that,
 * and a result that measures nothing becomes "unknown" with a sentence that
 * says why. What a value means is the core's business.
 *
 * Invariant: the texts kept cost at most ROOM bytes once escaped, which with
 * the fixed members stays below WIRE_MAX.
 */
#include "host/result.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"
#include "gatewarden/plugin.h"

enum {
	ROOM = 48 * 1024,
	ITEM_MAX = 512,         /* bytes of an item or a key */
	REMARK_MAX = 2048,
	RECEIPT_MAX = 500,
	REASONS_MAX = 64
};

static const char *const kinds_verdict[] = {
	[GW_V_OPEN] = "open", [GW_V_DEGRADED] = "degraded",
	[GW_V_WAITING] = "waiting", [GW_V_UNKNOWN] = "unknown",
	[GW_V_BLOCKED] = "blocked" };
static const char *const kinds_severity[] = {
	[GW_S_NONE] = "none", [GW_S_INFO] = "info",
	[GW_S_WARNING] = "warning", [GW_S_CRITICAL] = "critical" };
static const char *const kinds_failure[] = {
	[GW_F_TRANSIENT] = "transient", [GW_F_NOT_YET] = "not_yet",
	[GW_F_PERMANENT] = "permanent", [GW_F_CONFIG] = "config" };
static const char *const kinds_stated[] = {
	[GW_R_PASS] = "pass", [GW_R_WARN] = "warn", [GW_R_FAIL] = "fail" };

void
result_start(struct result *r)
{
	*r = (struct result){ .room = ROOM };
}

void
result_free(struct result *r)
{
	free(r->remark);
	free(r->bad);
	free(r->day_kind);
	free(r->receipt);
	json_decref(r->missing.items);
	json_decref(r->extra.items);
	json_decref(r->reasons.items);
	json_decref(r->opens_with.items);
	json_decref(r->evidence);
	*r = (struct result){ 0 };
}

/* Bytes that a clean text takes in JSON, with quotes and comma. */
static size_t
cost(const char *clean)
{
	size_t n = 3;

	for (; *clean; clean++)
		n += *clean == '"' || *clean == '\\' ? 2 : 1;
	return n;
}

/* Cleaned and cut to `max`; owned. */
static char *
clean(const char *s, size_t max)
{
	struct text t = { 0 };
	size_t len = strlen(s);

	if (len <= max) {
		text_add_clean(&t, s, len);
		return text_take(&t);
	}
	len = max - 3;
	while (len > 0 && ((unsigned char)s[len] & 0xc0) == 0x80)
		len--;
	text_add_clean(&t, s, len);
	text_add(&t, "...");
	return text_take(&t);
}

static bool
take_room(struct result *r, size_t n)
{
	if (n > r->room)
		return false;
	r->room -= n;
	return true;
}

static void
replace(char **p, char *s)
{
	free(*p);
	*p = s;
}

void
result_remark(struct result *r, const char *fmt, va_list ap)
{
	char buf[REMARK_MAX + 2];

	if (vsnprintf(buf, sizeof buf, fmt, ap) < 0)
		return;
	replace(&r->remark, clean(buf, REMARK_MAX));
}

void
result_list(struct result *r, struct told *list, const char *item)
{
	CLEANUP_FREE char *s = NULL;

	if (item == NULL)
		return;
	list->count++;
	s = clean(item, ITEM_MAX);
	/* nothing after the first that didn't fit: a list with holes would
	 * look whole */
	if (list->count > (int64_t)json_array_size(list->items) + 1 ||
	    !take_room(r, cost(s)))
		return;
	if (list->items == NULL)
		list->items = json_array();
	if (json_array_append_new(list->items, json_string(s)) < 0)
		abort();
}

void
result_evidence(struct result *r, const char *key, const char *text)
{
	CLEANUP_FREE char *k = NULL;
	CLEANUP_FREE char *v = NULL;

	if (key == NULL || text == NULL)
		return;
	k = clean(key, ITEM_MAX);
	v = clean(text, REMARK_MAX);
	if (!take_room(r, cost(k) + cost(v)))
		return;
	if (r->evidence == NULL)
		r->evidence = json_object();
	json_put(r->evidence, k, v);
}

void
result_day_kind(struct result *r, const char *kind)
{
	if (kind)
		replace(&r->day_kind, clean(kind, ITEM_MAX));
}

void
result_receipt(struct result *r, const char *s)
{
	if (s && strlen(s) <= RECEIPT_MAX)
		replace(&r->receipt, clean(s, RECEIPT_MAX));
}

void
result_bad(struct result *r, const char *fmt, ...)
{
	char buf[ITEM_MAX];
	va_list ap;

	if (r->bad)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(buf, sizeof buf, fmt, ap);
	va_end(ap);
	r->bad = clean(buf, ITEM_MAX);
}

static void
put_list(json_t *o, const char *key, const char *count, struct told *list)
{
	if (list->count == 0)
		return;
	if (json_object_set_new(o, key, list->items ? TAKE(list->items) :
	    json_array()) < 0)
		abort();
	if (count)
		json_put_int(o, count, list->count);
}

static void
put_check(struct result *r, json_t *o)
{
	if (r->has_value)
		json_put_num(o, "value", r->value);
	if (r->has_expected)
		json_put_num(o, "expected", r->expected);
	put_list(o, "missing", "missing_count", &r->missing);
	put_list(o, "extra", "extra_count", &r->extra);
	if (r->has_stated)
		json_put(o, "stated", kinds_stated[r->stated]);
	if (r->has_anchor)
		json_put_int(o, "anchor", r->anchor);
	json_put(o, "kind", r->day_kind);
	if (r->evidence && json_object_set(o, "evidence", r->evidence) < 0)
		abort();
}

static void
put_gate(struct result *r, json_t *o)
{
	if (r->has_verdict)
		json_put(o, "verdict", kinds_verdict[r->verdict]);
	json_put(o, "severity", kinds_severity[r->severity]);
	put_list(o, "reasons", NULL, &r->reasons);
	put_list(o, "opens_with", NULL, &r->opens_with);
	if (r->has_next)
		json_put_int(o, "next_change", r->next_change);
}

static void
put_failure(struct result *r, json_t *o)
{
	json_put(o, "failure", kinds_failure[r->f_class ? r->f_class :
	    GW_F_TRANSIENT]);
	if (r->retry_after_ms > 0)
		json_put_int(o, "retry_after_ms", r->retry_after_ms);
}

/* What a plugin of this kind may not say with this code. */
static void
check_told(struct result *r, uint32_t kind, int32_t code)
{
	bool effect = kind == GW_ACTION || kind == GW_NOTIFIER;

	if (code != GW_OK && code != GW_UNKNOWN && code != GW_FAILED)
		result_bad(r, "it returned %d, which is none of GW_OK, "
		    "GW_UNKNOWN and GW_FAILED", code);
	else if (code == GW_FAILED && !effect)
		result_bad(r, "it returned GW_FAILED, which only actions and "
		    "notifiers may; a probe that fails is GW_UNKNOWN");
	else if (code == GW_OK && kind == GW_CHECK && !r->has_value &&
	    !r->has_stated)
		result_bad(r, "it returned GW_OK without having told a "
		    "value");
	else if (code == GW_OK && kind == GW_GATE && !r->has_verdict)
		result_bad(r, "it returned GW_OK without having told a "
		    "verdict");
}

json_t *
result_json(struct result *r, uint32_t kind, int32_t code)
{
	json_t *o = json_object();

	check_told(r, kind, code);
	if (r->bad) {
		json_put(o, "status", "unknown");
		json_put(o, "remark", r->bad);
		return o;
	}
	json_put(o, "status", code == GW_OK ? "ok" :
	    code == GW_FAILED ? "failed" : "unknown");
	if (kind == GW_CHECK)
		put_check(r, o);
	else if (kind == GW_GATE)
		put_gate(r, o);
	else if (code == GW_FAILED)
		put_failure(r, o);
	if (kind == GW_NOTIFIER)
		json_put(o, "receipt", r->receipt);
	json_put(o, "remark", r->remark);
	return o;
}
