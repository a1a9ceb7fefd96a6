/* SPDX-License-Identifier: BSD-2-Clause
 *
 * starttls.c -- what is said in the clear before TLS begins.
 *
 * Each protocol has its own few lines. Answers are read byte by byte, so that
 * nothing of what follows is lost, and bounded: lines by their length, and
 * how many of them there may be.
 */
#include "lib/starttls.h"

#include <stdio.h>

enum { LINES_MOST = 100, SHOWN_MOST = 100 };

const char *const starttls_names[] = { "none", "smtp", "imap", "pop3",
	"postgresql", NULL };

static bool
unexpected(const struct buf *line, struct buf *why)
{
	buf_add(why, "the server does not begin TLS, it says: ");
	buf_add_line(why, buf_str(line), line->len, SHOWN_MOST);
	return false;
}

/* A line that begins with `good`; those that begin with `skip` come before. */
static bool
hear(const struct call *c, const struct net_link *l, const char *skip,
    const char *good, struct buf *why)
{
	struct buf line CLEANUP_BUF = { 0 };
	int n;

	for (n = 0; n < LINES_MOST; n++) {
		if (!net_line(c, l, &line, why))
			return false;
		if (skip && strncmp(buf_str(&line), skip, strlen(skip)) == 0)
			continue;
		return strncmp(buf_str(&line), good, strlen(good)) == 0 ||
		    unexpected(&line, why);
	}
	buf_addf(why, "the server says more than %d lines", LINES_MOST);
	return false;
}

static bool
say(const struct call *c, const struct net_link *l, const char *words,
    struct buf *why)
{
	return net_send(c, l, words, strlen(words), why);
}

static bool
smtp(const struct call *c, const struct net_link *l, struct buf *why)
{
	return hear(c, l, "220-", "220", why) &&
	    say(c, l, "EHLO gatewarden\r\n", why) &&
	    hear(c, l, "250-", "250", why) &&
	    say(c, l, "STARTTLS\r\n", why) && hear(c, l, "220-", "220", why);
}

static bool
imap(const struct call *c, const struct net_link *l, struct buf *why)
{
	return hear(c, l, NULL, "* OK", why) &&
	    say(c, l, "a STARTTLS\r\n", why) && hear(c, l, "*", "a OK", why);
}

static bool
pop3(const struct call *c, const struct net_link *l, struct buf *why)
{
	return hear(c, l, NULL, "+OK", why) && say(c, l, "STLS\r\n", why) &&
	    hear(c, l, NULL, "+OK", why);
}

/* SSLRequest: its length, and 1234.5679 for a version. */
static bool
postgresql(const struct call *c, const struct net_link *l, struct buf *why)
{
	static const unsigned char request[] = { 0, 0, 0, 8, 4, 0xd2, 0x16,
		0x2f };
	struct buf answer CLEANUP_BUF = { 0 };
	ssize_t n;

	if (!net_send(c, l, request, sizeof request, why))
		return false;
	n = net_read(c, l, &answer, 1, why);
	if (n == 0)
		buf_add(why, "the server closed the connection");
	if (n <= 0)
		return false;
	return answer.s[0] == 'S' || unexpected(&answer, why);
}

bool
starttls(const struct call *c, const struct net_link *l, const char *protocol,
    struct buf *why)
{
	static bool (*const talks[])(const struct call *,
	    const struct net_link *, struct buf *) = {
		NULL, smtp, imap, pop3, postgresql
	};
	size_t i;

	for (i = 1; starttls_names[i]; i++)
		if (strcmp(starttls_names[i], protocol) == 0)
			return talks[i](c, l, why);
	return true;
}
