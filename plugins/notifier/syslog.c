/* SPDX-License-Identifier: BSD-2-Clause
 *
 * syslog.c -- notifier `syslog`: the system's log.
 *
 * A message is one record for its headline and one for each line of its text,
 * because a record is a line to whoever reads it; to the journal of systemd
 * it is one record with all of it, and with fields to search by. Control
 * characters don't get through.
 *
 * The far end is a datagram socket on this machine, which takes a record
 * whole or refuses it. When it refuses one in the middle, all of them are
 * written again with the next try. There is no answer: delivered is what the
 * socket has taken.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#include "lib/message.h"

enum { RECORD_MOST = 8000, TEXT_MOST = 60000, STAMP_TEXT = 64, DAEMON = 3,
	NOTICE = 5 };

struct far_end {
	int fd;
	struct sockaddr_un at;
	struct buf prefix;      /* of each record */
};

static const char *const formats[] = { "rfc3164", "rfc5424", "journal",
	NULL };
static const char *const facilities[] = { "daemon", "user", "local0",
	"local1", "local2", "local3", "local4", "local5", "local6", "local7",
	NULL };

static void
close_far(struct far_end *f)
{
	buf_free(&f->prefix);
	cleanup_close(&f->fd);
}

/* The level of RFC 5424. */
static int
level(const struct call *c)
{
	const char *s = param_or(c, "severity", "");

	if (message_is(c, "resolved"))
		return NOTICE;
	if (strcmp(s, "critical") == 0)
		return 2;
	return strcmp(s, "warning") == 0 ? 4 : 6;
}

static int
facility(const struct call *c)
{
	const char *s = option_or(c->host, c->ctx, "facility", "daemon");

	if (strncmp(s, "local", 5) == 0)
		return 16 + s[5] - '0';
	return strcmp(s, "user") == 0 ? 1 : DAEMON;
}

static bool
is_format(const struct call *c, const char *name)
{
	return strcmp(option_or(c->host, c->ctx, "format", ""), name) == 0;
}

/* "<26>Jan 17 11:00:00 gatewarden[12]: ", in the zone of this machine, as the
 * old format has it; "<26>1 2026-01-17T11:00:00Z host gatewarden 12 41 - ". */
static void
add_prefix(const struct call *c, struct buf *b)
{
	const char *tag = option_or(c->host, c->ctx, "tag", "gatewarden");
	bool old = is_format(c, "rfc3164");
	char stamp[STAMP_TEXT], host[STAMP_TEXT] = "-";
	time_t now = time(NULL);
	struct tm tm = { 0 };

	if ((old ? localtime_r(&now, &tm) : gmtime_r(&now, &tm)) == NULL)
		abort();
	/* in no locale's words: this process never asked for one */
	(void)strftime(stamp, sizeof stamp, old ? "%b %e %H:%M:%S" :
	    "%Y-%m-%dT%H:%M:%SZ", &tm);
	(void)gethostname(host, sizeof host - 1);
	buf_addf(b, "<%d>", facility(c) * 8 + level(c));
	if (old)
		buf_addf(b, "%s %s[%d]: ", stamp, tag, (int)getpid());
	else
		buf_addf(b, "1 %s %s %s %d %.30s - ", stamp, *host ? host :
		    "-", tag, (int)getpid(), param_or(c, "kind", "-"));
}

static bool
send_bytes(const struct far_end *f, const struct buf *b)
{
	return sendto(f->fd, b->s, b->len, MSG_NOSIGNAL,
	    (const struct sockaddr *)&f->at, sizeof f->at) >= 0;
}

static bool
send_line(const struct far_end *f, const char *s, size_t len)
{
	struct buf b CLEANUP_BUF = { 0 };

	buf_add(&b, buf_str(&f->prefix));
	buf_add_line(&b, s, len, RECORD_MOST);
	return send_bytes(f, &b);
}

static bool
send_lines(const struct call *c, struct far_end *f)
{
	const char *s = param_or(c, "text", "");
	struct buf head CLEANUP_BUF = { 0 };
	size_t n;

	add_prefix(c, &f->prefix);
	message_headline(c, &head);
	if (!send_line(f, buf_str(&head), head.len))
		return false;
	for (; *s; s += n + (s[n] == '\n')) {
		n = strcspn(s, "\n");
		if (n > 0 && !send_line(f, s, n))
			return false;
	}
	return true;
}

/* The journal's own protocol: a value that may have lines is preceded by its
 * length. */
static void
add_field(struct buf *b, const char *name, const char *value, size_t len)
{
	uint64_t n = len;
	unsigned char size[8];
	size_t i;

	for (i = 0; i < sizeof size; i++)
		size[i] = (unsigned char)(n >> 8 * i);
	buf_add(b, name);
	buf_add(b, "\n");
	buf_addn(b, (const char *)size, sizeof size);
	buf_addn(b, value, len);
	buf_add(b, "\n");
}

