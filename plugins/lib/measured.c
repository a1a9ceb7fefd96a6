/* SPDX-License-Identifier: BSD-2-Clause
 *
 * measured.c -- a measurement that somebody wrote as JSON.
 *
 * Nothing is told to the host before all of it has been understood: half a
 * measurement would be a wrong one. A member that is there with the wrong
 * type is an error; members that nobody knows are ignored, as newer programs
 * may write more.
 */
#include "lib/measured.h"

#include <jansson.h>
#include <math.h>

#include "lib/number.h"

static void
free_json(json_t **j)
{
	json_decref(*j);
}

static bool
check_number(const json_t *o, const char *name, struct buf *why)
{
	const json_t *v = json_object_get(o, name);

	if (v == NULL || json_is_null(v) || (json_is_number(v) &&
	    fabs(json_number_value(v)) <= NUMBER_EXACT))
		return true;
	buf_addf(why, "its JSON has a \"%s\" that is no number to count "
	    "with", name);
	return false;
}

static bool
check_list(const json_t *o, const char *name, struct buf *why)
{
	const json_t *v = json_object_get(o, name), *item;
	size_t i;

	if (v == NULL || json_is_null(v))
		return true;
	json_array_foreach(v, i, item)
		if (!json_is_string(item))
			break;
	if (json_is_array(v) && i == json_array_size(v))
		return true;
	buf_addf(why, "its JSON has a \"%s\" that is no list of texts", name);
	return false;
}

static bool
check_text(const json_t *o, const char *name, struct buf *why)
{
	const json_t *v = json_object_get(o, name);

	if (v == NULL || json_is_null(v) || json_is_string(v))
		return true;
	buf_addf(why, "its JSON has a \"%s\" that is no text", name);
	return false;
}

/* -1: not stated, -2: not a result. */
static int32_t
stated(const json_t *o)
{
	static const char *const names[] = { "pass", "warn", "fail" };
	const char *s = json_string_value(json_object_get(o, "result"));
	int32_t i;

	for (i = 0; s && i < 3; i++)
		if (strcmp(s, names[i]) == 0)
			return i;
	return s ? -2 : -1;
}

static bool
check(const json_t *o, struct buf *why)
{
	const json_t *evidence = json_object_get(o, "evidence");

	if (!check_number(o, "value", why) ||
	    !check_number(o, "expected", why) ||
	    !check_list(o, "missing", why) || !check_list(o, "extra", why) ||
	    !check_text(o, "result", why) || !check_text(o, "remark", why) ||
	    !check_text(o, "unknown", why))
		return false;
	if (stated(o) == -2)
		buf_add(why, "its JSON has a \"result\" that is none of "
		    "\"pass\", \"warn\", \"fail\"");
	else if (evidence && !json_is_null(evidence) &&
	    !json_is_object(evidence) && !json_is_string(evidence))
		buf_add(why, "its JSON has an \"evidence\" that is neither "
		    "an object nor a text");
	else if (!json_is_number(json_object_get(o, "value")) &&
	    stated(o) < 0 && !json_is_string(json_object_get(o, "unknown")))
		buf_add(why, "its JSON has no \"value\", no \"result\" and "
		    "no \"unknown\"");
	else
		return true;
	return false;
}

static void
tell_list(const struct call *c, const json_t *list,
    void (*tell)(struct gw_ctx *, const char *))
{
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
		tell(c->ctx, json_string_value(item));
}

static void
tell_evidence(const struct call *c, json_t *evidence)
{
	const char *key;
	json_t *v;

	if (json_is_string(evidence))
		c->host->evidence(c->ctx, "evidence",
		    json_string_value(evidence));
	json_object_foreach(evidence, key, v) {
		char *text CLEANUP_FREE = json_dumps(v, JSON_ENCODE_ANY |
		    JSON_COMPACT);

		c->host->evidence(c->ctx, key, json_is_string(v) ?
		    json_string_value(v) : text ? text : "");
	}
}

static void
tell(const struct call *c, const json_t *o)
{
	const json_t *v = json_object_get(o, "value");
	const json_t *e = json_object_get(o, "expected");
	const char *remark = json_string_value(json_object_get(o, "remark"));

	if (json_is_number(v))
		c->host->value(c->ctx, json_number_value(v));
	if (json_is_number(e))
		c->host->expected(c->ctx, json_number_value(e));
	if (stated(o) >= 0)
		c->host->stated(c->ctx, stated(o));
	tell_list(c, json_object_get(o, "missing"), c->host->missing);
	tell_list(c, json_object_get(o, "extra"), c->host->extra);
	tell_evidence(c, json_object_get(o, "evidence"));
	if (remark)
		c->host->remark(c->ctx, "%s", remark);
}

int32_t
measured_json(const struct call *c, const char *text, size_t len)
{
	json_error_t e;
	json_t *o CLEANUP(free_json) = json_loadb(text, len,
	    JSON_REJECT_DUPLICATES, &e);
	struct buf why CLEANUP_BUF = { 0 };
	const char *unknown;

	if (!json_is_object(o)) {
		if (o)
			buf_add(&why, "its output is JSON, but no object");
		else
			buf_addf(&why, "its output is not JSON: line %d, "
			    "column %d: %s", e.line, e.column, e.text);
		return call_unknown(c, &why);
	}
	if (!check(o, &why))
		return call_unknown(c, &why);
	unknown = json_string_value(json_object_get(o, "unknown"));
	if (unknown) {
		buf_add(&why, unknown);
		return call_unknown(c, &why);
	}
	tell(c, o);
	return GW_OK;
}
