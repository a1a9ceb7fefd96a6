/* SPDX-License-Identifier: BSD-2-Clause
 *
 * commands.c -- what operators and outside runs ask for
 */
#include "engine/state.h"

void
take_command(struct engine *e, const struct command *c)
{
	struct effect *x = emit(e, EFFECT_REPLY, c->pipeline, c->date,
	    c->subject);

	x->u.reply.token = c->token;
	x->u.reply.code = REPLY_NO_SUCH;
}
