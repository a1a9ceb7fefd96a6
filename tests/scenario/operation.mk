# What operators and outside runs do to a daemon at work, on a small site:
# included by conf.d/local.mk.
operation_tests = tests/scenario/reload_test.py \
	tests/scenario/adoption_test.py tests/scenario/backfill_test.py \
	tests/scenario/permit_test.py \
	tests/scenario/modes_test.py tests/scenario/crash_test.py \
	tests/scenario/elsewhere_test.py \
	tests/scenario/outage_test.py tests/scenario/notifier_test.py \
	tests/scenario/canary_test.py tests/scenario/one_post_test.py \
	tests/scenario/told_test.py tests/scenario/waive_test.py \
	tests/scenario/storm_test.py tests/scenario/verify_test.py \
	tests/scenario/dry_run_test.py tests/scenario/apply_test.py \
	tests/scenario/heartbeat_test.py tests/scenario/beside_test.py
operation_tests += tests/scenario/verify_cloud_test.py
dist_check_SCRIPTS += $(operation_tests) tests/scenario/put.py \
	tests/scenario/lister.py
EXTRA_DIST += tests/scenario/operation.mk tests/scenario/small_site.py \
	tests/scenario/receiver.py
TESTS += $(operation_tests)
