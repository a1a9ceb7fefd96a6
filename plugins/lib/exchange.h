/* SPDX-License-Identifier: BSD-2-Clause
 *
 * exchange.h -- one request of the action http, and its answer.
 */
#ifndef PLUGIN_LIB_EXCHANGE_H
#define PLUGIN_LIB_EXCHANGE_H

#include "lib/google_token.h"
#include "lib/http.h"
#include "lib/template_json.h"

/* What an instance keeps. */
struct service {
	const struct gw_host *host;
	struct http_client *client;
	struct google_tokens *tokens;   /* NULL: no identity is shown */
	json_t *body;           /* NULL: none */
};

/* What goes out, and what came back. */
struct exchange {
	const struct call *c;
	struct service *h;
	struct buf url, body, key;
	struct http_reply reply;
	int32_t failure;        /* there was no answer: its class */
	struct buf why;
};

void exchange_free(struct exchange *);

#define CLEANUP_EXCHANGE CLEANUP(exchange_free)

/* The name of the header for the key of repetitions. */
const char *exchange_header(const struct gw_host *, struct gw_ctx *);

/* What goes out, to the URL of this option; false with a sentence. */
bool exchange_fill(struct exchange *, const char *option);

/* True: there was an answer. An identity that is refused is shown once more,
 * afresh. False with a sentence and its class. */
bool exchange_ask(struct exchange *, const char *method, bool with_body);

#endif
