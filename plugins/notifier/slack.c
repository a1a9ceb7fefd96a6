/* SPDX-License-Identifier: BSD-2-Clause
 *
 * slack.c -- notifier `slack`: an incoming webhook, or a bot.
 *
 * By a webhook each message is a post. It is delivered when Slack answered
 * 200 "ok"; 429 says how long to wait; 4xx will not work by trying again. The
 * message's id goes along as a header, the same for all tries. By a bot's
 * token an incident is one post, edited in place (slack_bot.c).
 *
 * The webhook's URL and the token are secrets and stand in no sentence.
 */
#include "lib/post.h"
#include "lib/slack.h"
#include "lib/slack_bot.h"

struct slack {
	const struct gw_host *host;
	struct post *webhook;   /* NULL: a bot */
	struct http_client *client;     /* the bot's */
};

static int32_t
tell_webhook(const struct call *c, const struct post *p)
{
	struct http_reply r CLEANUP_HTTP = { 0 };
	struct buf why CLEANUP_BUF = { 0 };
	const char *s;

	if (!post_json(c, p, slack_whole(c), &r, &why))
		return call_failed(c, r.failure, 0, &why);
	s = buf_str(&r.body);
	if (r.status == 200 && strcspn(s, "\r\n") == 2 &&
	    memcmp(s, "ok", 2) == 0)
		return GW_OK;
	return post_failed(c, &r, "Slack");
}

static int32_t
slack_call(struct gw_ctx *ctx, void *self)
{
	struct slack *s = self;
	struct call c = call_begin(s->host, ctx);

	return s->webhook ? tell_webhook(&c, s->webhook) : slack_bot_tell(&c,
	    s->client);
}

static void
slack_close(struct gw_ctx *ctx, void *self)
{
	struct slack *s = self;

	if (s->webhook)
		post_close(ctx, s->webhook);
	http_client_free(s->client);
	free(s);
}

static int32_t
slack_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	bool bot = host->text(ctx, "token") != NULL;
	struct buf why CLEANUP_BUF = { 0 };
	struct post *webhook = NULL;
	struct http_client *client = NULL;
	struct slack *s;

	if (bot == (host->text(ctx, "webhook") != NULL))
		buf_add(&why, "expected either webhook, or token and "
		    "channel");
	else if (bot && slack_bot_check(host, ctx, &why))
		client = http_client_new(host, ctx, &why);
	else if (!bot)
		webhook = post_open(host, ctx, "webhook", "", true, &why);
	if (why.len > 0)
		return open_failed(host, ctx, &why);
	s = mem_new(1, sizeof *s);
	*s = (struct slack){ host, webhook, client };
	*ret_self = s;
	return GW_OK;
}

static const struct gw_option options[] = {
	{ .name = "webhook", .type = GW_T_SECRET,
	  .help = "the incoming webhook's URL, as \"file:/path\", "
	      "\"env:NAME\" or \"cred:NAME\"; each message is a post" },
	{ .name = "token", .type = GW_T_SECRET,
	  .help = "instead, a bot's token (xoxb-...) with the scope "
	      "chat:write; an incident is one post, edited in place, with "
	      "the details in its thread" },
	{ .name = "channel", .type = GW_T_STRING,
	  .help = "with a token: the channel's id; the bot has to be in it" },
	{ .name = "endpoint", .type = GW_T_STRING,
	  .fallback = "https://slack.com/api",
	  .help = "with a token: where Slack's methods are" },
	HTTP_TLS_OPTIONS,
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_NOTIFIER, .name = "slack", .version = "1",
	.summary = "posts messages to a Slack channel by its incoming "
	    "webhook, or by a bot",
	.options = options, .open = slack_open, .call = slack_call,
	.close = slack_close
);
