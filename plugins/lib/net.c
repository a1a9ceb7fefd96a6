/* SPDX-License-Identifier: BSD-2-Clause
 *
 * net.c -- a TCP connection, within the time of a call.
 *
 * libcurl looks up the name and connects: it has a bound for both, which
 * getaddrinfo(3) alone has not, and tries all addresses of a host. What is
 * said on the connection afterwards is ours. No proxy is asked.
 *
 * That a host refuses is told apart from all else, because it is an answer:
 * it is there, and nobody listens. No answer at all may be our fault.
 */
#include "lib/net.h"

#include <curl/curl.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>

enum { SLICE_MS = 500, LINE_MOST = 4096 };

static CURLU *
place(const char *host, int64_t port)
{
	CURLU *u = curl_url();
	struct buf name CLEANUP_BUF = { 0 };
	char digits[24];
	bool six = strchr(host, ':') != NULL && *host != '[';

	if (u == NULL)
		abort();
	buf_addf(&name, six ? "[%s]" : "%s", host);
	(void)snprintf(digits, sizeof digits, "%lld", (long long)port);
	if (curl_url_set(u, CURLUPART_SCHEME, "http", 0) == CURLUE_OK &&
	    curl_url_set(u, CURLUPART_HOST, buf_str(&name), 0) ==
	    CURLUE_OK && curl_url_set(u, CURLUPART_PORT, digits, 0) ==
	    CURLUE_OK)
		return u;
	curl_url_cleanup(u);
	return NULL;
}

bool
net_check_host(const char *option, const char *host, struct buf *why)
{
	CURLU *u = place(host, 1);
	bool ok = u != NULL && *host != '\0';

	curl_url_cleanup(u);
	if (!ok)
		buf_addf(why, "%s: expected the name or the address of a "
		    "host", option);
	return ok;
}

static int
progress(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	(void)a;
	(void)b;
	(void)c;
	(void)d;
	return call_left(arg) == 0;
}

static CURLcode
connect_to(struct call *c, CURL *h, CURLU *u, char *error)
{
	int64_t left = call_left(c);

	curl_easy_setopt(h, CURLOPT_CURLU, u);
	curl_easy_setopt(h, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(h, CURLOPT_PROXY, "");
	curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(h, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, (long)(left > 0 ? left : 1));
	curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS,
	    (long)(left > 0 ? left : 1));
	curl_easy_setopt(h, CURLOPT_ERRORBUFFER, error);
	curl_easy_setopt(h, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(h, CURLOPT_XFERINFOFUNCTION, progress);
	curl_easy_setopt(h, CURLOPT_XFERINFODATA, c);
	return curl_easy_perform(h);
}

static enum net_end
tell_failure(const struct call *c, CURL *h, CURLcode code, const char *error,
    struct buf *why)
{
	long number = 0;

	curl_easy_getinfo(h, CURLINFO_OS_ERRNO, &number);
	if (code == CURLE_COULDNT_CONNECT && number == ECONNREFUSED) {
		buf_add(why, "connection refused");
		return NET_REFUSED;
	}
	buf_addf(why, "no connection: %s", code == CURLE_OPERATION_TIMEDOUT ||
	    code == CURLE_ABORTED_BY_CALLBACK ? call_ended_why(c) :
	    *error ? error : curl_easy_strerror(code));
	return NET_FAILED;
}

enum net_end
net_connect(const struct call *c, const char *host, int64_t port,
    struct net_link *ret, struct buf *why)
{
	char error[CURL_ERROR_SIZE] = "";
	CURLU *u = place(host, port);
	curl_socket_t fd = CURL_SOCKET_BAD;
	struct call copy = *c;
	enum net_end end;
	CURLcode code;

	*ret = (struct net_link){ curl_easy_init(), -1 };
	if (ret->curl == NULL)
		abort();
	code = u ? connect_to(&copy, ret->curl, u, error) :
	    CURLE_URL_MALFORMAT;
	if (code == CURLE_OK && curl_easy_getinfo(ret->curl,
	    CURLINFO_ACTIVESOCKET, &fd) == CURLE_OK && fd >= 0) {
		ret->fd = fd;
		end = NET_CONNECTED;
	} else {
		end = tell_failure(c, ret->curl, code, error, why);
	}
	curl_easy_setopt(ret->curl, CURLOPT_CURLU, NULL);
	curl_easy_setopt(ret->curl, CURLOPT_ERRORBUFFER, NULL);
	curl_easy_setopt(ret->curl, CURLOPT_XFERINFOFUNCTION, NULL);
	curl_url_cleanup(u);
	return end;
}

void
net_close(struct net_link *l)
{
	if (l->curl)
		curl_easy_cleanup(l->curl);
	*l = (struct net_link){ NULL, -1 };
}

bool
net_wait(const struct call *c, const struct net_link *l, short events,
    struct buf *why)
{
	struct pollfd p = { .fd = l->fd, .events = events };
	int n = 0;

	while (n == 0 && call_left(c) > 0) {
		n = poll(&p, 1, call_left_int(c, SLICE_MS));
		if (n < 0 && errno == EINTR)
			n = 0;
	}
	if (n == 0)
		buf_add(why, call_ended_why(c));
	else if (n < 0)
		buf_add(why, strerror(errno));
	return n > 0;
}

bool
net_send(const struct call *c, const struct net_link *l, const void *bytes,
    size_t len, struct buf *why)
{
	const char *s = bytes;
	ssize_t n;

	while (len > 0) {
		n = send(l->fd, s, len, MSG_NOSIGNAL);
		if (n < 0 && errno != EAGAIN && errno != EINTR) {
			buf_add(why, strerror(errno));
			return false;
		}
		if (n < 0 && !net_wait(c, l, POLLOUT, why))
			return false;
		s += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return true;
}

ssize_t
net_read(const struct call *c, const struct net_link *l, struct buf *b,
    size_t len, struct buf *why)
{
	char bytes[4096];
	ssize_t n;

	if (len > sizeof bytes)
		len = sizeof bytes;
	for (;;) {
		n = recv(l->fd, bytes, len, 0);
		if (n >= 0)
			break;
		if (errno != EAGAIN && errno != EINTR) {
			buf_add(why, strerror(errno));
			return -1;
		}
		if (!net_wait(c, l, POLLIN, why))
			return -1;
	}
	buf_addn(b, bytes, (size_t)n);
	return n;
}

bool
net_line(const struct call *c, const struct net_link *l, struct buf *b,
    struct buf *why)
{
	ssize_t n;

	buf_clear(b);
	do {
		n = net_read(c, l, b, 1, why);
		if (n == 0)
			buf_add(why, "the server closed the connection");
		if (n <= 0)
			return false;
		if (b->len > LINE_MOST) {
			buf_add(why, "the server said a line that doesn't "
			    "end");
			return false;
		}
	} while (b->s[b->len - 1] != '\n');
	while (b->len > 0 && strchr("\r\n", b->s[b->len - 1]))
		b->s[--b->len] = '\0';
	return true;
}
