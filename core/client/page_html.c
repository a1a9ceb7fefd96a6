/* SPDX-License-Identifier: BSD-2-Clause
 *
 * page_html.c -- how data gets into HTML: the only place.
 *
 * Names of objects, reasons that somebody typed, what a plugin said: none of
 * it is ours, and a report is opened in a browser and sent to others. So all
 * data passes through html(), which leaves nothing that begins a tag, ends
 * an attribute, or turns the direction of the text after it.
 *
 * Colour is never alone: every word that has one has a sign and is there.
 */
#include "client/page_private.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "client/words.h"

/*----------------------------------------------------------------- escaping */

/* Directional and invisible characters, as UTF-8. */
static const struct {
	const char *bytes, *shown;
} turning[] = {
	{ "\xd8\x9c", "\\u061c" }, { "\xe2\x80\x8b", "\\u200b" },
	{ "\xe2\x80\x8e", "\\u200e" }, { "\xe2\x80\x8f", "\\u200f" },
	{ "\xe2\x80\xa8", "\\u2028" }, { "\xe2\x80\xa9", "\\u2029" },
	{ "\xe2\x80\xaa", "\\u202a" }, { "\xe2\x80\xab", "\\u202b" },
	{ "\xe2\x80\xac", "\\u202c" }, { "\xe2\x80\xad", "\\u202d" },
	{ "\xe2\x80\xae", "\\u202e" }, { "\xe2\x81\xa6", "\\u2066" },
	{ "\xe2\x81\xa7", "\\u2067" }, { "\xe2\x81\xa8", "\\u2068" },
	{ "\xe2\x81\xa9", "\\u2069" }, { "\xef\xbb\xbf", "\\ufeff" }
};

/* Bytes of the character that was shown by its number; 0: none. */
static size_t
show_turning(struct text *t, const char *s)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(turning); i++) {
		size_t n = strlen(turning[i].bytes);

		if (strncmp(s, turning[i].bytes, n) != 0)
			continue;
		text_add(t, turning[i].shown);
		return n;
	}
	return 0;
}

