/* SPDX-License-Identifier: BSD-2-Clause
 *
 * dns.c -- one question to a DNS server, and the records of its answer.
 *
 * c-ares speaks: it repeats what was lost, goes on by TCP where an answer is
 * cut, and checks that an answer belongs to the question. Each question has a
 * channel of its own, so that a changed resolv.conf is seen. The records are
 * taken apart here, with libresolv's reader, because their order and form
 * have to be comparable: names in small letters and without a last dot,
 * addresses in their shortest form, the strings of a TXT as one.
 *
 * "There is none" is an answer only from who can know it: from the zone's own
 * server, or from one that asks others. A referral is not. SERVFAIL, REFUSED,
 * no answer, and an answer that can't be read tell nothing.
 */
#include "lib/dns.h"

#include <ares.h>
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <ctype.h>
#include <poll.h>
#include <resolv.h>
#include <stdio.h>

enum { TRY_MOST_MS = 2000, TRIES = 3, SLICE_MS = 500, NAME_MOST = 1025 };

static const struct { const char *name; ns_type type; } types[] = {
	{ "A", ns_t_a }, { "AAAA", ns_t_aaaa }, { "CAA", ns_t_caa },
	{ "CNAME", ns_t_cname }, { "MX", ns_t_mx }, { "NS", ns_t_ns },
	{ "PTR", ns_t_ptr }, { "SRV", ns_t_srv }, { "TXT", ns_t_txt }
};

const char *const dns_types[] = { "A", "AAAA", "CAA", "CNAME", "MX", "NS",
	"PTR", "SRV", "TXT", NULL };

static ns_type
type_of(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++)
		if (strcmp(types[i].name, name) == 0)
			return types[i].type;
	return ns_t_a;
}

/*--------------------------------------------------------------- as text */

/* Small letters, no dot at the end. */
static void
add_name(struct buf *b, const char *name)
{
	size_t len = strlen(name), from = b->len;

	if (len > 1 && name[len - 1] == '.')
		len--;
	buf_addn(b, name, len);
	for (; from < b->len; from++)
		b->s[from] = (char)tolower((unsigned char)b->s[from]);
}

/* The name at a place in the message; false: there is none. */
static bool
read_name(ns_msg *m, const unsigned char *at, struct buf *b)
{
	char name[NAME_MOST];

	if (dn_expand(ns_msg_base(*m), ns_msg_end(*m), at, name,
	    (int)sizeof name) < 0)
		return false;
	add_name(b, *name ? name : ".");
	return true;
}

static bool
read_address(const ns_rr *r, int family, size_t len, struct buf *b)
{
	char text[INET6_ADDRSTRLEN];

	if (ns_rr_rdlen(*r) != len ||
	    inet_ntop(family, ns_rr_rdata(*r), text, sizeof text) == NULL)
		return false;
	buf_add(b, text);
	return true;
}

/* `n` numbers of 16 bits, and a name. */
static bool
read_numbered(ns_msg *m, const ns_rr *r, size_t n, struct buf *b)
{
	const unsigned char *s = ns_rr_rdata(*r);
	size_t i;

	if (ns_rr_rdlen(*r) < 2 * n + 1)
		return false;
	for (i = 0; i < n; i++)
		buf_addf(b, "%u ", ns_get16(s + 2 * i));
	return read_name(m, s + 2 * n, b);
}

static bool
read_strings(const ns_rr *r, struct buf *b)
{
	const unsigned char *s = ns_rr_rdata(*r);
	size_t left = ns_rr_rdlen(*r), n;

	while (left > 0) {
		n = *s;
		if (n + 1 > left)
			return false;
		buf_add_line(b, (const char *)s + 1, n, SIZE_MAX);
		s += n + 1;
		left -= n + 1;
	}
	return true;
}

