#include "run/tfevents.h"

#include "base/crc32c.h"
#include "base/proto.h"

/* The numbers of fields, by message. */
enum { EVENT_TIME = 1, EVENT_STEP = 2, EVENT_VERSION = 3, EVENT_SUMMARY = 5, EVENT_SESSION = 7 };
enum { SESSION_STATUS = 1, SESSION_START = 1 };
enum { SUMMARY_VALUE = 1 };
enum { VALUE_TAG = 1, VALUE_NUMBER = 2, VALUE_TENSOR = 8, VALUE_METADATA = 9 };
enum { METADATA_PLUGIN = 1 };
enum { PLUGIN_NAME = 1 };
enum { TENSOR_TYPE = 1, TENSOR_SHAPE = 2, TENSOR_STRING = 8 };
enum { SHAPE_DIM = 2 };
enum { DIM_SIZE = 1 };
enum { TYPE_STRING = 7 };

/* The payload is used up. */
static void put_record(struct str *out, struct str *payload)
{
    size_t at = out->n;
    proto_fixed(out, payload->n, 8);
    proto_fixed(out, crc32c_masked(out->s + at, 8), 4);
    str_addn(out, payload->s, payload->n);
    proto_fixed(out, crc32c_masked(payload->s, payload->n), 4);
    str_release(payload);
}

void tfevents_begin(struct str *out, double time)
{
    struct str event = STR_INIT;
    proto_double(&event, EVENT_TIME, time);
    proto_text(&event, EVENT_VERSION, "brain.Event:2");
    put_record(out, &event);
}

void tfevents_restart(struct str *out, double time, int64_t step)
{
    struct str event = STR_INIT, session = STR_INIT;
    proto_int(&session, SESSION_STATUS, SESSION_START);
    proto_double(&event, EVENT_TIME, time);
    proto_int(&event, EVENT_STEP, step);
    proto_message(&event, EVENT_SESSION, &session);
    put_record(out, &event);
}

static void put_value(struct str *out, double time, int64_t step, struct str *value)
{
    struct str event = STR_INIT, summary = STR_INIT;
    proto_message(&summary, SUMMARY_VALUE, value);
    proto_double(&event, EVENT_TIME, time);
    proto_int(&event, EVENT_STEP, step);
    proto_message(&event, EVENT_SUMMARY, &summary);
    put_record(out, &event);
}

void tfevents_scalar(struct str *out, double time, int64_t step, const char *tag, double v)
{
    struct str value = STR_INIT;
    proto_text(&value, VALUE_TAG, tag);
    proto_float(&value, VALUE_NUMBER, (float)v);
    put_value(out, time, step, &value);
}

void tfevents_text(struct str *out, double time, int64_t step, const char *tag,
                   const char *text, size_t n)
{
    struct str value = STR_INIT, tensor = STR_INIT, shape = STR_INIT, dim = STR_INIT;
    struct str metadata = STR_INIT, plugin = STR_INIT;
    proto_int(&dim, DIM_SIZE, 1);
    proto_message(&shape, SHAPE_DIM, &dim);
    proto_int(&tensor, TENSOR_TYPE, TYPE_STRING);
    proto_message(&tensor, TENSOR_SHAPE, &shape);
    proto_bytes(&tensor, TENSOR_STRING, text, n);
    proto_text(&plugin, PLUGIN_NAME, "text");
    proto_message(&metadata, METADATA_PLUGIN, &plugin);
    proto_text(&value, VALUE_TAG, tag);
    proto_message(&value, VALUE_TENSOR, &tensor);
    proto_message(&value, VALUE_METADATA, &metadata);
    put_value(out, time, step, &value);
}
