/*
 * sha256 - the checksum of a file (FIPS 180-4).
 *
 *     char sum[SHA256_TEXT];
 *     if (sha256_file("fra.txt", sum, &err) < 0) ...      // 64 digits of hex
 */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include "base/err.h"

enum { SHA256_TEXT = 65 }; /* with the final NUL */

struct sha256 {
    uint32_t h[8];
    uint64_t n;              /* bytes so far */
    unsigned char block[64]; /* the last n % 64 of them */
};

void sha256_start(struct sha256 *);
void sha256_add(struct sha256 *, const void *p, size_t n);
void sha256_end(struct sha256 *, char out[SHA256_TEXT]);

int sha256_file(const char *path, char out[SHA256_TEXT], struct err *);

/* Is text a checksum: 64 digits of hex, in small letters? */
bool sha256_valid(const char *text);

#endif
