/* SPDX-License-Identifier: BSD-2-Clause
 *
 * ask.h -- a gate, asked about inputs that are made up.
 */
#ifndef PROVE_ASK_H
#define PROVE_ASK_H

#include "prove/hosted.h"
#include "prove/prover.h"
#include "simulate/builtin.h"

/* What it said. */
struct said {
	bool told;
	enum verdict verdict;
	enum severity severity;
};

/* The gate of a configuration. One of ours is built in, one of another
 * plugin is asked in a host. */
struct asked {
	const struct prover *p;
	const struct gate_def *def;
	struct builtin *b;
	struct hosted *h;
	bool mute;              /* it has stopped answering */
	struct text why;        /* what it last remarked, or its reason */
};

/* Opens it with other options than those configured; NULL: those. Says on
 * the rule what is wrong when it refuses. True: it may be asked. */
bool ask_open(struct asked *, const struct prover *, int32_t gate,
    const json_t *options, struct rule *);
void ask_close(struct asked *);

/* One reading per input, at an instant of the stage's date. */
struct said ask(struct asked *, const struct reading *inputs, int64_t at);

#endif
