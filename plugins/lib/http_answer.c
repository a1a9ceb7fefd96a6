/* SPDX-License-Identifier: BSD-2-Clause
 *
 * http_answer.c -- what an HTTP answer measures.
 *
 * First its status: one that is accepted is an answer, one of absent_status
 * says that what was asked for isn't there, which is a measurement: 0. Any
 * other says nothing about the data and is "could not tell". An answer counts
 * as 1 of 1, unless a number of its JSON, or its time, is the value; content
 * that isn't found makes it 0 of 1, or where its time is measured a stated
 * failure.
 *
 * Nothing is told before everything has been found, so that an answer is
 * measured whole or not at all.
 */
#include "lib/http_answer.h"

#include <stdio.h>

enum { SHOWN_MOST = 200 };

/* "200", or "2xx" for all of a hundred. */
static bool
is_status(const char *s)
{
	return strlen(s) == 3 && *s >= '1' && *s <= '5' &&
	    (strspn(s, "0123456789") == 3 || strcmp(s + 1, "xx") == 0);
}

static bool
is_among(const struct call *c, const char *option, long status)
{
	uint32_t n = c->host->count(c->ctx, option), i;

	for (i = 0; i < n; i++) {
		const char *s = c->host->item(c->ctx, option, i);

		if (s[1] == 'x' ? status / 100 == s[0] - '0' :
		    strtol(s, NULL, 10) == status)
			return true;
	}
	return false;
}

static bool
is_accepted(const struct call *c, long status)
{
	return c->host->count(c->ctx, "status") == 0 ?
	    status >= 200 && status <= 299 : is_among(c, "status", status);
}

static void
tell_evidence(const struct call *c, const struct http_reply *r)
{
	char text[32];

	(void)snprintf(text, sizeof text, "%ld", r->status);
	c->host->evidence(c->ctx, "status", text);
	(void)snprintf(text, sizeof text, "%lld", (long long)r->elapsed_ms);
	c->host->evidence(c->ctx, "latency_ms", text);
}

static void
add_first_line(struct buf *b, const struct http_reply *r)
{
	const char *s = buf_str(&r->body);

	if (r->body.len == 0)
		return;
	buf_add(b, ": ");
	buf_add_line(b, s, strcspn(s, "\n"), SHOWN_MOST);
}

static int32_t
refused(const struct call *c, const struct http_reply *r)
{
	struct buf why CLEANUP_BUF = { 0 };

	buf_addf(&why, "status %ld", r->status);
	add_first_line(&why, r);
	return call_unknown(c, &why);
}

static bool
is_timed(const struct call *c)
{
	return strcmp(option_or(c->host, c->ctx, "measure", ""), "time") == 0;
}

/* What was asked for isn't there, or isn't what it should be. */
static int32_t
tell_nothing(const struct call *c, const struct http_answer *a,
    const struct http_reply *r, const char *what)
{
	struct buf why CLEANUP_BUF = { 0 };

	buf_addf(&why, "status %ld, %s", r->status, what);
	add_first_line(&why, r);
	c->host->remark(c->ctx, "%s", buf_str(&why));
	if (is_timed(c)) {      /* no time at all is not the shortest */
		c->host->stated(c->ctx, GW_R_FAIL);
		return GW_OK;
	}
	c->host->value(c->ctx, 0);
	if (a->value == NULL)
		c->host->expected(c->ctx, 1);
	return GW_OK;
}

static int32_t
tell_time(const struct call *c, const struct http_reply *r)
{
	c->host->value(c->ctx, (double)r->elapsed_ms);
	return GW_OK;
}

static void
tell_missing(void *arg, const char *item)
{
	const struct call *c = arg;

	c->host->missing(c->ctx, item);
}

