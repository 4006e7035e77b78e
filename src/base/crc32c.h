/*
 * crc32c - the checksum of Castagnoli (1993), as files of TensorFlow carry it.
 */
#ifndef BASE_CRC32C_H
#define BASE_CRC32C_H

#include "base/base.h"

uint32_t crc32c(const void *p, size_t n);

/* Rotated and shifted, so that the checksum of bytes that hold one says something. */
uint32_t crc32c_masked(const void *p, size_t n);

#endif
