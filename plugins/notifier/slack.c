/* SPDX-License-Identifier: BSD-2-Clause
 *
 * slack.c -- notifier `slack`: an incoming webhook.
 *
 * A message is a header (plain text) and its text in fixed pitch, cut into
 * sections as Slack bounds them: 150 characters of a header, 3000 of a
 * section, about 13000 of all (undocumented; beyond it nothing is
 * delivered, so that what is longer is shortened here, and says so). What
 * notifications show is the title.
 *
 * Only `&`, `<` and `>` have to be escaped, which also keeps texts from
 * mentioning a channel; a fence within the text would end its block, and is
 * broken up. It is delivered when Slack answered 200 "ok". 429 says how long
 * to wait; 4xx will not work by trying again. The message's id goes along as
 * a header, the same for all tries.
 *
 * The webhook's URL is the secret and stands in no sentence.
 */
#include "lib/http.h"
#include "lib/message.h"

enum {
	HEADER_MOST = 150, SECTION_MOST = 2900, SECTION_LEAST = 300,
	TEXT_MOST = 11500, SUMMARY_MOST = 300,
	ANSWER_MOST = 65536, SHOWN_MOST = 100
};

struct slack {
	const struct gw_host *host;
	struct http_client *client;
	char *url;
};

/* Appends one character, escaped; n: its bytes. */
static void
add_escaped(struct buf *b, const char *s, size_t n)
{
	switch (*s) {
	case '&':
		buf_add(b, "&amp;");
		return;
	case '<':
		buf_add(b, "&lt;");
		return;
	case '>':
		buf_add(b, "&gt;");
		return;
	case '`':
		/* a fence of three can't come about */
		buf_add(b, b->len > 0 && b->s[b->len - 1] == '`' ?
		    "\u200b`" : "`");
		return;
	default:
		buf_addn(b, s, n);
	}
}

/* Appends escaped text as long as it stays within `most` bytes; returns how
 * many bytes of it were used. */
static size_t
add_text(struct buf *b, const char *s, size_t len, size_t most)
{
	size_t i = 0, n;

	/* the longest that one character comes to is "&amp;" */
	while (i < len && b->len + 5 <= most) {
		n = utf8_length(s + i, len - i);
		if (n == 0)
			buf_add(b, "?");
		else
			add_escaped(b, s + i, n);
		i += n ? n : 1;
	}
	return i;
}

/* How much of the text fits `most`: whole lines, unless one alone is too
 * long. */
static size_t
section_length(const char *s, size_t most)
{
	struct buf trial CLEANUP_BUF = { 0 };
	size_t used = add_text(&trial, s, strlen(s), most), line = used;

	if (s[used] == '\0')
		return used;
	while (line > 0 && s[line - 1] != '\n')
		line--;
	return line > 0 ? line : used;
}

static json_t *
section(const struct buf *text)
{
	struct buf b CLEANUP_BUF = { 0 };

	buf_addf(&b, "```\n%s\n```", buf_str(text));
	return json_pack("{s:s, s:{s:s, s:s}}", "type", "section", "text",
	    "type", "mrkdwn", "text", buf_str(&b));
}

/* Plain text needs no escaping, but one line and a bound. */
static json_t *
header(const char *title)
{
	struct buf b CLEANUP_BUF = { 0 };

	buf_add_line(&b, title, strlen(title), HEADER_MOST - 3);
	return json_pack("{s:s, s:{s:s, s:s, s:b}}", "type", "header", "text",
	    "type", "plain_text", "text", buf_str(&b), "emoji", 0);
}

/* Where the rest can be read. */
static void
add_marker(const struct call *c, struct buf *b)
{
	buf_addf(b, "\n... (message %.20s is shortened: %.60s)",
	    param_or(c, "id", "?"), param_or(c, "look", "gatewarden status"));
}

static void
add_sections(const struct call *c, json_t *blocks, const char *text)
{
	size_t room = TEXT_MOST, most, n;

	while (*text && room >= SECTION_LEAST) {
		struct buf b CLEANUP_BUF = { 0 };

		most = room < SECTION_MOST ? room : SECTION_MOST;
		n = section_length(text, most);
		(void)add_text(&b, text, n, most);
		text += n;
		room -= b.len;
		while (b.len > 0 && b.s[b.len - 1] == '\n')
			b.s[--b.len] = '\0';
		if (*text && room < SECTION_LEAST)
			add_marker(c, &b);
		if (b.len > 0)
			json_array_append_new(blocks, section(&b));
	}
}

