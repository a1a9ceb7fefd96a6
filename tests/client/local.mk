# tests/client: the program against a daemon that gives canned answers, and
# against the real one
TESTS += tests/client/client_test.py tests/client/manual_test.py \
	tests/client/real_test.py
dist_check_SCRIPTS += tests/client/client_test.py \
	tests/client/manual_test.py tests/client/real_test.py
EXTRA_DIST += tests/client/answers.py tests/client/fake.py \
	tests/client/golden
