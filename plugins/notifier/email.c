/* SPDX-License-Identifier: BSD-2-Clause
 *
 * email.c -- notifier `email`: SMTP.
 *
 * A message is text and HTML of the same words. It is delivered when the
 * server has taken it (250 after the data). Of several recipients one that
 * is refused doesn't lose the mail for the others: it is named in the remark;
 * all refused is a failure. 4yz is worth another try, 5yz isn't.
 *
 * By default the connection has to become TLS (STARTTLS) and the server's
 * name has to match its certificate; smtps:// begins with TLS. A server that
 * doesn't offer it gets nothing, above all no password: "none" has to be
 * written.
 *
 * The Message-ID is the same for all tries of a message, and all messages of
 * an incident refer to one id, so that mail programs show one conversation.
 */
#include <curl/curl.h>
#include <time.h>

#include "lib/call.h"
#include "lib/mail.h"
#include "lib/strings.h"
#include "lib/template.h"

enum { SUBJECT_MOST = 200, CONNECT_MS = 10000, SHOWN_MOST = 200,
	CLOSE_MS = 100 };

struct email {
	const struct gw_host *host;
};

/* What is seen of the conversation. */
struct session {
	const struct call *call;
	struct buf refused;     /* recipients */
	struct buf reply;       /* the last bad one */
	struct buf asked;       /* the recipient who is being asked about */
	int32_t n_refused;
	long code;              /* of the last reply; 0: a good one */
	bool more;              /* lines of it follow */
	bool later;             /* a recipient may be taken another time */
	bool over;              /* we have said goodbye */
};

static void
session_free(struct session *s)
{
	buf_free(&s->refused);
	buf_free(&s->reply);
	buf_free(&s->asked);
}

/*------------------------------------------------------------- conversation */

static void
note_reply(struct session *s, const char *line, size_t len)
{
	bool first = !s->more;

	s->more = len > 3 && line[3] == '-';
	if (len < 3 || !first || s->over)
		return;
	s->code = line[0] == '4' || line[0] == '5' ? strtol(line, NULL, 10) :
	    0;
	if (s->code == 0)
		return;
	s->later |= s->asked.len > 0 && line[0] == '4';
	buf_clear(&s->reply);
	buf_add_line(&s->reply, line, strcspn(line, "\r\n") < len ?
	    strcspn(line, "\r\n") : len, SHOWN_MOST);
	if (s->asked.len == 0)
		return;
	buf_addf(&s->refused, "%s%s", s->n_refused++ ? ", " : "",
	    buf_str(&s->asked));
}

/* libcurl says each line that it sends and gets; data isn't looked at. */
static int
watch(CURL *h, curl_infotype type, char *bytes, size_t len, void *arg)
{
	static const char rcpt[] = "RCPT TO:<";
	struct session *s = arg;
	char *line CLEANUP_FREE = NULL;
	size_t n = sizeof rcpt - 1;

	(void)h;
	if (type != CURLINFO_HEADER_IN && type != CURLINFO_HEADER_OUT)
		return 0;
	line = mem_new(len + 1, 1);
	memcpy(line, bytes, len);
	if (type == CURLINFO_HEADER_IN) {
		note_reply(s, line, len);
		return 0;
	}
	buf_clear(&s->asked);
	s->over |= strncmp(line, "QUIT", 4) == 0;
	s->later &= strncmp(line, "DATA", 4) != 0;      /* one was taken */
	if (strncmp(line, rcpt, n) == 0)
		buf_addn(&s->asked, line + n, strcspn(line + n, ">"));
	return 0;
}

static int
progress(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	const struct session *s = arg;

	(void)a;
	(void)b;
	(void)c;
	(void)d;
	return call_left(s->call) == 0;
}

static void
free_curl(CURL **h)
{
	curl_easy_cleanup(*h);
}

static void
free_list(struct curl_slist **l)
{
	curl_slist_free_all(*l);
}

static void
free_mime(curl_mime **m)
{
	curl_mime_free(*m);
}

static void
append(struct curl_slist **list, const char *s)
{
	struct curl_slist *grown = curl_slist_append(*list, s);

	if (grown == NULL)
		abort();
	*list = grown;
}

