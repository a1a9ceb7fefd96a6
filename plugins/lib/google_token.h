/* SPDX-License-Identifier: BSD-2-Clause
 *
 * google_token.h -- tokens for Google APIs, and for services behind them.
 */
#ifndef PLUGIN_LIB_GOOGLE_TOKEN_H
#define PLUGIN_LIB_GOOGLE_TOKEN_H

#include "lib/google_error.h"

/* Part of the options of each plugin that asks a Google API. */
#define GOOGLE_TOKEN_OPTIONS \
	{ .name = "credentials", .type = GW_T_SECRET, \
	  .help = "the key of a service account, as the JSON file that the " \
	      "console hands out; without it and without token_command the " \
	      "metadata server of the machine is asked" }, \
	{ .name = "token_command", .type = GW_T_LIST, \
	  .help = "a program and its words, without a shell, that prints an " \
	      "access token, bare or as JSON with access_token and " \
	      "expires_in" }, \
	{ .name = "metadata_server", .type = GW_T_STRING, \
	  .fallback = "\"http://metadata.google.internal\"", \
	  .help = "the metadata server; another one on loopback only" }

/* Where tokens come from, and those that are still good. Lives as long as
 * the instance, so that a worker asks for one an hour. */
struct google_tokens;

/* For `open`. `prefix` goes before the names of options: "", or "database."
 * Returns owned, or NULL with a sentence. */
struct google_tokens *google_tokens_new(const struct gw_host *,
    struct gw_ctx *, const char *prefix, struct buf *why);
/* NULL is fine. */
void google_tokens_free(struct google_tokens *);

/* An access token; NULL with error and sentence. Borrowed, valid until the
 * next of these calls. */
const char *google_token(const struct call *, struct google_tokens *,
    struct google_error *ret, struct buf *why);

/* An identity token for a service that checks who asks; `audience` is the
 * service's URL. From the metadata server or a service account; a
 * token_command has to print it itself. As above. */
const char *google_identity(const struct call *, struct google_tokens *,
    const char *audience, struct google_error *ret, struct buf *why);

/* It was refused: the next one is a fresh one. */
void google_token_refused(struct google_tokens *);

/* The project of the credentials, NULL where they don't say. Borrowed. */
const char *google_tokens_project(const struct google_tokens *);

#endif