static bool
send_journal(const struct call *c, const struct far_end *f)
{
	static const struct { const char *field, *param; } more[] = {
		{ "GATEWARDEN_PIPELINE", "pipeline" },
		{ "GATEWARDEN_DATE", "date" },
		{ "GATEWARDEN_INCIDENT", "incident" },
		{ "GATEWARDEN_MESSAGE", "id" },
		{ "GATEWARDEN_KIND", "kind" } };
	const char *text = param_or(c, "text", "");
	const char *tag = option_or(c->host, c->ctx, "tag", "gatewarden");
	struct buf b CLEANUP_BUF = { 0 };
	struct buf all CLEANUP_BUF = { 0 };
	size_t i, len;

	message_headline(c, &all);
	buf_addf(&all, "\n%s", text);
	for (len = all.len; len > TEXT_MOST || (len > 0 &&
	    all.s[len - 1] == '\n'); len--)
		;
	add_field(&b, "MESSAGE", all.s, len);
	buf_addf(&b, "PRIORITY=%d\nSYSLOG_FACILITY=%d\n", level(c),
	    facility(c));
	add_field(&b, "SYSLOG_IDENTIFIER", tag, strlen(tag));
	for (i = 0; i < ARRAY_SIZE(more); i++) {
		const char *s = param_or(c, more[i].param, "");

		if (*s)
			add_field(&b, more[i].field, s, strlen(s));
	}
	return send_bytes(f, &b);
}

static const char *
path_of(const struct gw_host *host, struct gw_ctx *ctx)
{
	const char *format = option_or(host, ctx, "format", "");

	return option_or(host, ctx, "socket", strcmp(format, "journal") == 0 ?
	    "/run/systemd/journal/socket" : "/dev/log");
}

static int32_t
syslog_call(struct gw_ctx *ctx, void *self)
{
	struct call c = call_begin(self, ctx);
	const char *path = path_of(c.host, ctx);
	struct far_end f CLEANUP(close_far) = { .fd = socket(AF_UNIX,
		SOCK_DGRAM | SOCK_CLOEXEC, 0), .at.sun_family = AF_UNIX };
	struct timeval left = { .tv_sec = call_left(&c) / 1000,
		.tv_usec = call_left(&c) % 1000 * 1000 };
	struct buf why CLEANUP_BUF = { 0 };

	memcpy(f.at.sun_path, path, strlen(path) + 1);
	if (f.fd >= 0 && setsockopt(f.fd, SOL_SOCKET, SO_SNDTIMEO, &left,
	    sizeof left) == 0 && (is_format(&c, "journal") ?
	    send_journal(&c, &f) : send_lines(&c, &f)))
		return GW_OK;
	buf_addf(&why, "%s: %s", path, errno == EAGAIN ?
	    "nobody reads" : strerror(errno));
	return call_failed(&c, errno == EACCES || errno == EPROTOTYPE ?
	    GW_F_CONFIG : GW_F_TRANSIENT, 0, &why);
}

static int32_t
syslog_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	const char *path = path_of(host, ctx);
	const char *tag = option_or(host, ctx, "tag", "");
	struct buf why CLEANUP_BUF = { 0 };
	const char *p = tag;

	while ((unsigned char)*p > ' ' && *p < 0x7f && !strchr("[]:", *p))
		p++;
	if (*path != '/' || strlen(path) >=
	    sizeof ((struct sockaddr_un *)NULL)->sun_path)
		buf_add(&why, "socket: expected an absolute path of at most "
		    "107 bytes");
	else if (*tag == '\0' || *p || strlen(tag) > 32)
		buf_add(&why, "tag: expected a word of at most 32 "
		    "characters without brackets and colons");
	if (why.len > 0)
		return open_failed(host, ctx, &why);
	*ret_self = (void *)(uintptr_t)host;
	return GW_OK;
}

static const struct gw_option options[] = {
	{ .name = "format", .type = GW_T_ENUM, .fallback = "rfc3164",
	  .choices = formats,
	  .help = "rfc3164, what local sockets are used to, rfc5424, or "
	      "journal, systemd's own with fields to search by" },
	{ .name = "socket", .type = GW_T_STRING,
	  .help = "a datagram socket; by default /dev/log, of the journal "
	      "/run/systemd/journal/socket" },
	{ .name = "facility", .type = GW_T_ENUM, .fallback = "daemon",
	  .choices = facilities, .help = "what the records are filed under" },
	{ .name = "tag", .type = GW_T_STRING, .fallback = "gatewarden",
	  .help = "who writes" },
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_NOTIFIER, .name = "syslog", .version = "1",
	.summary = "writes messages to the system's log or journal",
	.options = options, .open = syslog_open, .call = syslog_call
);
