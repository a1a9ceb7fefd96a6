/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prove.h -- every rule of a configuration gets a witness that fires it and
 * one that clears it, or a finding.
 */
#ifndef PROVE_PROVE_H
#define PROVE_PROVE_H

#include "prove/rules.h"
#include "simulate/facts.h"

/* Adds a rule for each that there is. The configuration was loaded with
 * `resolved`; `facts` may be NULL. `host`: the gatewarden-host for gates that
 * aren't ours; NULL: they are not proven. */
void prove(const struct conf *, const struct facts *, const char *host,
    struct rules *);

#endif
