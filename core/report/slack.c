/* SPDX-License-Identifier: BSD-2-Clause
 *
 * slack.c -- a report as a message of Slack: the morning on a phone.
 *
 * What a person wants first: the quality of each date, the targets that were
 * missed, what is open. The rest is in the text. Slack reads &, < and > as
 * markup, so that they are escaped; a section takes 3000 characters.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "report/answer.h"
#include "report/report.h"
#include "report/say.h"

enum { SECTION_MOST = 2900 };

static void
add_escaped(struct text *t, const char *s)
{
	for (; *s; s++)
		if (*s == '&')
			text_add(t, "&amp;");
		else if (*s == '<')
			text_add(t, "&lt;");
		else if (*s == '>')
			text_add(t, "&gt;");
		else
			text_addn(t, s, 1);
}

static json_t *
section(const struct text *t)
{
	json_t *o = json_object(), *text = json_object();
	size_t len = t->len < SECTION_MOST ? t->len : SECTION_MOST;

	/* not within a letter of several bytes */
	while (len < t->len && len > 0 && ((unsigned char)t->s[len] & 0xc0)
	    == 0x80)
		len--;
	answer_text(text, "type", "mrkdwn");
	answer_set(text, "text", json_stringn(text_str(t), len));
	answer_text(o, "type", "section");
	answer_set(o, "text", text);
	return o;
}

static const char *
sign(const char *quality)
{
	static const char *const signs[][2] = {
		{ "gold", ":large_yellow_circle:" },
		{ "silver", ":white_circle:" },
		{ "bronze", ":large_brown_circle:" },
		{ "failed", ":red_circle:" },
		{ "pending", ":hourglass_flowing_sand:" } };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(signs); i++)
		if (strcmp(signs[i][0], quality) == 0)
			return signs[i][1];
	return ":heavy_minus_sign:";
}

static json_t *
dates(const json_t *report)
{
	CLEANUP_TEXT struct text t = { 0 };
	const json_t *d;
	size_t i;

	json_array_foreach(json_object_get(report, "dates"), i, d) {
		text_addf(&t, "%s `%s` *%s* ", sign(json_text(d, "quality",
		    "")), json_text(d, "date", ""), json_text(d, "quality",
		    ""));
		add_escaped(&t, json_text(d, "why", ""));
		text_add(&t, "\n");
	}
	return section(&t);
}

static json_t *
targets(const json_t *report)
{
	CLEANUP_TEXT struct text t = { 0 };
	const json_t *x;
	size_t i;

	json_array_foreach(json_object_get(report, "targets"), i, x) {
		CLEANUP_TEXT struct text words = { 0 };

		say_share(&words, json_object_get(x, "metric"));
		text_add(&words, "; ");
		say_bound(&words, x);
		text_addf(&t, "%s *%s* %s: ", strcmp(say_met(x), "missed")
		    == 0 ? ":x:" : strcmp(say_met(x), "met") == 0 ?
		    ":white_check_mark:" : ":grey_question:", json_text(x,
		    "target", ""), say_met(x));
		add_escaped(&t, text_str(&words));
		text_add(&t, "\n");
	}
	return t.len > 0 ? section(&t) : NULL;
}

static json_t *
open_incidents(const json_t *report)
{
	CLEANUP_TEXT struct text t = { 0 };
	const json_t *x;
	size_t i;

	json_array_foreach(json_object_get(report, "incidents"), i, x) {
		if (!json_flag(x, "open", false))
			continue;
		text_addf(&t, "%s %lld `%s` ", t.len ? "\n" : "*open*\n",
		    (long long)json_int(x, "number", 0), json_text(x, "date",
		    ""));
		add_escaped(&t, json_text(x, "root", ""));
		text_addf(&t, ", %s", json_text(x, "severity", ""));
	}
	return t.len > 0 ? section(&t) : NULL;
}

json_t *
report_slack(const json_t *report)
{
	json_t *(*const parts[])(const json_t *) = { dates, targets,
		open_incidents };
	json_t *o = json_object(), *blocks = json_array();
	CLEANUP_TEXT struct text head = { 0 };
	size_t i;

	add_escaped(&head, json_text(report, "title", ""));
	answer_text(o, "text", text_str(&head));
	text_clear(&head);
	text_add(&head, "*");
	add_escaped(&head, json_text(report, "title", ""));
	text_add(&head, "*");
	answer_add(blocks, section(&head));
	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		json_t *part = parts[i](report);

		if (part)
			answer_add(blocks, part);
	}
	answer_set(o, "blocks", blocks);
	return o;
}