static bool
is_control(unsigned char c)
{
	return (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
}

void
html(struct text *t, const char *s)
{
	size_t n;

	while (*s) {
		switch (*s) {
		case '&':
			text_add(t, "&amp;");
			break;
		case '<':
			text_add(t, "&lt;");
			break;
		case '>':
			text_add(t, "&gt;");
			break;
		case '"':
			text_add(t, "&quot;");
			break;
		case '\'':
			text_add(t, "&#39;");
			break;
		default:
			n = show_turning(t, s);
			if (n > 0) {
				s += n;
				continue;
			}
			if (is_control((unsigned char)*s))
				text_addf(t, "\\x%02x", (unsigned char)*s);
			else
				text_addn(t, s, 1);
		}
		s++;
	}
}

void
html_data(struct text *t, const char *s)
{
	text_add(t, "<bdi>");
	html(t, s);
	text_add(t, "</bdi>");
}

/*------------------------------------------------------------------- values */

void
html_value(struct text *t, double value, const char *unit)
{
	CLEANUP_TEXT struct text span = { 0 };

	if (!isfinite(value)) {
		text_add(t, "n/a");
	} else if (strcmp(unit, "share") == 0) {
		text_addf(t, "%.0f&nbsp;%%", floor(value * 100 + 1e-9));
	} else if (strcmp(unit, "ms") == 0) {
		words_span(&span, (int64_t)value);
		html(t, text_str(&span));
	} else if (value == floor(value)) {
		text_addf(t, "%.0f", value);
	} else {
		text_addf(t, "%.1f", value);
	}
}

void
html_when(struct text *t, const char *instant)
{
	if (instant == NULL || strlen(instant) < 16) {
		text_add(t, "&ndash;");
		return;
	}
	text_add(t, "<time datetime=\"");
	html(t, instant);
	text_add(t, "\">");
	{
		CLEANUP_TEXT struct text s = { 0 };

		text_addf(&s, "%.5s %.5s", instant + 5, instant + 11);
		html(t, text_str(&s));
	}
	text_add(t, "</time>");
}

/*-------------------------------------------------------------------- signs */

static const struct {
	const char *word, *sign, *colour;
} signs[] = {
	{ "gold", "\xe2\x98\x85", "gold" },
	{ "silver", "\xe2\x97\x86", "silver" },
	{ "bronze", "\xe2\x96\xb2", "bronze" },
	{ "met", "\xe2\x9c\x93", "good" },
	{ "done", "\xe2\x9c\x93", "good" },
	{ "pass", "\xe2\x9c\x93", "good" },
	{ "recovered", "\xe2\x9c\x93", "good" },
	{ "better", "\xe2\x86\x97", "good" },
	{ "late", "\xe2\x97\xb7", "warn" }, { "warn", "!", "warn" },
	{ "warning", "!", "warn" }, { "improved", "\xe2\x86\x97", "warn" },
	{ "held", "\xe2\x80\x96", "warn" }, { "ticket", "!", "warn" },
	{ "failed", "\xe2\x9c\x95", "bad" },
	{ "missing", "\xe2\x9c\x95", "bad" },
	{ "missed", "\xe2\x9c\x95", "bad" }, { "fail", "\xe2\x9c\x95", "bad" },
	{ "critical", "\xe2\x80\xbc", "bad" },
	{ "worse", "\xe2\x86\x98", "bad" }, { "page", "\xe2\x80\xbc", "bad" },
	{ "chronic", "\xe2\x80\xbc", "bad" },
	{ "not_done", "\xe2\x9c\x95", "bad" },
	{ "no_effect", "=", "warn" }, { "same", "\xe2\x86\x92", "mute" },
	{ "info", "i", "info" }, { "pending", "\xe2\x80\xa6", "info" },
	{ "waived", "\xe2\x80\x93", "mute" },
	{ "idle", "\xe2\x80\x93", "mute" },
	{ "adopted", "\xc2\xb7", "mute" }, { "unproven", "?", "mute" },
	{ "unknown", "?", "mute" }
};

const char *
html_sign(const char *word, const char **ret_class)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(signs); i++)
		if (strcmp(signs[i].word, word) == 0) {
			*ret_class = signs[i].colour;
			return signs[i].sign;
		}
	*ret_class = "mute";
	return "\xc2\xb7";
}

void
html_chip(struct text *t, const char *word, const char *shown)
{
	CLEANUP_TEXT struct text plain = { 0 };
	const char *colour, *sign = html_sign(word, &colour);

	words_plain(&plain, shown);
	text_addf(t, "<span class=\"chip %s\"><i aria-hidden=\"true\">%s</i>",
	    colour, sign);
	html(t, text_str(&plain));
	text_add(t, "</span>");
}

/*------------------------------------------------------------------- tables */

void
html_table(struct text *t, const char *caption, const char *const *headings)
{
	text_add(t, "<div class=\"scroll\">"
	    "<table class=\"stack\" role=\"table\"><caption>");
	html(t, caption);
	text_add(t, "</caption><thead role=\"rowgroup\"><tr role=\"row\">");
	for (; *headings; headings++) {
		text_add(t, "<th role=\"columnheader\" scope=\"col\">");
		html(t, *headings);
		text_add(t, "</th>");
	}
	text_add(t, "</tr></thead><tbody role=\"rowgroup\">\n");
}

void
html_cell(struct text *t, const char *heading)
{
	text_add(t, "<td role=\"cell\" data-label=\"");
	html(t, heading);
	text_add(t, "\"><div class=\"d\">");
}

void
html_cell_end(struct text *t)
{
	text_add(t, "</div></td>");
}

void
html_table_end(struct text *t)
{
	text_add(t, "</tbody></table></div>\n");
}

void
html_section(struct text *t, const char *id, const char *heading,
    const char *lead)
{
	text_addf(t, "<section id=\"%s\" aria-labelledby=\"%s-h\">"
	    "<h2 id=\"%s-h\">", id, id, id);
	html(t, heading);
	text_add(t, "</h2>\n");
	if (lead) {
		text_add(t, "<p class=\"lead\">");
		html(t, lead);
		text_add(t, "</p>\n");
	}
}
