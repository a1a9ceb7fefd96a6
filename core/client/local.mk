# core/client: gatewarden, the program that asks the daemon

# The morning's screen, which a simulation shows too.
noinst_LIBRARIES += core/client/libscreen.a
core_client_libscreen_a_SOURCES = \
	core/client/out.c core/client/out.h \
	core/client/show_backfill.c \
	core/client/show_cell.c core/client/show_status.c \
	core/client/table.c core/client/table.h \
	core/client/words.c core/client/words.h
core_client_libscreen_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)

bin_PROGRAMS += core/client/gatewarden
core_client_gatewarden_SOURCES = \
	core/client/backtest.c \
	core/client/completion.c \
	core/client/export.c \
	core/client/follow.c \
	core/client/help.c core/client/help.h \
	core/client/line.c core/client/line.h \
	core/client/local.c core/client/local.h \
	core/client/main.c \
	core/client/mdoc.c \
	core/client/rpc.c core/client/rpc.h \
	core/client/show.c core/client/show.h \
	core/client/show_act.c \
	core/client/show_attempt.c \
	core/client/show_check.c \
	core/client/show_daemon.c \
	core/client/show_events.c \
	core/client/show_explain.c \
	core/client/show_incident.c \
	core/client/show_lists.c \
	core/client/show_plugins.c \
	core/client/show_story.c \
	core/client/story_md.c core/client/story_md.h \
	core/client/talk.c core/client/talk.h \
	core/client/twice.c
core_client_gatewarden_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
core_client_gatewarden_LDADD = core/client/libscreen.a core/journal/libjournal.a \
	core/control/libcontrol.a core/base/libbase.a \
	$(JANSSON_LIBS) $(SQLITE_LIBS)

include tests/client/local.mk
