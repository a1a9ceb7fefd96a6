/* SPDX-License-Identifier: BSD-2-Clause
 *
 * webhook.c -- notifier `webhook`: posts messages as JSON.
 *
 * The body is an object with all that is known of the message, or what the
 * configuration makes of it; the message's id is, as Idempotency-Key, in a
 * header, the same for all tries. With a secret it is signed as Standard
 * Webhooks are (sign.c). It is delivered when the far end answered 200 to
 * 299; how long to wait it may say with any other status.
 *
 * The URL may hold a secret and stands in no sentence.
 */
#include <time.h>

#include "lib/message.h"
#include "lib/post.h"
#include "lib/sign.h"
#include "lib/template_json.h"

enum { SHOWN_MOST = 100 };

static void
free_json(json_t **j)
{
	json_decref(*j);
}

static void
wipe(struct buf *b)
{
	if (b->s)
		explicit_bzero(b->s, b->len);
	buf_free(b);
}

/* What is sent: owned text. */
static char *
body_of(const struct call *c)
{
	const char *form = c->host->text(c->ctx, "body");
	json_t *o CLEANUP(free_json) = NULL;
	json_t *parsed CLEANUP(free_json) = NULL;
	struct buf why CLEANUP_BUF = { 0 };
	char *text;

	if (form)
		parsed = template_json_parse(GW_NOTIFIER, "body", form, &why);
	o = parsed ? template_json_expand(c, parsed, &why) : message_json(c);
	text = o ? json_dumps(o, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
	if (text == NULL)
		abort();
	return text;
}

/* webhook-id, -timestamp and -signature; false: it can't be signed. */
static bool
add_signature(const struct call *c, const char *body, char ***more,
    struct buf *why)
{
	const char *secret = c->host->text(c->ctx, "secret");
	struct buf key CLEANUP(wipe) = { 0 };
	struct buf id CLEANUP_BUF = { 0 };
	struct buf line CLEANUP_BUF = { 0 };
	int64_t now = (int64_t)time(NULL);
	size_t n = 0;

	if (secret == NULL)
		return true;
	message_key(c, &line);
	buf_add(&id, strchr(buf_str(&line), ' ') + 1);
	buf_clear(&line);
	buf_addf(&line, "webhook-id: %s", buf_str(&id));
	strings_add(more, &n, buf_str(&line));
	buf_clear(&line);
	buf_addf(&line, "webhook-timestamp: %lld", (long long)now);
	strings_add(more, &n, buf_str(&line));
	buf_clear(&line);
	buf_add(&line, "webhook-signature: ");
	if (!sign_key(secret, &key, why) || !sign_message(&key, buf_str(&id),
	    now, body, strlen(body), &line))
		return false;
	strings_add(more, &n, buf_str(&line));
	return true;
}

static int32_t
webhook_call(struct gw_ctx *ctx, void *self)
{
	struct post *p = self;
	struct call c = call_begin(p->host, ctx);
	struct buf why CLEANUP_BUF = { 0 };
	struct http_reply r CLEANUP_HTTP = { 0 };
	char *body CLEANUP_FREE = body_of(&c);
	char **more CLEANUP_STRINGS = NULL;

	if (!add_signature(&c, body, &more, &why))
		return call_failed(&c, GW_F_CONFIG, 0, &why);
	if (!post_bytes(&c, p, "application/json", body, strlen(body), more,
	    &r, &why))
		return call_failed(&c, r.failure, 0, &why);
	if (r.status < 200 || r.status > 299)
		return post_failed(&c, &r, NULL);
	buf_addf(&why, "status %ld", r.status);
	if (r.body.len > 0) {
		buf_add(&why, ": ");
		buf_add_line(&why, buf_str(&r.body),
		    strcspn(buf_str(&r.body), "\r\n"), SHOWN_MOST);
	}
	c.host->remark(ctx, "%s", buf_str(&why));
	return GW_OK;
}

static bool
check(const struct gw_host *host, struct gw_ctx *ctx, struct buf *why)
{
	const char *form = host->text(ctx, "body");
	const char *secret = host->text(ctx, "secret");
	json_t *parsed CLEANUP(free_json) = NULL;
	struct buf key CLEANUP(wipe) = { 0 };

	if (secret && !sign_key(secret, &key, why))
		return false;
	if (form)
		parsed = template_json_parse(GW_NOTIFIER, "body", form, why);
	return form == NULL || parsed;
}

static int32_t
webhook_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	struct buf why CLEANUP_BUF = { 0 };

	if (!check(host, ctx, &why))
		return open_failed(host, ctx, &why);
	*ret_self = post_open(host, ctx, "url", "", false, &why);
	return *ret_self ? GW_OK : open_failed(host, ctx, &why);
}

static const struct gw_option options[] = {
	{ .name = "url", .type = GW_T_SECRET, .flags = GW_REQUIRED,
	  .help = "where to, as \"file:/path\", \"env:NAME\" or "
	      "\"cred:NAME\"" },
	HTTP_HEADER_OPTIONS,
	{ .name = "secret", .type = GW_T_SECRET,
	  .help = "signs with HMAC-SHA256 as Standard Webhooks do: "
	      "\"whsec_\" and base64, or any text of 16 bytes and more" },
	{ .name = "body", .type = GW_T_STRING,
	  .help = "what is sent instead: a document of JSON, in whose "
	      "strings {title} and the like are filled in" },
	HTTP_TLS_OPTIONS,
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_NOTIFIER, .name = "webhook", .version = "1",
	.summary = "posts messages as JSON",
	.options = options, .open = webhook_open, .call = webhook_call,
	.close = post_close
);
