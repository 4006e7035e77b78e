# Tests of the C units: one cmocka program per file, run by make check.

UNIT_TESTS = \
	tests/unit/test_pool

if HAVE_CMOCKA
check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
endif

UNIT_LDADD = libseq.a $(ENGINE_LIBS) $(CMOCKA_LIBS)

tests_unit_test_pool_SOURCES = tests/unit/test_pool.c
tests_unit_test_pool_LDADD = $(UNIT_LDADD)
