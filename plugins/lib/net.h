/* SPDX-License-Identifier: BSD-2-Clause
 *
 * net.h -- a TCP connection, within the time of a call.
 */
#ifndef PLUGIN_LIB_NET_H
#define PLUGIN_LIB_NET_H

#include "lib/call.h"

struct net_link {
	void *curl;             /* whose connection it is */
	int fd;                 /* doesn't block; -1: none */
};

enum net_end {
	NET_CONNECTED,
	NET_REFUSED,            /* the host said that nobody listens there */
	NET_FAILED              /* anything else: no answer, no such name */
};

/* With a sentence, unless connected. To be closed in any case. */
enum net_end net_connect(const struct call *, const char *host,
    int64_t port, struct net_link *ret, struct buf *why);
void net_close(struct net_link *);

#define CLEANUP_NET CLEANUP(net_close)

/* For `open`: a name or address that can be connected to. */
bool net_check_host(const char *option, const char *host, struct buf *why);

/* Waits for POLLIN or POLLOUT. False with a sentence: the call is over. */
bool net_wait(const struct call *, const struct net_link *, short events,
    struct buf *why);

/* False with a sentence. */
bool net_send(const struct call *, const struct net_link *, const void *,
    size_t len, struct buf *why);

/* Appends what is there, at most len bytes, waiting for the first. Returns
 * how many; 0: the far end has closed; -1 with a sentence. */
ssize_t net_read(const struct call *, const struct net_link *, struct buf *,
    size_t len, struct buf *why);

/* One line into b, without its end; nothing behind it is read. False with a
 * sentence. */
bool net_line(const struct call *, const struct net_link *, struct buf *b,
    struct buf *why);

#endif