static int32_t
tell_numbers(const struct call *c, const struct http_answer *a,
    const struct http_reply *r)
{
	const char *s = buf_str(&r->body);
	struct buf why CLEANUP_BUF = { 0 };
	double value = 1, expected = 1;
	struct call copy = *c;

	if ((a->value && !query_number(a->value, s, r->body.len, &value,
	    &why)) || (a->expected && !query_number(a->expected, s,
	    r->body.len, &expected, &why)) || (a->missing &&
	    !query_list(a->missing, s, r->body.len, tell_missing, &copy,
	    &why)))
		return call_unknown(c, &why);
	c->host->value(c->ctx, value);
	if (a->expected || a->value == NULL)
		c->host->expected(c->ctx, expected);
	return GW_OK;
}

int32_t
http_answer_measure(const struct call *c, const struct http_answer *a,
    const struct http_reply *r)
{
	tell_evidence(c, r);
	if (is_among(c, "absent_status", r->status))
		return is_timed(c) ? refused(c, r) :
		    tell_nothing(c, a, r, "which means that it isn't there");
	if (!is_accepted(c, r->status))
		return refused(c, r);
	if (a->content && memchr(buf_str(&r->body), '\0', r->body.len)) {
		struct buf why CLEANUP_BUF = { 0 };

		buf_add(&why, "the answer has a NUL byte, which is no text");
		return call_unknown(c, &why);
	}
	if (a->content && regexec(a->content, buf_str(&r->body), 0, NULL, 0))
		return tell_nothing(c, a, r,
		    "without a text that matches `content`");
	return is_timed(c) ? tell_time(c, r) : tell_numbers(c, a, r);
}

/*-------------------------------------------------------------------- life */

static bool
check_statuses(const struct gw_host *host, struct gw_ctx *ctx,
    const char *option, struct buf *why)
{
	uint32_t n = host->count(ctx, option), i;

	for (i = 0; i < n; i++) {
		const char *s = host->item(ctx, option, i);

		if (is_status(s))
			continue;
		buf_addf(why, "%s: '%s' is no HTTP status, such as "
		    "\"200\" or \"2xx\"", option, s);
		return false;
	}
	return true;
}

static bool
compile_content(struct http_answer *a, const char *pattern, struct buf *why)
{
	char text[200];
	int r;

	if (pattern == NULL)
		return true;
	a->content = mem_new(1, sizeof *a->content);
	r = regcomp(a->content, pattern, REG_EXTENDED | REG_NOSUB |
	    REG_NEWLINE);
	if (r == 0)
		return true;
	(void)regerror(r, a->content, text, sizeof text);
	buf_addf(why, "content: %s", text);
	free(a->content);
	a->content = NULL;
	return false;
}

static bool
fit_together(const struct http_answer *a, const char *measure,
    struct buf *why)
{
	if ((a->expected || a->missing) && a->value == NULL)
		buf_addf(why, "%s needs value_jq", a->expected ?
		    "expected_jq" : "missing_jq");
	else if (a->content && a->value)
		buf_add(why, "content and value_jq are two measurements: "
		    "write two checks");
	else if (a->value && strcmp(measure, "time") == 0)
		buf_add(why, "value_jq needs measure = \"answer\"");
	else
		return true;
	return false;
}

bool
http_answer_open(struct http_answer *a, const struct gw_host *host,
    struct gw_ctx *ctx, struct buf *why)
{
	*a = (struct http_answer){ 0 };
	return check_statuses(host, ctx, "status", why) &&
	    check_statuses(host, ctx, "absent_status", why) &&
	    query_option(&a->value, host, ctx, "value_jq", why) &&
	    query_option(&a->expected, host, ctx, "expected_jq", why) &&
	    query_option(&a->missing, host, ctx, "missing_jq", why) &&
	    compile_content(a, host->text(ctx, "content"), why) &&
	    fit_together(a, option_or(host, ctx, "measure", ""), why);
}

void
http_answer_close(struct http_answer *a)
{
	query_free(a->value);
	query_free(a->expected);
	query_free(a->missing);
	if (a->content)
		regfree(a->content);
	free(a->content);
}
