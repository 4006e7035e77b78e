/*
 * fuzz - what every fuzz target defines. A target is one file; it links with
 * driver.c for `make check`, or with libFuzzer for a real hunt:
 *
 *     clang -g -O1 -fsanitize=fuzzer,address,undefined -I. -Isrc \
 *         tests/fuzz/fuzz_ckpt.c src/base/[a-z]*.c src/model/ckpt*.c \
 *         -ljansson -lunistring -lm
 *     mkdir found && ./a.out found tests/fuzz/seeds/ckpt
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include "base/base.h"

/* Reads n bytes of anything. Returns 0; what must not happen is a crash, a BUG, a
 * leak, or a second without an answer. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#endif
