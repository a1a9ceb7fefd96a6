/* SPDX-License-Identifier: BSD-2-Clause
 *
 * kubernetes.h -- jobs of a Kubernetes cluster.
 */
#ifndef PLUGIN_LIB_KUBERNETES_H
#define PLUGIN_LIB_KUBERNETES_H

#include "lib/follow.h"
#include "lib/rest.h"

struct kubernetes {
	const struct call *call;
	struct rest rest;
	struct buf jobs;        /* path of the namespace's jobs */
	struct buf pods;        /* and of its pods */
	struct buf job;         /* the name of the one that is followed */
};

#define KUBERNETES_ACCOUNT "/var/run/secrets/kubernetes.io/serviceaccount"

/* The options that say how it is reached; for an option table. */
#define KUBERNETES_OPTIONS \
	{ .name = "server", .type = GW_T_STRING, \
	  .fallback = "\"https://kubernetes.default.svc\"", \
	  .help = "the cluster's API server" }, \
	{ .name = "namespace", .type = GW_T_STRING, \
	  .fallback = "\"default\"", .help = "where the job is created" }, \
	{ .name = "token", .type = GW_T_SECRET, \
	  .help = "a token of a service account, in place of token_file" }, \
	{ .name = "token_file", .type = GW_T_STRING, \
	  .help = "a file with a token, read anew for each request, because " \
	      "it changes; default: the one that a pod has" }, \
	{ .name = "ca_file", .type = GW_T_STRING, \
	  .help = "certificates of whom to trust, as PEM; default: the one " \
	      "that a pod has, or else those of the system" }

/* For `open`. */
bool kubernetes_check(const struct gw_host *, struct gw_ctx *,
    struct buf *why);

/* For a call, which it keeps. To be freed. */
void kubernetes_begin(struct kubernetes *, const struct call *);
void kubernetes_end(struct kubernetes *);

#define CLEANUP_KUBERNETES CLEANUP(kubernetes_end)

/* The job that is followed. As rest_ask. */
bool kubernetes_ask_job(struct kubernetes *, struct rest_reply *ret,
    struct buf *why);

/* The spec of the jobs that a CronJob makes; owned, NULL with a sentence. */
json_t *kubernetes_cron_spec(struct kubernetes *, const char *name,
    struct rest_reply *ret, struct buf *why);

/* Makes a spec one of ours: words and variables of its containers, and what
 * it needs to end. False with a sentence. */
bool kubernetes_dress(const struct call *, json_t *spec, struct buf *why);

/* A look at the job, for follow(); arg is the kubernetes. */
enum follow kubernetes_look(void *arg, struct buf *state,
    int64_t *ret_wait_ms, struct buf *why);

/* Did what failed fail in a way that will not change? */
bool kubernetes_is_final(const json_t *job);

/* Is one of ours unfinished that is of the same kind and date as `name`? It
 * becomes `job`. False with a sentence: could not be told. */
bool kubernetes_find_akin(struct kubernetes *, const char *name,
    bool *ret_found, struct rest_reply *ret, struct buf *why);

#endif
