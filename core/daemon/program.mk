# gatewardend
sbin_PROGRAMS += core/daemon/gatewardend
core_daemon_gatewardend_SOURCES = core/daemon/main.c \
	core/daemon/check.c core/daemon/check.h \
	core/daemon/proofs.c core/daemon/proofs.h \
	core/daemon/verify_main.c core/daemon/verify_main.h
core_daemon_gatewardend_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) \
	$(LIBUV_CFLAGS)
core_daemon_gatewardend_LDADD = core/daemon/libsupervisor.a \
	core/daemon/libverbs.a core/report/libreport.a \
	core/daemon/librows.a \
	core/notify/libnotify.a \
	core/control/libcontrol.a core/worker/libworker.a \
	core/journal/libjournal.a core/engine/libengine.a \
	$(conf_libs) $(LIBUV_LIBS) $(SQLITE_LIBS)

dist_check_SCRIPTS += tests/daemon/program_test.py tests/daemon/quarantine_test.py \
	tests/daemon/spending_test.py
TESTS += tests/daemon/program_test.py tests/daemon/quarantine_test.py \
	tests/daemon/spending_test.py

# what it is asked with; not installed
check_LTLIBRARIES += tests/daemon/costs.la
tests_daemon_costs_la_SOURCES = tests/daemon/costs.c
tests_daemon_costs_la_CPPFLAGS = -I$(top_srcdir)/sdk/include
tests_daemon_costs_la_CFLAGS = $(AM_CFLAGS)
tests_daemon_costs_la_LDFLAGS = -module -avoid-version -rpath /nowhere
