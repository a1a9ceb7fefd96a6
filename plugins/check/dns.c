/* SPDX-License-Identifier: BSD-2-Clause
 *
 * dns.c -- check `dns`: the records of a name.
 *
 * With `expected` the value is how many of the records listed are there, and
 * what isn't there is missing; without it 1 of 1 when there is any record of
 * the type. That there is none, or that the name doesn't exist (NXDOMAIN), is
 * measured as 0; that a server fails (SERVFAIL), refuses, or doesn't answer
 * could not tell.
 */
#include <ares.h>
#include <stdio.h>

#include "lib/dns.h"

enum { NAME_MOST = 253, SHOWN_MOST = 500 };

struct dns {
	const struct gw_host *host;
	char **expected;        /* as answers are written; NULL: any record */
	size_t n;
};

static bool
is_among(char *const *list, size_t n, const char *record)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(list[i], record) == 0)
			return true;
	return false;
}

static void
tell_evidence(const struct call *c, const struct dns_answer *a)
{
	struct buf b CLEANUP_BUF = { 0 };
	char text[32];
	size_t i;

	for (i = 0; i < a->n && b.len < SHOWN_MOST; i++) {
		buf_add(&b, i > 0 ? ", " : "");
		buf_add_line(&b, a->records[i], strlen(a->records[i]),
		    SHOWN_MOST);
	}
	c->host->evidence(c->ctx, "records", a->n > 0 ? buf_str(&b) :
	    a->no_name ? "none: the name doesn't exist" : "none");
	if (a->n == 0)
		return;
	(void)snprintf(text, sizeof text, "%u", a->ttl);
	c->host->evidence(c->ctx, "ttl", text);
}

static void
compare(const struct call *c, const struct dns *d, const struct dns_answer *a)
{
	size_t found = 0, i;

	for (i = 0; i < d->n; i++)
		if (is_among(a->records, a->n, d->expected[i]))
			found++;
		else
			c->host->missing(c->ctx, d->expected[i]);
	for (i = 0; i < a->n && c->host->integer(c->ctx, "exact"); i++)
		if (!is_among(d->expected, d->n, a->records[i]))
			c->host->extra(c->ctx, a->records[i]);
	c->host->value(c->ctx, (double)found);
	c->host->expected(c->ctx, (double)d->n);
}

static int32_t
dns_call(struct gw_ctx *ctx, void *self)
{
	struct dns *d = self;
	struct call c = call_begin(d->host, ctx);
	struct dns_question q = {
		.name = option_or(d->host, ctx, "domain", ""),
		.type = option_or(d->host, ctx, "type", "A"),
		.server = option_or(d->host, ctx, "server", NULL),
		.tcp = d->host->integer(ctx, "tcp") != 0 };
	struct dns_answer a CLEANUP_DNS = { 0 };
	struct buf why CLEANUP_BUF = { 0 };

	if (!dns_ask(&c, &q, &a, &why))
		return call_unknown(&c, &why);
	tell_evidence(&c, &a);
	if (a.no_name)
		d->host->remark(ctx, "the name doesn't exist (NXDOMAIN)");
	if (d->n > 0) {
		compare(&c, d, &a);
		return GW_OK;
	}
	d->host->value(ctx, a.n > 0);
	d->host->expected(ctx, 1);
	return GW_OK;
}

static void
dns_close(struct gw_ctx *ctx, void *self)
{
	struct dns *d = self;

	(void)ctx;
	strings_free(d->expected);
	free(d);
	ares_library_cleanup();
}

static bool
read_expected(struct dns *d, struct gw_ctx *ctx, struct buf *why)
{
	const char *type = option_or(d->host, ctx, "type", "A");
	uint32_t n = d->host->count(ctx, "expected"), i;

	for (i = 0; i < n; i++) {
		struct buf b CLEANUP_BUF = { 0 };

		if (!dns_record(type, d->host->item(ctx, "expected", i), &b,
		    why))
			return false;
		if (is_among(d->expected, d->n, buf_str(&b))) {
			buf_addf(why, "expected: '%s' is there twice",
			    buf_str(&b));
			return false;
		}
		strings_add(&d->expected, &d->n, buf_str(&b));
	}
	return true;
}

static bool
set_up(struct dns *d, struct gw_ctx *ctx, struct buf *why)
{
	const char *name = option_or(d->host, ctx, "domain", "");
	const char *server = option_or(d->host, ctx, "server", NULL);

	if (*name == '\0' || strlen(name) > NAME_MOST ||
	    strpbrk(name, " \t\r\n/") != NULL || *name == '.') {
		buf_add(why, "domain: expected a name such as "
		    "\"www.example.org\"");
		return false;
	}
	return (server == NULL || dns_check_server(server, why)) &&
	    read_expected(d, ctx, why);
}

static int32_t
dns_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	struct dns *d = mem_new(1, sizeof *d);
	struct buf why CLEANUP_BUF = { 0 };

	d->host = host;
	if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS)
		abort();
	if (!set_up(d, ctx, &why)) {
		dns_close(ctx, d);
		return open_failed(host, ctx, &why);
	}
	*ret_self = d;
	return GW_OK;
}

static const struct gw_option options[] = {
	{ .name = "domain", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "the whole name: no search list is used" },
	{ .name = "type", .type = GW_T_ENUM, .choices = dns_types,
	  .fallback = "\"A\"", .help = "the type of the records" },
	{ .name = "expected", .type = GW_T_LIST,
	  .help = "the records that have to be there, such as "
	      "\"192.0.2.7\", \"10 mail.example.org\" or the text of a TXT; "
	      "default: any" },
	{ .name = "exact", .type = GW_T_BOOL, .fallback = "false",
	  .help = "whether records beside the expected ones are told as "
	      "extra" },
	{ .name = "server", .type = GW_T_STRING,
	  .help = "the address of the server to ask, also with a port; "
	      "default: those of resolv.conf" },
	{ .name = "tcp", .type = GW_T_BOOL, .fallback = "false",
	  .help = "whether to ask by TCP from the start" },
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_CHECK, .name = "dns", .version = "1",
	.summary = "the records of a name, as a DNS server gives them",
	.options = options, .open = dns_open, .call = dns_call,
	.close = dns_close
);
