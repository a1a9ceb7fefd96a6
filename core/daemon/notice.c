/* SPDX-License-Identifier: BSD-2-Clause
 *
 * notice.c -- a message, from facts to text.
 *
 * A message must suffice to decide "sleep or get up": how bad, what, since
 * when; why, with value, limit, source and age; what was tried and what
 * comes next; what it holds up; how to fix it; where to look and how to have
 * quiet. Six short lines with the same words in front, so that the eye
 * finds them at four in the morning; a line with nothing to say is left out.
 *
 * Pure: who gathers the facts is message.c.
 */
#define _GNU_SOURCE     /* strchrnul */
#include "daemon/notice.h"

#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"

enum { HEAD_WIDTH = 56 };

static bool
said(const char *s)
{
	return s && *s;
}

static void
add_upper(struct text *t, const char *s)
{
	for (; *s; s++)
		text_addf(t, "%c", toupper((unsigned char)*s));
}

/* "CRITICAL", "RESOLVED", "STILL CRITICAL". */
static void
heading(struct text *t, const struct notice *n)
{
	switch (n->kind) {
	case NOTICE_RESOLVED:
		text_add(t, "RESOLVED");
		return;
	case NOTICE_ADOPTED:
		text_add(t, "ADOPTED");
		return;
	case NOTICE_REMINDER:
		text_add(t, "STILL ");
		break;
	case NOTICE_WORSE:
		text_add(t, "WORSE ");
		break;
	case NOTICE_GAVE_UP:
		text_add(t, "GAVE UP ");
		break;
	case NOTICE_ESCALATED:
		text_add(t, "ESCALATED ");
		break;
	case NOTICE_FLAPPING:
		text_add(t, "FLAPPING ");
		break;
	case NOTICE_DIGEST:
		text_add(t, "DIGEST");
		return;
	case NOTICE_OPENED:
		break;
	}
	add_upper(t, severity_name(n->severity));
}

static void
head(struct text *t, const struct notice *n)
{
	size_t from = t->len;

	heading(t, n);
	if (said(n->pipeline))
		text_addf(t, " %s", n->pipeline);
	if (said(n->date))
		text_addf(t, " %s", n->date);
	text_addf(t, "  %s", n->title);
	if (n->incident == 0) {
		text_add(t, "\n");
		return;
	}
	do
		text_add(t, " ");
	while (t->len - from < HEAD_WIDTH);
	text_addf(t, " incident %llu", (unsigned long long)n->incident);
	if (said(n->lasted))
		text_addf(t, ", lasted %s", n->lasted);
	else if (said(n->since))
		text_addf(t, ", since %s", n->since);
	text_add(t, "\n");
}

/* A word in front of the first line; the others are indented like it. */
static void
add_lines(struct text *t, const char *word, const char *lines,
    const char *behind)
{
	const char *s = lines, *end;
	bool first = true;

	if (!said(lines))
		return;
	while (*s) {
		end = strchrnul(s, '\n');
		text_addf(t, "%-6s %.*s", first ? word : "", (int)(end - s),
		    s);
		if (first && said(behind))
			text_addf(t, "     %s", behind);
		text_add(t, "\n");
		first = false;
		s = *end ? end + 1 : end;
	}
}

static void
look(struct text *t, const struct notice *n)
{
	if (n->incident != 0)
		text_addf(t, "gatewarden explain %llu",
		    (unsigned long long)n->incident);
	else
		text_add(t, "gatewarden status");
}

static void
quiet(struct text *t, const struct notice *n)
{
	if (n->incident != 0 && n->kind != NOTICE_RESOLVED &&
	    n->kind != NOTICE_ADOPTED)
		text_addf(t, "gatewarden ack %llu --until 2h",
		    (unsigned long long)n->incident);
}

char *
notice_text(const struct notice *n)
{
	CLEANUP_TEXT struct text rule = { 0 };
	CLEANUP_TEXT struct text end = { 0 };
	struct text t = { 0 };

	head(&t, n);
	if (said(n->rule))
		text_addf(&rule, "rule %s", n->rule);
	add_lines(&t, n->kind == NOTICE_RESOLVED ? "proof" : "why", n->why,
	    text_str(&rule));
	add_lines(&t, "tried", n->tried, NULL);
	if (n->kind != NOTICE_RESOLVED) {
		add_lines(&t, "due", n->deadline, NULL);
		add_lines(&t, "held", n->held, NULL);
	}
	if (n->watching && n->kind != NOTICE_RESOLVED)
		add_lines(&t, "note", "this pipeline only watches: nothing is "
		    "blocked, started or repaired", NULL);
	if (n->kind != NOTICE_RESOLVED) {
		add_lines(&t, "fix", n->fix, NULL);
		add_lines(&t, "read", n->runbook, NULL);
	}
	look(&end, n);
	text_addf(&t, "%-6s %s", "look", text_str(&end));
	text_clear(&end);
	quiet(&end, n);
	if (end.len > 0)
		text_addf(&t, "      quiet  %s", text_str(&end));
	text_add(&t, "\n");
	return text_take(&t);
}

json_t *
notice_body(const struct notice *n)
{
	CLEANUP_FREE char *text = notice_text(n);
	CLEANUP_TEXT struct text t = { 0 };
	json_t *o = json_object();

	text_addf(&t, "%llu", (unsigned long long)n->id);
	json_put(o, "id", text_str(&t));
	json_put(o, "kind", notice_kind_name(n->kind));
	json_put(o, "severity", severity_name(n->severity));
	json_put(o, "pipeline", n->pipeline ? n->pipeline : "");
	json_put(o, "date", n->date ? n->date : "");
	text_clear(&t);
	if (n->incident != 0)
		text_addf(&t, "%llu", (unsigned long long)n->incident);
	json_put(o, "incident", text_str(&t));
	json_put(o, "title", n->title);
	json_put(o, "text", text);
	json_put(o, "why", n->why ? n->why : "");
	json_put(o, "tried", n->tried ? n->tried : "");
	json_put(o, "last_start", n->last_start ? n->last_start : "");
	json_put(o, "deadline", n->deadline ? n->deadline : "");
	json_put(o, "runbook", n->runbook ? n->runbook : "");
	json_put(o, "held", n->held ? n->held : "");
	json_put(o, "fix", n->fix ? n->fix : "");
	text_clear(&t);
	look(&t, n);
	json_put(o, "look", text_str(&t));
	text_clear(&t);
	quiet(&t, n);
	json_put(o, "quiet", text_str(&t));
	json_put(o, "since", n->since ? n->since : "");
	return o;
}
