#include "base/crc32c.h"

uint32_t crc32c(const void *p, size_t n)
{
    const unsigned char *byte = p;
    uint32_t crc = ~0u;
    for (size_t i = 0; i < n; i++) {
        crc ^= byte[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0); /* the polynomial, reflected */
    }
    return ~crc;
}

uint32_t crc32c_masked(const void *p, size_t n)
{
    uint32_t crc = crc32c(p, n);
    return (crc >> 15 | crc << 17) + 0xa282ead8u;
}