/*------------------------------------------------------------------ message */

static void
append_header(struct curl_slist **list, const char *name, const char *text)
{
	struct buf b CLEANUP_BUF = { 0 };

	mail_header(&b, name, text, SUBJECT_MOST);
	append(list, buf_str(&b));
}

/* Ids are made of numbers and the configuration's names, "@domain" of the
 * sender's. */
static void
append_ids(const struct call *c, struct curl_slist **list, const char *from)
{
	const char *domain = strrchr(from, '@');
	const char *incident = param_or(c, "incident", "");
	struct buf b CLEANUP_BUF = { 0 };
	struct buf who CLEANUP_BUF = { 0 };
	const char *p;

	for (p = param_or(c, "instance", "email"); *p; p++)
		buf_addf(&who, "%c", strchr("<>@ \t\r\n", *p) ||
		    (unsigned char)*p >= 0x7f ? '_' : *p);
	buf_addf(&b, "Message-ID: <gatewarden.%.20s.%s%s>",
	    param_or(c, "id", "0"), buf_str(&who), domain);
	append(list, buf_str(&b));
	if (*incident == '\0' || strcmp(incident, "0") == 0)
		return;
	buf_clear(&b);
	buf_addf(&b, "References: <gatewarden.incident.%.20s.%s%s>",
	    incident, buf_str(&who), domain);
	append(list, buf_str(&b));
}

static struct curl_slist *
headers(const struct call *c, const char *from)
{
	struct curl_slist *list = NULL;
	struct buf b CLEANUP_BUF = { 0 };
	char date[MAIL_DATE_TEXT];
	uint32_t n = c->host->count(c->ctx, "to"), i;

	buf_addf(&b, "From: %s", from);         /* an address, as it is */
	append(&list, buf_str(&b));
	buf_clear(&b);
	for (i = 0; i < n; i++)
		buf_addf(&b, "%s%s", i ? ",\r\n " : "To: ",
		    c->host->item(c->ctx, "to", i));
	append(&list, buf_str(&b));
	buf_clear(&b);
	buf_addf(&b, "[%s] %s %s: %s", param_or(c, "severity", "message"),
	    param_or(c, "pipeline", "gatewarden"), param_or(c, "date", ""),
	    param_or(c, "title", "a message without title"));
	append_header(&list, "Subject", buf_str(&b));
	/* of the sending, in real time: a demonstration's clock would make
	 * it spam */
	buf_clear(&b);
	buf_addf(&b, "Date: %s", mail_date((int64_t)time(NULL) * 1000,
	    date));
	append(&list, buf_str(&b));
	append_ids(c, &list, from);
	append(&list, "Auto-Submitted: auto-generated");
	if (strcmp(param_or(c, "severity", ""), "critical") == 0)
		append(&list, "Importance: high");
	return list;
}

static const char *
colour(const char *severity)
{
	if (strcmp(severity, "critical") == 0)
		return "#b3261e";
	return strcmp(severity, "warning") == 0 ? "#b26a00" : "#3a6ea5";
}

/* Old mail programs know inline styles and little else. */
static void
add_html(const struct call *c, struct buf *b)
{
	static const char page[] = ";padding-left:10px\">"
	    "<strong>{severity}</strong> {pipeline} {date}<br>{title}</p>"
	    "<pre style=\"font-size:13px;white-space:pre-wrap\">{text}</pre>"
	    "</body></html>\n";
	struct buf why CLEANUP_BUF = { 0 };

	buf_add(b, "<!DOCTYPE html><html><head><meta charset=\"utf-8\">"
	    "<meta name=\"color-scheme\" content=\"light dark\"></head>"
	    "<body style=\"font-family:system-ui,sans-serif\">"
	    "<p style=\"border-left:6px solid ");
	buf_add(b, colour(param_or(c, "severity", "message")));
	(void)template_expand(c, page, TEMPLATE_HTML, b, &why);
}

