# tests/bench: speed as ratios of two sides in one run; `make bench`. Never
# part of `make check`: a figure is looked at, not asserted.
bench_programs = tests/bench/bench-engine tests/bench/bench-journal \
	tests/bench/bench-report tests/bench/bench-worker \
	tests/bench/bench-http tests/bench/nothing.la
EXTRA_PROGRAMS = tests/bench/bench-engine tests/bench/bench-journal \
	tests/bench/bench-report tests/bench/bench-worker
EXTRA_PROGRAMS += tests/bench/bench-http
EXTRA_LTLIBRARIES = tests/bench/nothing.la
EXTRA_DIST += tests/bench/bench.py tests/bench/told.py \
	tests/bench/asked.py \
	tests/bench/timing.h
CLEANFILES += $(bench_programs)

tests_bench_bench_engine_SOURCES = tests/bench/bench-engine.c
tests_bench_bench_engine_LDADD = core/engine/libengine.a \
	core/calendar/libcalendar.a

tests_bench_bench_journal_SOURCES = tests/bench/bench-journal.c
tests_bench_bench_journal_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_bench_bench_journal_LDADD = core/journal/libjournal.a \
	core/base/libbase.a $(JANSSON_LIBS) $(SQLITE_LIBS)

tests_bench_bench_report_SOURCES = tests/bench/bench-report.c
tests_bench_bench_report_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_bench_bench_report_LDADD = $(report_libs)

tests_bench_bench_worker_SOURCES = tests/bench/bench-worker.c
tests_bench_bench_worker_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) \
	$(LIBUV_CFLAGS)
tests_bench_bench_worker_LDADD = core/worker/libworker.a \
	core/base/libbase.a $(JANSSON_LIBS) $(LIBUV_LIBS)

tests_bench_bench_http_SOURCES = tests/bench/bench-http.c
tests_bench_bench_http_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) \
	$(LIBUV_CFLAGS)
tests_bench_bench_http_LDADD = core/worker/libworker.a \
	core/base/libbase.a $(JANSSON_LIBS) $(LIBUV_LIBS)

tests_bench_nothing_la_SOURCES = tests/bench/nothing.c
tests_bench_nothing_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version \
	-shared -rpath /nowhere

.PHONY: bench
bench: all $(bench_programs) tests/property/test-engine-random
	$(PYTHON3) -B $(srcdir)/tests/bench/bench.py $(abs_builddir)
