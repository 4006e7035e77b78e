#include "ui/fmt.h"

#include <inttypes.h>
#include <math.h>

const char *fmt_count(char buf[FMT_MAX], int64_t n)
{
    char digits[FMT_MAX];
    int len, at = 0;
    if (n < 0)
        return memcpy(buf, "-", 2);
    len = snprintf(digits, sizeof digits, "%" PRId64, n);
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            buf[at++] = ',';
        buf[at++] = digits[i];
    }
    buf[at] = '\0';
    return buf;
}

/* Three significant digits, and a unit from the list once v reaches base. */
static const char *scaled(char *buf, double v, double base, const char *const *unit,
                          int n)
{
    int k = 0;
    while (k + 1 < n && v >= (base == 1024 ? 1000 : 999.5)) {
        v /= base;
        k++;
    }
    int decimals = k == 0 || v >= 99.95 ? 0 : v >= 9.995 ? 1 : 2;
    snprintf(buf, FMT_MAX, "%.*f%s", decimals, v, unit[k]);
    return buf;
}

const char *fmt_short(char buf[FMT_MAX], double v)
{
    static const char *const unit[] = { "", "k", "M", "G", "T" };
    if (!(v >= 0 && v < 1e18))
        return memcpy(buf, "-", 2);
    return scaled(buf, v, 1000, unit, ARRAY_LEN(unit));
}

const char *fmt_bytes(char buf[FMT_MAX], double n)
{
    static const char *const unit[] = { " B", " KiB", " MiB", " GiB", " TiB" };
    if (!(n >= 0 && n < 1e18))
        return memcpy(buf, "-", 2);
    return scaled(buf, n, 1024, unit, ARRAY_LEN(unit));
}

const char *fmt_real(char buf[FMT_MAX], double v)
{
    double size = fabs(v);
    if (!isfinite(v))
        return memcpy(buf, "-", 2);
    if (size != 0 && (size < 1e-3 || size >= 99999.5))
        snprintf(buf, FMT_MAX, "%.1e", v);
    else
        snprintf(buf, FMT_MAX, "%.*f", size < 9.99995 ? 4 : size < 999.995 ? 2 : 0, v);
    return buf;
}

const char *fmt_percent(char buf[FMT_MAX], double part)
{
    double tenths = floor(part * 1000 + 1e-9);
    if (!(part >= 0 && part <= 1))
        return memcpy(buf, "-", 2);
    snprintf(buf, FMT_MAX, tenths >= 1000 ? "%.0f %%" : "%.1f %%", tenths / 10);
    return buf;
}

const char *fmt_clock(char buf[FMT_MAX], double seconds)
{
    if (!(seconds >= 0 && seconds < 1e9))
        return memcpy(buf, "-", 2);
    int64_t s = (int64_t)seconds, day = 24 * 3600;
    int at = s >= day ? snprintf(buf, FMT_MAX, "%" PRId64 "d ", s / day) : 0;
    s %= day;
    snprintf(buf + at, (size_t)(FMT_MAX - at), "%02d:%02d:%02d", (int)(s / 3600),
             (int)(s / 60 % 60), (int)(s % 60));
    return buf;
}
