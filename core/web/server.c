/* SPDX-License-Identifier: BSD-2-Clause
 *
 * server.c -- the HTTP server around pings.
 *
 * libmicrohttpd without threads of its own: its descriptor is polled beside
 * the one that says stop. Whoever connects costs bounded memory, and bounded
 * time: sixty-four connections, sixteen of one address, ten seconds of
 * silence, one megabyte of body of which four kilobytes are kept. One request
 * is answered at a time, so a daemon that hangs holds the others back for
 * five seconds each, and then they hear that they should come again.
 */
#include "web/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"

enum { CONNECTIONS = 64, PER_ADDRESS = 16, SILENCE_S = 10,
	BODY_READ_MAX = 1 << 20, MEMORY = 32 << 10 };

struct server {
	struct MHD_Daemon *mhd;
	const struct ping_site *site;
	uint16_t port;
};

/* One request, from its head to its end. */
struct taken {
	size_t len, read;
	char body[PING_BODY_MAX];
};

/*------------------------------------------------------------------ answers */

static enum MHD_Result
send_answer(struct MHD_Connection *c, const struct ping_answer *a)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(a->text.len,
	    a->text.s, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result ok;
	char seconds[24];

	if (r == NULL)
		return MHD_NO;
	(void)MHD_add_response_header(r, "Content-Type",
	    "text/plain; charset=utf-8");
	(void)MHD_add_response_header(r, "Cache-Control", "no-store");
	(void)MHD_add_response_header(r, "X-Content-Type-Options",
	    "nosniff");
	if (a->status == MHD_HTTP_UNAUTHORIZED)
		(void)MHD_add_response_header(r, "WWW-Authenticate",
		    "Bearer");
	if (a->retry_after > 0) {
		(void)snprintf(seconds, sizeof seconds, "%lld",
		    (long long)a->retry_after);
		(void)MHD_add_response_header(r, "Retry-After", seconds);
	}
	ok = MHD_queue_response(c, a->status, r);
	MHD_destroy_response(r);
	return ok;
}

static enum MHD_Result
say(struct MHD_Connection *c, unsigned int status, const char *sentence)
{
	struct ping_answer a = { .status = status };
	enum MHD_Result ok;

	text_addf(&a.text, "%s\n", sentence);
	ok = send_answer(c, &a);
	text_free(&a.text);
	return ok;
}

static const char *
query(struct MHD_Connection *c, const char *name)
{
	return MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, name);
}

static enum MHD_Result
finish(struct server *s, struct MHD_Connection *c, const char *path,
    const struct taken *t)
{
	struct ping p = { .path = path, .body = t->body, .body_len = t->len,
		.authorization = MHD_lookup_connection_value(c,
		    MHD_HEADER_KIND, MHD_HTTP_HEADER_AUTHORIZATION),
		.token = query(c, "token"), .run = query(c, "rid"),
		.date = query(c, "date") };
	struct ping_answer a;
	enum MHD_Result ok;

	ping_take(s->site, &p, clock_real_ms(), &a);
	if (a.name[0])
		log_info("ping: %s: %u", a.name, a.status);
	else
		log_debug("refused: %u", a.status);
	ok = send_answer(c, &a);
	text_free(&a.text);
	return ok;
}

/*----------------------------------------------------------------- requests */

static bool
is_method(const char *method)
{
	return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0 ||
	    strcmp(method, "POST") == 0 || strcmp(method, "PUT") == 0;
}

static void
take_body(struct taken *t, const char *bytes, size_t len)
{
	size_t room = sizeof t->body - t->len;
	size_t n = len < room ? len : room;

	memcpy(t->body + t->len, bytes, n);
	t->len += n;
	t->read += len;
}

/* Called with the head, then with each part of the body, then at its end. */
static enum MHD_Result
on_request(void *arg, struct MHD_Connection *c, const char *path,
    const char *method, const char *version, const char *bytes,
    size_t *len, void **state)
{
	struct taken *t = *state;

	(void)version;
	if (t == NULL) {
		*state = calloc(1, sizeof *t);
		if (*state == NULL)
			return MHD_NO;
		return is_method(method) ? MHD_YES : say(c,
		    MHD_HTTP_METHOD_NOT_ALLOWED, "GET, HEAD or POST");
	}
	if (*len > 0) {
		take_body(t, bytes, *len);
		*len = 0;
		/* who sends more than that isn't answered, but cut off */
		return t->read <= BODY_READ_MAX ? MHD_YES : MHD_NO;
	}
	return finish(arg, c, path, t);
}

static void
on_over(void *arg, struct MHD_Connection *c, void **state,
    enum MHD_RequestTerminationCode why)
{
	(void)arg;
	(void)c;
	(void)why;
	free(*state);
	*state = NULL;
}

static void __attribute__((format(printf, 2, 0)))
on_log(void *arg, const char *fmt, va_list ap)
{
	char line[256];

	(void)arg;
	(void)vsnprintf(line, sizeof line, fmt, ap);
	line[strcspn(line, "\r\n")] = '\0';
	log_debug("http: %s", line);
}

