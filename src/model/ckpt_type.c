#include "model/ckpt_type.h"

#include "num/vmath.h"

#include <endian.h>
#include <math.h>

static uint16_t load16(const unsigned char *p)
{
    uint16_t v;
    memcpy(&v, p, sizeof v);
    return le16toh(v);
}

static uint32_t load32(const unsigned char *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return le32toh(v);
}

static uint64_t load64(const unsigned char *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
    return le64toh(v);
}

static void store16(unsigned char *p, uint16_t v)
{
    v = htole16(v);
    memcpy(p, &v, sizeof v);
}

static void store32(unsigned char *p, uint32_t v)
{
    v = htole32(v);
    memcpy(p, &v, sizeof v);
}

static void store64(unsigned char *p, uint64_t v)
{
    v = htole64(v);
    memcpy(p, &v, sizeof v);
}

static uint32_t bits_of(float v)
{
    uint32_t bits;
    memcpy(&bits, &v, sizeof bits);
    return bits;
}

static float from_bits(uint32_t bits)
{
    float v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

/* A 16-bit float is sign, exponent e, fraction f (of `fraction` bits). Its value is
 * (2^fraction + f) * 2^(e - bias - fraction), or f * 2^(1 - bias - fraction) if e is
 * 0; the largest e means infinity (f 0) or not a number. */

/* A 32-bit float has 13 bits of fraction more, the bias 127 instead of 15, and 255 for the
 * largest e instead of 31. Nothing here branches: a loop becomes vector code. */
static float unpack_f16(uint16_t half)
{
    uint32_t e = half >> 10 & 31, f = half & 1023, sign = (uint32_t)(half & 0x8000) << 16;
    float tiny = (float)(int)f * 0x1p-24f;
    uint32_t bits = e ? (e == 31 ? 255 : e + 127 - 15) << 23 | f << 13 : bits_of(tiny);
    return from_bits(sign | bits);
}

static uint16_t pack(double x, int fraction)
{
    int largest = (1 << (15 - fraction)) - 1, bias = largest / 2;
    uint16_t sign = signbit(x) ? 0x8000 : 0, infinite = (uint16_t)(largest << fraction);
    double a = fabs(x);
    if (isnan(x))
        return (uint16_t)(infinite + 1);
    if (a >= ldexp(1, bias + 1))
        return sign | infinite;
    int e = a > 0 ? MAX(ilogb(a), 1 - bias) : 1 - bias;
    /* in units of the last place; rounding up to the next power of two carries
     * into the exponent, and from there into infinity, by itself */
    int units = (int)rint(ldexp(a, fraction - e));
    return (uint16_t)(sign | (((e + bias - 1) << fraction) + units));
}

VEC_CLONES
static void widen_f16(const unsigned char *from, size_t n, real *to)
{
    for (size_t i = 0; i < n; i++)
        to[i] = unpack_f16(load16(from + 2 * i));
}

static void narrow_f16(const real *from, size_t n, unsigned char *to)
{
    for (size_t i = 0; i < n; i++)
        store16(to + 2 * i, pack(from[i], 10));
}

/* the upper half of a 32-bit float */
static void widen_bf16(const unsigned char *from, size_t n, real *to)
{
    for (size_t i = 0; i < n; i++)
        to[i] = from_bits((uint32_t)load16(from + 2 * i) << 16);
}

static void narrow_bf16(const real *from, size_t n, unsigned char *to)
{
    for (size_t i = 0; i < n; i++)
        store16(to + 2 * i, pack(from[i], 7));
}

static void widen_f32(const unsigned char *from, size_t n, real *to)
{
    for (size_t i = 0; i < n; i++)
        to[i] = from_bits(load32(from + 4 * i));
}

static void narrow_f32(const real *from, size_t n, unsigned char *to)
{
    for (size_t i = 0; i < n; i++)
        store32(to + 4 * i, bits_of((float)from[i]));
}

static void widen_f64(const unsigned char *from, size_t n, real *to)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t bits = load64(from + 8 * i);
        double v;
        memcpy(&v, &bits, sizeof v);
        to[i] = (real)v;
    }
}

static void narrow_f64(const real *from, size_t n, unsigned char *to)
{
    for (size_t i = 0; i < n; i++) {
        double v = from[i];
        uint64_t bits;
        memcpy(&bits, &v, sizeof bits);
        store64(to + 8 * i, bits);
    }
}

/* -127 to 127; -128, which is no weight, stands for what is no number. */
static void widen_i8(const unsigned char *from, size_t n, real *to)
{
    for (size_t i = 0; i < n; i++)
        to[i] = from[i] == 0x80 ? (real)NAN : (real)(signed char)from[i];
}

static void narrow_i8(const real *from, size_t n, unsigned char *to)
{
    for (size_t i = 0; i < n; i++)
        to[i] = isnan(from[i]) ? 0x80
                               : (unsigned char)(int)MAX(-127, MIN(127, rint((double)from[i])));
}

const struct ckpt_type_row ckpt_type_table[] = {
    [CKPT_F32] = { "F32", 4, CKPT_F32, widen_f32, narrow_f32 },
    [CKPT_F16] = { "F16", 2, CKPT_F16, widen_f16, narrow_f16 },
    [CKPT_BF16] = { "BF16", 2, CKPT_BF16, widen_bf16, narrow_bf16 },
    [CKPT_F64] = { "F64", 8, CKPT_F64, widen_f64, narrow_f64 },
    [CKPT_I32] = { "I32", 4, CKPT_I32, NULL, NULL },
    [CKPT_I64] = { "I64", 8, CKPT_I64, NULL, NULL },
    [CKPT_I8] = { "I8", 1, CKPT_I8, widen_i8, narrow_i8 },
    { "BOOL", 1, CKPT_OTHER, NULL, NULL },
    { "U8", 1, CKPT_OTHER, NULL, NULL },
    { "F8_E4M3", 1, CKPT_OTHER, NULL, NULL },
    { "F8_E5M2", 1, CKPT_OTHER, NULL, NULL },
    { "U16", 2, CKPT_OTHER, NULL, NULL },
    { "I16", 2, CKPT_OTHER, NULL, NULL },
    { "U32", 4, CKPT_OTHER, NULL, NULL },
    { "U64", 8, CKPT_OTHER, NULL, NULL },
};

const struct ckpt_type_row *ckpt_type_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(ckpt_type_table); i++)
        if (!strcmp(ckpt_type_table[i].name, name))
            return &ckpt_type_table[i];
    return NULL;
}

void ckpt_type_ints(enum ckpt_type type, const unsigned char *from, size_t n, int64_t *to)
{
    for (size_t i = 0; i < n; i++)
        to[i] = type == CKPT_I32 ? (int32_t)load32(from + 4 * i)
                                 : (int64_t)load64(from + 8 * i);
}
