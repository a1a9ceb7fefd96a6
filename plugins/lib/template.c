/* SPDX-License-Identifier: BSD-2-Clause
 *
 * template.c -- {date} and its like in texts of the configuration.
 *
 * A value is data wherever it lands: it is put in once and never looked at
 * again for braces, and encoded for the place. What a call doesn't have is
 * an error and not an empty string: a command with a hole in it is another
 * command.
 */
#include "lib/template.h"

#include "lib/escape.h"
#include "lib/mail.h"

/* Of a header: as much as is worth reading; its name may take the line. */
enum { HEADER_MOST = 900, LINE_USED = 40 };

enum {
	EVERY = ~0,
	ACTION = 1 << GW_ACTION,
	NOTIFIER = 1 << GW_NOTIFIER
};

struct placeholder {
	const char *name;
	int kinds;              /* who knows it */
	bool list;
};

static const struct placeholder known[] = {
	{ "date", EVERY, false }, { "now", EVERY, false },
	{ "pipeline", EVERY, false }, { "instance", EVERY, false },
	{ "phase", ACTION, false }, { "operation", ACTION, false },
	{ "attempt", ACTION, false },
	{ "missing", ACTION, true }, { "failing", ACTION, true },
	{ "id", NOTIFIER, false }, { "kind", NOTIFIER, false },
	{ "severity", NOTIFIER, false }, { "incident", NOTIFIER, false },
	{ "title", NOTIFIER, false }, { "text", NOTIFIER, false },
	{ "why", NOTIFIER, false }, { "tried", NOTIFIER, false },
	{ "held", NOTIFIER, false }, { "deadline", NOTIFIER, false },
	{ "fix", NOTIFIER, false }, { "runbook", NOTIFIER, false },
	{ "look", NOTIFIER, false }, { "quiet", NOTIFIER, false },
	{ "since", NOTIFIER, false },
};

/* The length of "{word}" at s, else 0. */
static size_t
word_length(const char *s)
{
	size_t n = 1;

	if (*s != '{')
		return 0;
	while ((s[n] >= 'a' && s[n] <= 'z') || s[n] == '_')
		n++;
	return n > 1 && s[n] == '}' ? n + 1 : 0;
}

static const struct placeholder *
find(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (strlen(known[i].name) == len - 2 &&
		    memcmp(known[i].name, s + 1, len - 2) == 0)
			return &known[i];
	return NULL;
}

static bool
is_known_to(const struct placeholder *p, uint32_t kind)
{
	return p && (p->kinds & 1 << kind) != 0;
}

static void
say_unknown(uint32_t kind, const char *what, const char *s, size_t len,
    struct buf *why)
{
	size_t i;

	buf_addf(why, "%s: %.*s is no placeholder; known here:", what,
	    (int)len, s);
	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (is_known_to(&known[i], kind))
			buf_addf(why, " {%s}", known[i].name);
	buf_add(why, "; write {{ for a brace");
}

bool
template_check(uint32_t kind, const char *what, const char *text,
    struct buf *why)
{
	size_t n;

	for (; *text; text += n ? n : 1) {
		if (text[0] == '{' && text[1] == '{') {
			n = 2;
			continue;
		}
		n = word_length(text);
		if (n > 0 && !is_known_to(find(text, n), kind)) {
			say_unknown(kind, what, text, n, why);
			return false;
		}
	}
	return true;
}

const char *
template_list(const char *text)
{
	size_t n = word_length(text);
	const struct placeholder *p;

	if (n == 0 || text[n] != '\0')
		return NULL;
	p = find(text, n);
	return p && p->list ? p->name : NULL;
}

void
template_add_encoded(struct buf *b, const char *s)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-._~";

	for (; *s; s++) {
		if (strchr(plain, *s))
			buf_addn(b, s, 1);
		else
			buf_addf(b, "%%%02X", (unsigned)(unsigned char)*s);
	}
}

void
template_add(struct buf *b, enum template_form form, const char *s)
{
	switch (form) {
	case TEMPLATE_URL:
		template_add_encoded(b, s);
		return;
	case TEMPLATE_JSON:
		escape_json(b, s);
		return;
	case TEMPLATE_SLACK:
		(void)escape_slack(b, s, strlen(s), SIZE_MAX);
		return;
	case TEMPLATE_HTML:
		escape_html(b, s);
		return;
	case TEMPLATE_HEADER:
		mail_value(b, s, HEADER_MOST, LINE_USED);
		return;
	case TEMPLATE_RAW:
	default:
		buf_add(b, s);
	}
}

/* Only messages have one. */
static bool
is_message(const struct call *c)
{
	return c->host->param(c->ctx, "title") != NULL;
}

/* Whatever its encoding, it would be a step in the path and not a name. */
static bool
is_step(enum template_form form, const char *s)
{
	return form == TEMPLATE_URL && (strcmp(s, ".") == 0 ||
	    strcmp(s, "..") == 0);
}

static bool
add_one(const struct placeholder *p, enum template_form form, const char *s,
    struct buf *out, struct buf *why)
{
	if (is_step(form, s)) {
		buf_addf(why, "{%s} is '%s', which is no name in a URL",
		    p->name, s);
		return false;
	}
	template_add(out, form, s);
	return true;
}

static bool
add_placeholder(const struct call *c, const struct placeholder *p,
    enum template_form form, struct buf *out, struct buf *why)
{
	uint32_t n, i;
	const char *s;

	if (p->list) {
		n = c->host->param_count(c->ctx, p->name);
		for (i = 0; i < n; i++) {
			if (i > 0)
				buf_add(out, ",");
			if (!add_one(p, form, c->host->param_item(c->ctx,
			    p->name, i), out, why))
				return false;
		}
		return true;
	}
	s = c->host->param(c->ctx, p->name);
	if ((s == NULL || *s == '\0') && is_message(c))
		return true;
	if (s == NULL || *s == '\0') {
		buf_addf(why, "{%s} stands in the configuration, but this "
		    "run has no %s", p->name, p->name);
		return false;
	}
	return add_one(p, form, s, out, why);
}

bool
template_expand(const struct call *c, const char *text,
    enum template_form form, struct buf *out, struct buf *why)
{
	const struct placeholder *p;
	size_t n;

	buf_addn(out, "", 0);
	while (*text) {
		if (text[0] == '{' && text[1] == '{') {
			buf_add(out, "{");
			text += 2;
			continue;
		}
		n = word_length(text);
		p = n > 0 ? find(text, n) : NULL;
		if (p == NULL) {
			buf_addn(out, text++, 1);
			continue;
		}
		if (!add_placeholder(c, p, form, out, why))
			return false;
		text += n;
	}
	return true;
}

bool
template_check_argv(uint32_t kind, const struct gw_host *host,
    struct gw_ctx *ctx, struct buf *why)
{
	uint32_t n = host->count(ctx, "argv"), i;

	if (n == 0 || *host->item(ctx, "argv", 0) == '\0') {
		buf_add(why, "argv is empty: expected a program");
		return false;
	}
	if (kind == GW_ACTION && template_list(host->item(ctx, "argv", 0))) {
		buf_add(why, "argv[1]: the program can't be a list");
		return false;
	}
	for (i = 0; i < n; i++) {
		struct buf what CLEANUP_BUF = { 0 };

		buf_addf(&what, "argv[%u]", (unsigned)i + 1);
		if (!template_check(kind, buf_str(&what),
		    host->item(ctx, "argv", i), why))
			return false;
	}
	return true;
}
