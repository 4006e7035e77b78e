/* golden - screens kept as text in tests/screen/golden. After a change that is meant:
 * GOLDEN=write and the test, then look at the difference. */
#ifndef TESTS_UNIT_GOLDEN_H
#define TESTS_UNIT_GOLDEN_H

const char *source(const char *name); /* the path of a file of tests/screen, static */

/* Fails unless the screen is that of golden/NAME. */
void golden_same(const char *name, const char *screen);

#endif
