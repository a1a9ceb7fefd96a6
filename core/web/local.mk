# core/web: gatewarden-web, pings over HTTP; where libmicrohttpd is found
if HAVE_MICROHTTPD
sbin_PROGRAMS += core/web/gatewarden-web
endif
dist_man_MANS += docs/gatewarden-web.8
core_web_gatewarden_web_SOURCES = core/web/main.c \
	core/web/ping.c core/web/ping.h core/web/rate.c core/web/rate.h \
	core/web/server.c core/web/server.h \
	core/web/tokens.c core/web/tokens.h \
	core/client/rpc.c core/client/rpc.h
core_web_gatewarden_web_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) \
	$(MICROHTTPD_CFLAGS)
core_web_gatewarden_web_LDADD = core/base/libbase.a $(JANSSON_LIBS) \
	$(MICROHTTPD_LIBS) -lm

dist_check_SCRIPTS += tests/web/ping_test.py
TESTS += tests/web/ping_test.py
