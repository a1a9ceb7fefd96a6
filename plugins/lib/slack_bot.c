/* SPDX-License-Identifier: BSD-2-Clause
 *
 * slack_bot.c -- a message by a bot: one post per incident.
 *
 * The first message of an incident is posted in the channel; the next ones
 * edit that post, so that the channel shows how things are, and each one's
 * text goes to the thread. An edit makes no sound: what somebody should look
 * at is shown in the channel, too, when it comes to the thread. A message of
 * no incident is a post of its own.
 *
 * Where the post is stands in the receipt, "CHANNEL ID TS MESSAGE": the
 * configured channel, Slack's name of it, the post, and the message that it
 * shows. It is handed over before the thread is written, so that a try that
 * ends in between doesn't post twice. A post that is gone, or can't be edited
 * any more, is posted anew.
 *
 * Slack answers 200 with "ok": false; slack.c knows the names of errors.
 */
#include "lib/slack_bot.h"

#include "lib/message.h"
#include "lib/rest.h"
#include "lib/slack.h"

enum { WORD = 200 };

struct place {
	struct http_client *client;     /* borrowed */
	char channel[WORD];     /* as configured */
	char id[WORD];          /* as Slack calls it; "": there is none */
	char ts[WORD];
	char shows[WORD];       /* message */
};

static bool
authorize(void *arg, const struct call *c, bool again, struct buf *value,
    struct http_reply *ret, struct buf *why)
{
	const char *token = c->host->text(c->ctx, "token");

	(void)arg;
	(void)again;
	(void)ret;
	(void)why;
	buf_addf(value, "Bearer %.*s", (int)strcspn(token, " \t\r\n"), token);
	return true;
}

/* The error's name; "": it was done; NULL: the answer was none of Slack's. */
static const char *
error_of(const struct rest_reply *r)
{
	const json_t *ok = json_object_get(r->json, "ok");

	if (r->http.status != 200 || !json_is_boolean(ok))
		return NULL;
	return json_is_true(ok) ? "" : rest_text(r->json, "error",
	    "no reason");
}

static bool
ask(const struct call *c, struct http_client *client, const char *method,
    json_t *body, struct rest_reply *ret, struct buf *why)
{
	const struct rest to = { .base = option_or(c->host, c->ctx,
	    "endpoint", ""), .authorize = authorize, .client = client };
	struct buf path CLEANUP_BUF = { 0 };
	bool ok;

	buf_addf(&path, "/%s", method);
	ok = rest_ask(c, &to, "POST", buf_str(&path), body, ret, why);
	json_decref(body);
	return ok;
}

static int32_t
failed(const struct call *c, const struct rest_reply *r, const char *method,
    const struct buf *why)
{
	const char *error = error_of(r);
	struct buf b CLEANUP_BUF = { 0 };

	if (r->http.status == 0)
		return call_failed(c, r->http.failure, 0, why);
	if (error == NULL)
		return rest_failed(c, r, r->http.status == 404 ?
		    GW_F_CONFIG : rest_class(r), method, &b);
	buf_addf(&b, "%s: %.100s", method, error);
	return call_failed(c, slack_class(error), r->http.retry_after_ms,
	    &b);
}

/*------------------------------------------------------------------ receipt */

static void
copy_word(char *to, const char *from)
{
	size_t n = strcspn(from, " \t\r\n");

	n = n < WORD ? n : 0;
	memcpy(to, from, n);
	to[n] = '\0';
}

/* Words, one after the other; all have to be there. */
static void
read_receipt(const char *s, struct place *p)
{
	char *const to[] = { p->channel, p->id, p->ts, p->shows };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(to); i++) {
		copy_word(to[i], s);
		if (to[i][0] == '\0')
			p->id[0] = '\0';
		s += strcspn(s, " ");
		s += *s == ' ';
	}
}

/* Of the channel that is configured now. */
static struct place
find_post(const struct call *c, struct http_client *client)
{
	struct place p = { .client = client, .id = "" };

	if (message_of_incident(c))
		read_receipt(param_or(c, "receipt", ""), &p);
	if (strcmp(p.channel, option_or(c->host, c->ctx, "channel", "")) != 0)
		p.id[0] = '\0';
	return p;
}

