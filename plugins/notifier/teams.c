/* SPDX-License-Identifier: BSD-2-Clause
 *
 * teams.c -- notifier `teams`: a workflow of Microsoft Teams.
 *
 * A message is an Adaptive Card: its title, and its text in fixed pitch, a
 * block for each line. Runs of text are used because they know no Markdown:
 * nothing in a text becomes a link or a mention. A card has 28 KB; what is
 * longer is cut between lines, and says so.
 *
 * Delivered is what was answered 200 or 202, but for a page of HTML, which
 * is no workflow's, and an answer that names a failure of what is behind it.
 *  More than four posts in a second
 * are throttled with 429.
 *
 * The workflow's URL is the secret and stands in no sentence.
 */
#include "lib/message.h"
#include "lib/post.h"

/* A line of n bytes takes about as many and LINE_COST of the card. */
enum { CARD_MOST = 22 * 1024, LINE_COST = 160, TITLE_MOST = 300,
	LINES_MOST = 100 };

static json_t *
block(const char *text, const char *weight, const char *color, bool fixed)
{
	return json_pack("{s:s, s:s, s:[{s:s, s:s, s:s, s:s, s:s}]}",
	    "type", "RichTextBlock", "spacing", fixed ? "None" : "Default",
	    "inlines", "type", "TextRun", "text", *text ? text : " ",
	    "weight", weight, "color", color, "fontType",
	    fixed ? "Monospace" : "Default");
}

static const char *
colour(const struct call *c)
{
	const char *s = param_or(c, "severity", "");

	if (message_is(c, "resolved"))
		return "Good";
	if (strcmp(s, "critical") == 0)
		return "Attention";
	return strcmp(s, "warning") == 0 ? "Warning" : "Accent";
}

static void
add_marker(const struct call *c, json_t *body)
{
	struct buf b CLEANUP_BUF = { 0 };

	buf_addf(&b, "... (message %.20s is shortened: %.60s)",
	    param_or(c, "id", "?"), param_or(c, "look", "gatewarden status"));
	json_array_append_new(body, block(buf_str(&b), "Default", "Default",
	    true));
}

static void
add_lines(const struct call *c, json_t *body, const char *s)
{
	size_t room = CARD_MOST, n, used = 0;

	while (*s && used++ < LINES_MOST) {
		struct buf b CLEANUP_BUF = { 0 };

		n = strcspn(s, "\n");
		/* quotes and escapes may double it */
		if (2 * n + LINE_COST > room)
			break;
		room -= 2 * n + LINE_COST;
		buf_add_line(&b, s, n, SIZE_MAX);
		json_array_append_new(body, block(buf_str(&b), "Default",
		    "Default", true));
		s += n + (s[n] == '\n');
	}
	if (*s)
		add_marker(c, body);
}

static json_t *
card(const struct call *c)
{
	struct buf head CLEANUP_BUF = { 0 };
	struct buf b CLEANUP_BUF = { 0 };
	json_t *body = json_array();

	message_headline(c, &head);
	buf_add_line(&b, buf_str(&head), head.len, TITLE_MOST);
	json_array_append_new(body, block(buf_str(&b), "Bolder", colour(c),
	    false));
	add_lines(c, body, param_or(c, "text", ""));
	return json_pack("{s:s, s:[{s:s, s:{s:s, s:s, s:s, s:{s:s}, s:o}}]}",
	    "type", "message", "attachments", "contentType",
	    "application/vnd.microsoft.card.adaptive", "content", "$schema",
	    "http://adaptivecards.io/schemas/adaptive-card.json", "type",
	    "AdaptiveCard", "version", "1.4", "msteams", "width", "Full",
	    "body", body);
}

static bool
is_receipt(const char *s)
{
	static const char fails[] = "Webhook message delivery failed";

	return s[strspn(s, " \t\r\n")] != '<' &&
	    strncmp(s, fails, sizeof fails - 1) != 0;
}

static int32_t
teams_call(struct gw_ctx *ctx, void *self)
{
	const struct post *p = self;
	struct call c = call_begin(p->host, ctx);
	struct http_reply r CLEANUP_HTTP = { 0 };
	struct buf why CLEANUP_BUF = { 0 };

	if (!post_json(&c, p, card(&c), &r, &why))
		return call_failed(&c, r.failure, 0, &why);
	if ((r.status == 200 || r.status == 202) &&
	    is_receipt(buf_str(&r.body)))
		return GW_OK;
	return post_failed(&c, &r, "Teams");
}

static int32_t
teams_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	struct buf why CLEANUP_BUF = { 0 };

	*ret_self = post_open(host, ctx, "workflow", "", true, &why);
	return *ret_self ? GW_OK : open_failed(host, ctx, &why);
}

static const struct gw_option options[] = {
	{ .name = "workflow", .type = GW_T_SECRET, .flags = GW_REQUIRED,
	  .help = "the URL of a workflow that posts what a webhook gets, as "
	      "\"file:/path\", \"env:NAME\" or \"cred:NAME\"" },
	HTTP_TLS_OPTIONS,
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_NOTIFIER, .name = "teams", .version = "1",
	.summary = "posts messages to Microsoft Teams by a workflow",
	.options = options, .open = teams_open, .call = teams_call,
	.close = post_close
);