/* The payload; owned. */
static char *
payload(const struct call *c)
{
	const char *title = param_or(c, "title", "a message without title");
	struct buf head CLEANUP_BUF = { 0 };
	struct buf summary CLEANUP_BUF = { 0 };
	json_t *blocks = json_array(), *o;
	char *text;

	buf_addf(&head, "%s %s %s: %s", param_or(c, "severity", "message"),
	    param_or(c, "pipeline", ""), param_or(c, "date", ""), title);
	(void)add_text(&summary, buf_str(&head), head.len, SUMMARY_MOST);
	json_array_append_new(blocks, header(buf_str(&head)));
	add_sections(c, blocks, param_or(c, "text", title));
	o = json_pack("{s:s, s:o}", "text", buf_str(&summary), "blocks",
	    blocks);
	text = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	if (text == NULL)
		abort();
	return text;
}

static int32_t
judge(const struct call *c, const struct http_reply *r)
{
	struct buf why CLEANUP_BUF = { 0 };
	const char *s = buf_str(&r->body);
	size_t len = strcspn(s, "\r\n");
	int32_t class = http_failure(r->status);

	if (r->status == 200 && len == 2 && memcmp(s, "ok", 2) == 0)
		return GW_OK;
	/* somebody else answered: a proxy, a login page */
	if (r->status >= 200 && r->status <= 399)
		class = GW_F_TRANSIENT;
	buf_addf(&why, "Slack answered %ld", r->status);
	if (len > 0) {
		buf_add(&why, " ");
		buf_add_line(&why, s, len, SHOWN_MOST);
	}
	return call_failed(c, class, r->retry_after_ms, &why);
}

static int32_t
slack_call(struct gw_ctx *ctx, void *self)
{
	struct slack *s = self;
	struct call c = call_begin(s->host, ctx);
	struct buf key CLEANUP_BUF = { 0 };
	char **headers CLEANUP_STRINGS = NULL;
	char *body CLEANUP_FREE = payload(&c);
	struct http_request q = { .method = "POST", .url = s->url,
		.body = body, .body_len = strlen(body),
		.most = ANSWER_MOST, .client = s->client };
	struct http_reply reply CLEANUP_HTTP = { 0 };
	struct buf why CLEANUP_BUF = { 0 };

	message_key(&c, &key);
	headers = http_headers(&c,
	    "Content-Type: application/json; charset=utf-8", buf_str(&key));
	q.headers = headers;
	if (!http_do(&c, &q, &reply, &why))
		return call_failed(&c, reply.failure, 0, &why);
	return judge(&c, &reply);
}

static void
slack_close(struct gw_ctx *ctx, void *self)
{
	struct slack *s = self;

	(void)ctx;
	explicit_bzero(s->url, strlen(s->url));
	free(s->url);
	http_client_free(s->client);
	free(s);
}

static int32_t
slack_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	struct slack *s = mem_new(1, sizeof *s);
	struct buf why CLEANUP_BUF = { 0 };
	size_t len;

	s->host = host;
	s->url = mem_copy(option_or(host, ctx, "webhook", ""));
	len = strlen(s->url);
	while (len > 0 && strchr(" \t\r\n", s->url[len - 1]))
		s->url[--len] = '\0';
	s->client = http_client_new(host, ctx, &why);
	if (s->client == NULL || !http_check_url("webhook", s->url, &why)) {
		slack_close(ctx, s);
		return open_failed(host, ctx, &why);
	}
	*ret_self = s;
	return GW_OK;
}

static const struct gw_option options[] = {
	{ .name = "webhook", .type = GW_T_SECRET, .flags = GW_REQUIRED,
	  .help = "the incoming webhook's URL, as \"file:/path\", "
	      "\"env:NAME\" or \"cred:NAME\"" },
	HTTP_TLS_OPTIONS,
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_NOTIFIER, .name = "slack", .version = "1",
	.summary = "posts messages to a Slack channel by its incoming webhook",
	.options = options, .open = slack_open, .call = slack_call,
	.close = slack_close
);
