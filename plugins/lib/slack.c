/* SPDX-License-Identifier: BSD-2-Clause
 *
 * slack.c -- a message as Slack's blocks.
 *
 * A message is a header (plain text) and its text in fixed pitch, cut into
 * sections as Slack bounds them: 150 characters of a header, 3000 of a
 * section, about 13000 of all (undocumented; beyond it nothing is
 * delivered, so that what is longer is shortened here, and says so). What
 * notifications show is the title.
 *
 * Texts mention nobody and end no block (escape.c). Errors are names; one
 * that isn't known here may pass, as far as anybody can tell.
 */
#include "lib/slack.h"

#include "lib/escape.h"
#include "lib/message.h"
#include "lib/template.h"

enum {
	HEADER_MOST = 150, SECTION_MOST = 2900, SECTION_LEAST = 300,
	TEXT_MOST = 11500, SUMMARY_MOST = 300, TOP_MOST = 2000
};

/*------------------------------------------------------------------- blocks */

/* How much of the text fits `most`: whole lines, unless one alone is too
 * long. */
static size_t
section_length(const char *s, size_t most)
{
	struct buf trial CLEANUP_BUF = { 0 };
	size_t used = escape_slack(&trial, s, strlen(s), most), line = used;

	if (s[used] == '\0')
		return used;
	while (line > 0 && s[line - 1] != '\n')
		line--;
	return line > 0 ? line : used;
}

static json_t *
section(const struct buf *text)
{
	struct buf b CLEANUP_BUF = { 0 };

	buf_addf(&b, "```\n%s\n```", buf_str(text));
	return json_pack("{s:s, s:{s:s, s:s}}", "type", "section", "text",
	    "type", "mrkdwn", "text", buf_str(&b));
}

/* Plain text needs no escaping, but one line and a bound. */
static json_t *
header(const char *title)
{
	struct buf b CLEANUP_BUF = { 0 };

	buf_add_line(&b, title, strlen(title), HEADER_MOST - 3);
	return json_pack("{s:s, s:{s:s, s:s, s:b}}", "type", "header", "text",
	    "type", "plain_text", "text", buf_str(&b), "emoji", 0);
}

/* Where the rest can be read. */
static void
add_marker(const struct call *c, struct buf *b)
{
	buf_addf(b, "\n... (message %.20s is shortened: %.60s)",
	    param_or(c, "id", "?"), param_or(c, "look", "gatewarden status"));
}

static void
add_sections(const struct call *c, json_t *blocks, const char *text)
{
	size_t room = TEXT_MOST, most, n;

	while (*text && room >= SECTION_LEAST) {
		struct buf b CLEANUP_BUF = { 0 };

		most = room < SECTION_MOST ? room : SECTION_MOST;
		n = section_length(text, most);
		(void)escape_slack(&b, text, n, most);
		text += n;
		room -= b.len;
		while (b.len > 0 && b.s[b.len - 1] == '\n')
			b.s[--b.len] = '\0';
		if (*text && room < SECTION_LEAST)
			add_marker(c, &b);
		if (b.len > 0)
			json_array_append_new(blocks, section(&b));
	}
}

static json_t *
summary(const struct call *c)
{
	struct buf head CLEANUP_BUF = { 0 };
	struct buf b CLEANUP_BUF = { 0 };

	message_headline(c, &head);
	(void)escape_slack(&b, buf_str(&head), head.len, SUMMARY_MOST);
	return json_string(buf_str(&b));
}

static json_t *
whole(json_t *text, json_t *blocks)
{
	json_t *o = json_object();

	if (o == NULL || text == NULL || blocks == NULL)
		abort();
	json_object_set_new(o, "text", text);
	json_object_set_new(o, "blocks", blocks);
	return o;
}

static json_t *
headed(const struct call *c)
{
	json_t *blocks = json_array();
	struct buf head CLEANUP_BUF = { 0 };

	message_headline(c, &head);
	json_array_append_new(blocks, header(buf_str(&head)));
	return blocks;
}

json_t *
slack_whole(const struct call *c)
{
	json_t *blocks = headed(c);

	add_sections(c, blocks, param_or(c, "text", param_or(c, "title",
	    "a message without title")));
	return whole(summary(c), blocks);
}

json_t *
slack_top(const struct call *c)
{
	const char *why = param_or(c, "why", "");
	const char *quiet = param_or(c, "quiet", "");
	json_t *blocks = headed(c);
	struct buf b CLEANUP_BUF = { 0 };
	struct buf no CLEANUP_BUF = { 0 };

	(void)template_expand(c, message_is(c, "resolved") ?
	    "incident {incident} is over" :
	    "incident {incident}, {kind}, since {since}", TEMPLATE_SLACK, &b,
	    &no);
	if (*why) {
		buf_add(&b, "\n```\n");
		if (escape_slack(&b, why, strlen(why), TOP_MOST) <
		    strlen(why))
			buf_add(&b, "...");
		buf_add(&b, "\n```");
	}
	(void)template_expand(c, *quiet ? "\n`{look}`  `{quiet}`" :
	    "\n`{look}`", TEMPLATE_SLACK, &b, &no);
	json_array_append_new(blocks, json_pack("{s:s, s:{s:s, s:s}}", "type",
	    "section", "text", "type", "mrkdwn", "text", buf_str(&b)));
	return whole(summary(c), blocks);
}

json_t *
slack_details(const struct call *c)
{
	json_t *blocks = json_array();

	add_sections(c, blocks, param_or(c, "text", param_or(c, "title",
	    "a message without title")));
	return whole(summary(c), blocks);
}

/*------------------------------------------------------------------- errors */

static bool
is_among(const char *error, const char *const *names)
{
	for (; *names; names++)
		if (strcmp(*names, error) == 0)
			return true;
	return false;
}

int32_t
slack_class(const char *error)
{
	static const char *const config[] = { "not_authed", "invalid_auth",
		"account_inactive", "token_revoked", "token_expired",
		"no_permission", "missing_scope", "ekm_access_denied",
		"not_in_channel", "channel_not_found", "is_archived",
		"access_denied", "not_allowed_token_type", "restricted_action",
		"team_access_not_granted", "org_login_required",
		"restricted_action_read_only_channel", NULL };
	static const char *const permanent[] = { "invalid_blocks",
		"invalid_blocks_format", "invalid_arguments",
		"invalid_form_data", "invalid_json", "json_not_object",
		"invalid_post_type", "missing_post_type", "no_text",
		"msg_too_long", "msg_blocks_too_long", "too_many_attachments",
		"restricted_action_thread_locked", "thread_not_found", NULL };

	if (is_among(error, config))
		return GW_F_CONFIG;
	return is_among(error, permanent) ? GW_F_PERMANENT : GW_F_TRANSIENT;
}

bool
slack_is_gone(const char *error)
{
	static const char *const gone[] = { "message_not_found",
		"cant_update_message", "edit_window_closed",
		"channel_not_found", NULL };

	return is_among(error, gone);
}