static void
keep(const struct call *c, struct place *p, const struct rest_reply *r)
{
	struct buf b CLEANUP_BUF = { 0 };

	copy_word(p->channel, option_or(c->host, c->ctx, "channel", ""));
	copy_word(p->id, rest_text(r->json, "channel", p->id));
	copy_word(p->ts, rest_text(r->json, "ts", p->ts));
	copy_word(p->shows, param_or(c, "id", "0"));
	buf_addf(&b, "%s %s %s %s", p->channel, p->id, p->ts, p->shows);
	if (p->id[0] && p->ts[0] && GW_HAS(c->host, struct gw_host, receipt))
		c->host->receipt(c->ctx, buf_str(&b));
}

/*------------------------------------------------------------------ posting */

static json_t *
addressed(json_t *body, const char *channel)
{
	json_object_set_new(body, "channel", json_string(channel));
	json_object_set_new(body, "unfurl_links", json_false());
	return body;
}

static int32_t
post(const struct call *c, struct place *p, json_t *body)
{
	struct rest_reply r CLEANUP_REST = { 0 };
	struct buf why CLEANUP_BUF = { 0 };
	const char *error;
	bool answered = ask(c, p->client, "chat.postMessage", addressed(body,
	    option_or(c->host, c->ctx, "channel", "")), &r, &why);

	error = answered ? error_of(&r) : NULL;
	if (error == NULL || *error)
		return failed(c, &r, "chat.postMessage", &why);
	*p = (struct place){ .client = p->client, .id = "" };
	if (message_of_incident(c))
		keep(c, p, &r);
	return GW_OK;
}

static int32_t
edit(const struct call *c, struct place *p)
{
	struct rest_reply r CLEANUP_REST = { 0 };
	struct buf why CLEANUP_BUF = { 0 };
	json_t *body = addressed(slack_top(c), p->id);
	const char *error;
	bool answered;

	json_object_set_new(body, "ts", json_string(p->ts));
	answered = ask(c, p->client, "chat.update", body, &r, &why);
	error = answered ? error_of(&r) : NULL;
	if (error && slack_is_gone(error))
		return post(c, p, slack_top(c));
	if (error == NULL || *error)
		return failed(c, &r, "chat.update", &why);
	keep(c, p, &r);
	return GW_OK;
}

/* Worse, given up, reminded, escalated: not only for who reads the thread. */
static bool
is_for_all(const struct call *c)
{
	return !message_is(c, "opened") && !message_is(c, "resolved");
}

static int32_t
tell_thread(const struct call *c, const struct place *p)
{
	struct rest_reply r CLEANUP_REST = { 0 };
	struct buf why CLEANUP_BUF = { 0 };
	json_t *body = addressed(slack_details(c), p->id);
	const char *error;
	bool answered;

	json_object_set_new(body, "thread_ts", json_string(p->ts));
	if (is_for_all(c))
		json_object_set_new(body, "reply_broadcast", json_true());
	answered = ask(c, p->client, "chat.postMessage", body, &r, &why);
	error = answered ? error_of(&r) : NULL;
	return error && *error == '\0' ? GW_OK : failed(c, &r,
	    "chat.postMessage in the thread", &why);
}

int32_t
slack_bot_tell(const struct call *c, struct http_client *client)
{
	struct place p = find_post(c, client);
	int32_t r;

	if (!message_of_incident(c))
		return post(c, &p, slack_whole(c));
	if (p.id[0] == '\0')
		r = post(c, &p, slack_top(c));
	else if (strcmp(p.shows, param_or(c, "id", "0")) == 0)
		r = GW_OK;      /* an earlier try came as far as this */
	else
		r = edit(c, &p);
	if (r != GW_OK || p.id[0] == '\0' || p.ts[0] == '\0')
		return r;
	return tell_thread(c, &p);
}

bool
slack_bot_check(const struct gw_host *host, struct gw_ctx *ctx,
    struct buf *why)
{
	const char *channel = option_or(host, ctx, "channel", "");

	if (*channel == '\0' || channel[strcspn(channel, " \t\r\n")] ||
	    strlen(channel) >= WORD / 2) {
		buf_add(why, "channel: expected the channel's id, such as "
		    "C0123456789, with the token");
		return false;
	}
	return http_check_endpoint("endpoint", option_or(host, ctx,
	    "endpoint", ""), why);
}
