#include "base/proto.h"

/* How the bytes of a value are counted; stands in the low bits of a field's key. */
enum wire { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5 };

void proto_varint(struct str *s, uint64_t v)
{
    for (; v > 127; v >>= 7)
        str_addc(s, (char)(v | 128));
    str_addc(s, (char)v);
}

void proto_fixed(struct str *s, uint64_t v, int bytes)
{
    for (int i = 0; i < bytes; i++)
        str_addc(s, (char)(v >> 8 * i));
}

void proto_fixed_float(struct str *s, float v)
{
    uint32_t bits;
    memcpy(&bits, &v, sizeof bits);
    proto_fixed(s, bits, 4);
}

static void put_key(struct str *s, int field, enum wire wire)
{
    proto_varint(s, (uint64_t)field << 3 | (uint64_t)wire);
}

void proto_int(struct str *s, int field, int64_t v)
{
    put_key(s, field, WIRE_VARINT);
    proto_varint(s, (uint64_t)v);
}

void proto_float(struct str *s, int field, float v)
{
    put_key(s, field, WIRE_32);
    proto_fixed_float(s, v);
}

void proto_double(struct str *s, int field, double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    put_key(s, field, WIRE_64);
    proto_fixed(s, bits, 8);
}

void proto_bytes(struct str *s, int field, const void *p, size_t n)
{
    put_key(s, field, WIRE_BYTES);
    proto_varint(s, n);
    str_addn(s, p, n);
}

void proto_text(struct str *s, int field, const char *text)
{
    proto_bytes(s, field, text, strlen(text));
}

void proto_message(struct str *s, int field, struct str *message)
{
    proto_bytes(s, field, str_cstr(message), message->n);
    str_release(message);
}
