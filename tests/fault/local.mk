# tests/fault: disks and machines that fail
check_LTLIBRARIES += tests/fault/iofault.la
tests_fault_iofault_la_SOURCES = tests/fault/iofault.c
tests_fault_iofault_la_CPPFLAGS = -D_GNU_SOURCE
tests_fault_iofault_la_CFLAGS = -std=gnu11 $(WARN_CFLAGS)
tests_fault_iofault_la_LDFLAGS = -module -avoid-version -rpath /nowhere

if HAVE_CMOCKA
check_PROGRAMS += tests/fault/test-journal-crash
TESTS += tests/fault/test-journal-crash
tests_fault_test_journal_crash_SOURCES = tests/fault/test-journal-crash.c \
	$(journal_help)
tests_fault_test_journal_crash_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/tests
tests_fault_test_journal_crash_CFLAGS = $(journal_test_cflags)
tests_fault_test_journal_crash_LDADD = $(journal_test_libs)
endif
