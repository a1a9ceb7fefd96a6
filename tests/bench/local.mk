# tests/bench: speed as ratios of two sides in one run; `make bench`. Never
# part of `make check`: a figure is looked at, not asserted.
bench_programs = tests/bench/bench-engine tests/bench/bench-journal
EXTRA_PROGRAMS = $(bench_programs)
EXTRA_DIST += tests/bench/bench.py tests/bench/timing.h
CLEANFILES += $(bench_programs)

tests_bench_bench_engine_SOURCES = tests/bench/bench-engine.c
tests_bench_bench_engine_LDADD = core/engine/libengine.a \
	core/calendar/libcalendar.a

tests_bench_bench_journal_SOURCES = tests/bench/bench-journal.c
tests_bench_bench_journal_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_bench_bench_journal_LDADD = core/journal/libjournal.a \
	core/base/libbase.a $(JANSSON_LIBS) $(SQLITE_LIBS)

.PHONY: bench
bench: all $(bench_programs)
	$(PYTHON3) -B $(srcdir)/tests/bench/bench.py $(abs_builddir)