/* flags tag "value" */
static bool
read_caa(const ns_rr *r, struct buf *b)
{
	const unsigned char *s = ns_rr_rdata(*r);
	size_t len = ns_rr_rdlen(*r), tag = len >= 2 ? s[1] : 0;

	if (tag == 0 || tag + 2 > len)
		return false;
	buf_addf(b, "%u ", s[0]);
	buf_add_line(b, (const char *)s + 2, tag, SIZE_MAX);
	buf_add(b, " ");
	buf_add_line(b, (const char *)s + 2 + tag, len - tag - 2, SIZE_MAX);
	return true;
}

static bool
read_record(ns_msg *m, const ns_rr *r, struct buf *b)
{
	switch (ns_rr_type(*r)) {
	case ns_t_a:
		return read_address(r, AF_INET, 4, b);
	case ns_t_aaaa:
		return read_address(r, AF_INET6, 16, b);
	case ns_t_mx:
		return read_numbered(m, r, 1, b);
	case ns_t_srv:
		return read_numbered(m, r, 3, b);
	case ns_t_txt:
		return read_strings(r, b);
	case ns_t_caa:
		return read_caa(r, b);
	default:
		return read_name(m, ns_rr_rdata(*r), b);
	}
}

bool
dns_record(const char *type, const char *text, struct buf *ret,
    struct buf *why)
{
	int family = strcmp(type, "A") == 0 ? AF_INET :
	    strcmp(type, "AAAA") == 0 ? AF_INET6 : 0;
	unsigned char address[16];
	char s[INET6_ADDRSTRLEN];

	if (strcmp(type, "TXT") == 0 || strcmp(type, "CAA") == 0) {
		buf_add_line(ret, text, strlen(text), SIZE_MAX);
	} else if (family == 0) {
		add_name(ret, text);
	} else if (inet_pton(family, text, address) == 1 &&
	    inet_ntop(family, address, s, sizeof s)) {
		buf_add(ret, s);
	} else {
		buf_addf(why, "expected: '%s' is no address for a record of "
		    "type %s", text, type);
		return false;
	}
	return true;
}

/*------------------------------------------------------------- the answer */

static bool
unreadable(struct buf *why)
{
	buf_add(why, "the answer can't be read");
	return false;
}

static bool
take_records(ns_msg *m, ns_type type, struct dns_answer *ret)
{
	int n = ns_msg_count(*m, ns_s_an), i;
	ns_rr r;

	for (i = 0; i < n; i++) {
		struct buf b CLEANUP_BUF = { 0 };

		if (ns_parserr(m, ns_s_an, i, &r) < 0)
			return false;
		if (ns_rr_type(r) != type || ns_rr_class(r) != ns_c_in)
			continue;
		if (!read_record(m, &r, &b))
			return false;
		if (ret->n == 0 || ns_rr_ttl(r) < ret->ttl)
			ret->ttl = ns_rr_ttl(r);
		strings_add(&ret->records, &ret->n, buf_str(&b));
	}
	return true;
}

struct asked {
	bool done;
	int status;
	struct buf bytes;
};

static bool
understand(const struct asked *a, ns_type type, struct dns_answer *ret,
    struct buf *why)
{
	ns_msg m;

	if (a->status != ARES_SUCCESS && a->status != ARES_ENODATA &&
	    a->status != ARES_ENOTFOUND) {
		buf_addf(why, "%s%s", a->status == ARES_ESERVFAIL ?
		    "SERVFAIL: " : a->status == ARES_EREFUSED ? "REFUSED: " :
		    "", ares_strerror(a->status));
		return false;
	}
	if (a->bytes.len == 0 || ns_initparse((const unsigned char *)
	    a->bytes.s, (int)a->bytes.len, &m) < 0)
		return unreadable(why);
	ret->no_name = ns_msg_getflag(m, ns_f_rcode) == ns_r_nxdomain;
	if (!take_records(&m, type, ret))
		return unreadable(why);
	if (ret->n > 0 || ns_msg_getflag(m, ns_f_aa) ||
	    ns_msg_getflag(m, ns_f_ra))
		return true;
	buf_add(why, "the server neither knows the zone nor asks others");
	return false;
}

/*------------------------------------------------------------- the question */