/*----------------------------------------------------------------- lifetime */

static bool
read_port(const char *s, in_port_t *ret)
{
	char *end;
	unsigned long v;

	if (*s < '0' || *s > '9')
		return false;
	v = strtoul(s, &end, 10);
	*ret = htons((uint16_t)v);
	return *end == '\0' && v <= UINT16_MAX;
}

static bool
read_address(const char *listen, struct sockaddr_storage *ret)
{
	struct sockaddr_in *in = (struct sockaddr_in *)ret;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)ret;
	const char *colon = strrchr(listen, ':');
	char host[64] = "";
	size_t len = colon ? (size_t)(colon - listen) : 0;
	bool bracketed = len > 2 && listen[0] == '[' &&
	    listen[len - 1] == ']';

	*ret = (struct sockaddr_storage){ 0 };
	if (len == 0 || len >= sizeof host)
		return false;
	memcpy(host, listen + bracketed, len - 2 * (size_t)bracketed);
	if (bracketed) {
		in6->sin6_family = AF_INET6;
		return inet_pton(AF_INET6, host, &in6->sin6_addr) == 1 &&
		    read_port(colon + 1, &in6->sin6_port);
	}
	in->sin_family = AF_INET;
	return inet_pton(AF_INET, host, &in->sin_addr) == 1 &&
	    read_port(colon + 1, &in->sin_port);
}

static int
open_listener(const struct sockaddr_storage *sa, int *ret)
{
	int fd = socket(sa->ss_family, SOCK_STREAM | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0);
	socklen_t len = sa->ss_family == AF_INET6 ?
	    sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
	int on = 1, r;

	if (fd < 0)
		return -errno;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(fd, (const struct sockaddr *)sa, len) < 0 ||
	    listen(fd, CONNECTIONS) < 0) {
		r = -errno;
		(void)close(fd);
		return r;
	}
	*ret = fd;
	return 0;
}

static uint16_t
port_of(int fd)
{
	struct sockaddr_storage sa = { 0 };
	socklen_t len = sizeof sa;

	if (getsockname(fd, (struct sockaddr *)&sa, &len) < 0)
		return 0;
	return ntohs(sa.ss_family == AF_INET6 ?
	    ((struct sockaddr_in6 *)&sa)->sin6_port :
	    ((struct sockaddr_in *)&sa)->sin_port);
}

static int
refuse(struct text *t, char **ret_why, int r)
{
	*ret_why = text_take(t);
	return r;
}

int
server_new(const char *listen, const struct ping_site *site,
    struct server **ret, char **ret_why)
{
	struct server *s = calloc(1, sizeof *s);
	struct sockaddr_storage sa;
	struct text t = { 0 };
	int fd = -1, r;

	*ret = s;
	if (s == NULL)
		abort();
	s->site = site;
	if (!read_address(listen, &sa)) {
		text_addf(&t, "'%s' is no address to listen on: expected one "
		    "such as 127.0.0.1:8930 or [::1]:8930", listen);
		return refuse(&t, ret_why, -EINVAL);
	}
	r = open_listener(&sa, &fd);
	if (r < 0) {
		text_addf(&t, "can't listen on %s (%s)", listen,
		    strerror(-r));
		return refuse(&t, ret_why, r);
	}
	s->port = port_of(fd);
	s->mhd = MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_ERROR_LOG, 0, NULL,
	    NULL, on_request, s,
	    MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
	    MHD_OPTION_LISTEN_SOCKET, fd,
	    MHD_OPTION_NOTIFY_COMPLETED, on_over, NULL,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned int)CONNECTIONS,
	    MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned int)PER_ADDRESS,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)SILENCE_S,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY,
	    MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
	if (s->mhd)
		return 0;
	(void)close(fd);
	text_add(&t, "the HTTP server can't be started");
	return refuse(&t, ret_why, -EIO);
}

void
server_free(struct server *s)
{
	if (s && s->mhd)
		MHD_stop_daemon(s->mhd);
	free(s);
}

uint16_t
server_port(const struct server *s)
{
	return s->port;
}

int
server_run(struct server *s, int stop_fd)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(s->mhd,
	    MHD_DAEMON_INFO_EPOLL_FD);
	struct pollfd fds[2] = { { .fd = stop_fd, .events = POLLIN } };
	MHD_UNSIGNED_LONG_LONG ms;

	if (info == NULL)
		return -EIO;
	fds[1] = (struct pollfd){ .fd = info->epoll_fd, .events = POLLIN };
	while (fds[0].revents == 0) {
		int wait = MHD_get_timeout(s->mhd, &ms) != MHD_YES ? -1 :
		    ms > INT32_MAX ? INT32_MAX : (int)ms;

		if (poll(fds, 2, wait) < 0 && errno != EINTR)
			return -errno;
		if (MHD_run(s->mhd) != MHD_YES)
			return -EIO;
	}
	return 0;
}
