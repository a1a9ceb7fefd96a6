/* SPDX-License-Identifier: BSD-2-Clause
 *
 * server.h -- the HTTP server around pings.
 */
#ifndef WEB_SERVER_H
#define WEB_SERVER_H

#include <stdint.h>

#include "web/ping.h"

struct server;

/* Listens on "127.0.0.1:8930" or "[::1]:0". `site` is borrowed. Returns 0, or
 * -errno with a sentence (owned, free()). */
int server_new(const char *listen, const struct ping_site *site,
    struct server **ret, char **ret_why);
/* NULL is fine. */
void server_free(struct server *);

uint16_t server_port(const struct server *);

/* Serves until the descriptor can be read. Returns 0 or -errno. */
int server_run(struct server *, int stop_fd);

#endif