static void
take_answer(void *arg, int status, int timeouts, unsigned char *bytes,
    int len)
{
	struct asked *a = arg;

	(void)timeouts;
	a->done = true;
	a->status = status;
	if (bytes && len > 0)
		buf_addn(&a->bytes, (const char *)bytes, (size_t)len);
}

static void
step(const struct call *c, ares_channel channel)
{
	ares_socket_t s[ARES_GETSOCK_MAXNUM];
	struct pollfd p[ARES_GETSOCK_MAXNUM] = { 0 };
	struct timeval slice = { 0, SLICE_MS * 1000 }, room, *wait;
	int bits = ares_getsock(channel, s, ARES_GETSOCK_MAXNUM);
	nfds_t n, i;

	for (n = 0; n < ARES_GETSOCK_MAXNUM; n++) {
		if (ARES_GETSOCK_READABLE(bits, n))
			p[n].events |= POLLIN;
		if (ARES_GETSOCK_WRITABLE(bits, n))
			p[n].events |= POLLOUT;
		if (p[n].events == 0)
			break;
		p[n].fd = s[n];
	}
	wait = ares_timeout(channel, &slice, &room);
	(void)poll(p, n, call_left_int(c, (int)(wait->tv_sec * 1000 +
	    wait->tv_usec / 1000 + 1)));
	ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	for (i = 0; i < n; i++)
		if (p[i].revents)
			ares_process_fd(channel,
			    p[i].revents & ~POLLOUT ? s[i] : ARES_SOCKET_BAD,
			    p[i].revents & POLLOUT ? s[i] : ARES_SOCKET_BAD);
}

static int
open_channel(ares_channel *ret, const struct dns_question *q, int64_t left)
{
	struct ares_options o = { .flags = ARES_FLAG_NOSEARCH |
		ARES_FLAG_NOALIASES | (q->tcp ? ARES_FLAG_USEVC : 0) |
		/* of several, the next is asked where one fails */
		(q->server ? ARES_FLAG_NOCHECKRESP : 0),
		.timeout = (int)(left / TRIES < TRY_MOST_MS ? left / TRIES :
		TRY_MOST_MS), .tries = TRIES };
	int r = ares_init_options(ret, &o, ARES_OPT_FLAGS |
	    ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES);

	if (r != ARES_SUCCESS || q->server == NULL)
		return r;
	r = ares_set_servers_ports_csv(*ret, q->server);
	if (r != ARES_SUCCESS)
		ares_destroy(*ret);
	return r;
}

bool
dns_check_server(const char *server, struct buf *why)
{
	struct dns_question q = { .server = server };
	ares_channel channel;
	bool ok = strchr(server, ',') == NULL &&
	    open_channel(&channel, &q, TRY_MOST_MS) == ARES_SUCCESS;

	if (ok)
		ares_destroy(channel);
	else
		buf_add(why, "server: expected \"ADDRESS\", \"ADDRESS:PORT\" "
		    "or \"[ADDRESS]:PORT\"");
	return ok;
}

bool
dns_ask(const struct call *c, const struct dns_question *q,
    struct dns_answer *ret, struct buf *why)
{
	ns_type type = type_of(q->type);
	struct asked a = { 0 };
	ares_channel channel;
	bool ok = false;
	int r;

	*ret = (struct dns_answer){ 0 };
	r = open_channel(&channel, q, call_left(c));
	if (r != ARES_SUCCESS) {
		buf_add(why, ares_strerror(r));
		return false;
	}
	ares_query(channel, q->name, ns_c_in, (int)type, take_answer, &a);
	while (!a.done && call_left(c) > 0)
		step(c, channel);
	if (a.done)
		ok = understand(&a, type, ret, why);
	else
		buf_addf(why, "no answer: %s", call_ended_why(c));
	ares_destroy(channel);  /* which calls back, if it hasn't yet */
	buf_free(&a.bytes);
	return ok;
}

void
dns_answer_free(struct dns_answer *a)
{
	strings_free(a->records);
	*a = (struct dns_answer){ 0 };
}