static void
add_part(curl_mime *m, const char *type, const char *text)
{
	curl_mimepart *p = curl_mime_addpart(m);

	if (p == NULL ||
	    curl_mime_data(p, text, CURL_ZERO_TERMINATED) != CURLE_OK ||
	    curl_mime_type(p, type) != CURLE_OK ||
	    curl_mime_encoder(p, "quoted-printable") != CURLE_OK)
		abort();
}

/* The last part is what a program prefers that can show both. */
static curl_mime *
body(CURL *h, const struct call *c)
{
	curl_mime *whole = curl_mime_init(h), *both = curl_mime_init(h);
	curl_mimepart *p;
	struct buf html CLEANUP_BUF = { 0 };

	if (whole == NULL || both == NULL)
		abort();
	add_html(c, &html);
	add_part(both, "text/plain; charset=utf-8",
	    param_or(c, "text", param_or(c, "title", "")));
	add_part(both, "text/html; charset=utf-8", buf_str(&html));
	p = curl_mime_addpart(whole);
	if (p == NULL || curl_mime_subparts(p, both) != CURLE_OK ||
	    curl_mime_type(p, "multipart/alternative") != CURLE_OK)
		abort();
	return whole;
}

/*------------------------------------------------------------------ sending */

static void
set_up(CURL *h, struct session *s, char *error)
{
	const struct call *c = s->call;
	const char *user = c->host->text(c->ctx, "user");
	const char *ca = c->host->text(c->ctx, "ca_file");
	int64_t left = call_left(c);

	curl_easy_setopt(h, CURLOPT_URL, c->host->text(c->ctx, "server"));
	curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(h, CURLOPT_PROXY, "");
	curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, (long)(left > 0 ? left : 1));
	curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
	curl_easy_setopt(h, CURLOPT_ERRORBUFFER, error);
	curl_easy_setopt(h, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(h, CURLOPT_XFERINFOFUNCTION, progress);
	curl_easy_setopt(h, CURLOPT_XFERINFODATA, s);
	curl_easy_setopt(h, CURLOPT_VERBOSE, 1L);
	curl_easy_setopt(h, CURLOPT_DEBUGFUNCTION, watch);
	curl_easy_setopt(h, CURLOPT_DEBUGDATA, s);
	curl_easy_setopt(h, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
	if (strcmp(option_or(c->host, c->ctx, "tls", ""), "none") != 0)
		curl_easy_setopt(h, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
	if (ca)
		curl_easy_setopt(h, CURLOPT_CAINFO, ca);
	if (user == NULL)
		return;
	curl_easy_setopt(h, CURLOPT_USERNAME, user);
	curl_easy_setopt(h, CURLOPT_PASSWORD, option_or(c->host, c->ctx,
	    "password", ""));
}

static int32_t
class_of(const struct session *s, CURLcode code)
{
	switch (code) {
	case CURLE_LOGIN_DENIED:
	case CURLE_USE_SSL_FAILED:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
		return GW_F_CONFIG;
	default:
		return s->code >= 500 && !s->later ? GW_F_PERMANENT :
		    GW_F_TRANSIENT;
	}
}

static int32_t
judge(const struct session *s, CURLcode code, const char *error)
{
	const struct call *c = s->call;
	struct buf why CLEANUP_BUF = { 0 };

	if (code == CURLE_OK && s->n_refused > 0)
		c->host->remark(c->ctx, "delivered, but not to %s: %s",
		    buf_str(&s->refused), buf_str(&s->reply));
	if (code == CURLE_OK)
		return GW_OK;
	if (call_left(c) < (code == CURLE_OPERATION_TIMEDOUT ? CLOSE_MS : 1))
		buf_addf(&why, "not delivered: %s", call_ended_why(c));
	else if (s->code)
		buf_addf(&why, "the mail server answered %s",
		    buf_str(&s->reply));
	else
		buf_addf(&why, "not delivered: %s",
		    *error ? error : curl_easy_strerror(code));
	return call_failed(c, class_of(s, code), 0, &why);
}

static int32_t
email_call(struct gw_ctx *ctx, void *self)
{
	const struct email *e = self;
	struct call c = call_begin(e->host, ctx);
	struct session s CLEANUP(session_free) = { .call = &c };
	CURL *h CLEANUP(free_curl) = curl_easy_init();
	struct curl_slist *to CLEANUP(free_list) = NULL;
	struct curl_slist *head CLEANUP(free_list) = NULL;
	curl_mime *mime CLEANUP(free_mime) = NULL;
	const char *from = option_or(e->host, ctx, "from", "");
	uint32_t n = e->host->count(ctx, "to"), i;
	char error[CURL_ERROR_SIZE] = "";

	if (h == NULL)
		abort();
	set_up(h, &s, error);
	for (i = 0; i < n; i++)
		append(&to, e->host->item(ctx, "to", i));
	head = headers(&c, from);
	mime = body(h, &c);
	curl_easy_setopt(h, CURLOPT_MAIL_FROM, from);
	curl_easy_setopt(h, CURLOPT_MAIL_RCPT, to);
	curl_easy_setopt(h, CURLOPT_HTTPHEADER, head);
	curl_easy_setopt(h, CURLOPT_MIMEPOST, mime);
	return judge(&s, curl_easy_perform(h), error);
}

/*--------------------------------------------------------------------- life */

static bool
check_server(const char *url, struct buf *why)
{
	CURLU *u = curl_url();
	char *scheme = NULL, *path = NULL;
	bool ok = u && curl_url_set(u, CURLUPART_URL, url,
	    CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_PATH, &path, 0) == CURLUE_OK &&
	    (strcmp(scheme, "smtp") == 0 || strcmp(scheme, "smtps") == 0);

	curl_free(scheme);
	curl_free(path);
	curl_url_cleanup(u);
	if (!ok)
		buf_add(why, "server: expected smtp://HOST:PORT, or "
		    "smtps://HOST:PORT for TLS from the start");
	return ok;
}

static bool
check(const struct gw_host *host, struct gw_ctx *ctx, struct buf *why)
{
	uint32_t n = host->count(ctx, "to"), i;
	const char *one = option_or(host, ctx, "from", "");

	if (!check_server(option_or(host, ctx, "server", ""), why))
		return false;
	for (i = 0; mail_address(one); i++) {
		if (i == n)
			break;
		one = host->item(ctx, "to", i);
	}
	if (!mail_address(one))
		buf_addf(why, "%s: expected name@domain",
		    i == 0 ? "from" : "to");
	else if (n == 0)
		buf_add(why, "to: nobody gets the mail");
	else if (host->text(ctx, "user") && !host->text(ctx, "password"))
		buf_add(why, "user: without a password");
	return why->len == 0;
}

static int32_t
email_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	struct buf why CLEANUP_BUF = { 0 };
	struct email *e;

	if (!check(host, ctx, &why))
		return open_failed(host, ctx, &why);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		abort();
	e = mem_new(1, sizeof *e);
	e->host = host;
	*ret_self = e;
	return GW_OK;
}

static void
email_close(struct gw_ctx *ctx, void *self)
{
	(void)ctx;
	free(self);
	curl_global_cleanup();
}

static const char *const tls_modes[] = { "required", "none", NULL };

static const struct gw_option options[] = {
	{ .name = "server", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "smtp://HOST:PORT, or smtps://HOST:PORT for TLS from the "
	      "start" },
	{ .name = "tls", .type = GW_T_ENUM, .fallback = "required",
	  .choices = tls_modes,
	  .help = "required: nothing is sent before the connection is TLS" },
	{ .name = "ca_file", .type = GW_T_STRING,
	  .help = "certificates to trust instead of the system's" },
	{ .name = "user", .type = GW_T_STRING,
	  .help = "who logs in; none: nobody" },
	{ .name = "password", .type = GW_T_SECRET,
	  .help = "of the user, as \"file:/path\", \"env:NAME\" or "
	      "\"cred:NAME\"" },
	{ .name = "from", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "the sender's address" },
	{ .name = "to", .type = GW_T_LIST, .flags = GW_REQUIRED,
	  .help = "the recipients' addresses" },
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_NOTIFIER, .name = "email", .version = "1",
	.summary = "sends messages by SMTP",
	.options = options, .open = email_open, .call = email_call,
	.close = email_close
);
