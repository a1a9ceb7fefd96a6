# core/client: gatewarden, the program that asks the daemon

# The morning's screen, which a simulation shows too.
noinst_LIBRARIES += core/client/libscreen.a
core_client_libscreen_a_SOURCES = \
	core/client/out.c core/client/out.h \
	core/client/show_backfill.c \
	core/client/show_cell.c core/client/show_status.c \
	core/client/show_waive.c \
	core/client/table.c core/client/table.h \
	core/client/words.c core/client/words.h
core_client_libscreen_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)

# A report as one HTML file.
noinst_LIBRARIES += core/client/libpage.a
core_client_libpage_a_SOURCES = \
	core/client/page.c core/client/page.h core/client/page_private.h \
	core/client/page_dates.c core/client/page_html.c \
	core/client/page_lists.c core/client/page_numbers.c \
	core/client/page_plots.c core/client/page_style.c
core_client_libpage_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test-page
TESTS += tests/unit/test-page
endif
tests_unit_test_page_SOURCES = tests/unit/test-page.c
tests_unit_test_page_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_test_page_LDADD = core/client/libpage.a core/client/libscreen.a \
	core/base/libbase.a $(CMOCKA_LIBS) $(JANSSON_LIBS) -lm

bin_PROGRAMS += core/client/gatewarden
core_client_gatewarden_SOURCES = \
	core/client/apply.c core/client/apply.h \
	core/client/backtest.c \
	core/client/completion.c \
	core/client/export.c \
	core/client/follow.c \
	core/client/help.c core/client/help.h \
	core/client/install.c core/client/install.h \
	core/client/line.c core/client/line.h \
	core/client/local.c core/client/local.h \
	core/client/main.c \
	core/client/mdoc.c \
	core/client/rpc.c core/client/rpc.h \
	core/client/show.c core/client/show.h \
	core/client/show_act.c \
	core/client/show_attempt.c \
	core/client/show_check.c \
	core/client/show_coverage.c \
	core/client/show_daemon.c \
	core/client/show_dry.c \
	core/client/show_events.c \
	core/client/show_explain.c \
	core/client/show_incident.c \
	core/client/show_lists.c \
	core/client/show_doctor.c core/client/show_plugins.c \
	core/client/show_test.c \
	core/client/show_verify.c \
	core/client/verify_ci.c core/client/verify_ci.h \
	core/client/show_report.c \
	core/client/show_told.c \
	core/client/show_story.c \
	core/client/story_md.c core/client/story_md.h \
	core/client/talk.c core/client/talk.h \
	core/client/twice.c
core_client_gatewarden_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
core_client_gatewarden_LDADD = core/client/libpage.a \
	core/client/libscreen.a core/journal/libjournal.a \
	core/report/libreport.a core/calendar/libcalendar.a \
	core/control/libcontrol.a core/base/libbase.a \
	$(JANSSON_LIBS) $(SQLITE_LIBS) -lm

include tests/client/local.mk
