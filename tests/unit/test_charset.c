/* Encodings found by content: what is written in one is read as that one. */
#include "corpora/charset.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <iconv.h>

/* text in another encoding; the caller releases out. */
static void encode(const char *to, const char *text, struct str *out)
{
    char room[2000], *in = (char *)text, *p = room;
    size_t n = strlen(text), left = sizeof room;
    iconv_t cd = iconv_open(to, "UTF-8");
    assert_true(cd != (iconv_t)-1);
    if (iconv(cd, &in, &n, &p, &left) == (size_t)-1)
        fail_msg("'%s' cannot be written in %s", in, to);
    iconv_close(cd);
    str_addn(out, room, sizeof room - left);
}

static const struct {
    const char *page, *text;
} texts[] = {
    { "CP1252", "Où est-ce que tu étais ? Je t'ai cherché partout, ça m'a inquiété, mère." },
    { "CP1252", "Ich weiß nicht, was ich dafür hätte tun können. Schöne Grüße!" },
    { "CP1252", "¿Qué pasó mañana? No sé, señor, está aquí… ¡Adiós!" },
    { "CP1252", "Não sei. A situação está difícil, mas amanhã você verá a solução." },
    { "CP1252", "Perché non c'è più? È già così, però la verità è un'altra." },
    { "CP1252", "Vad gör du här? Jag förstår inte, vi måste gå på en gång. Å nej!" },
    { "CP1252", "Hva gjør du? Jeg må gå nå. Det er på tide å være ærlig, kjære søster." },
    { "CP1252", "is quite partial to the salad niçoise." },
    { "CP1250", "Příliš žluťoučký kůň úpěl ďábelské ódy. Kde jsi byl včera večer?" },
    { "CP1250", "Gdzie byłeś wczoraj? Szukałem cię wszędzie, mówiłem że będę później." },
    { "CP1250", "Hol voltál? Mindenütt kerestelek, őszintén szólva nagyon féltem, ünnep után." },
    { "CP1250", "Unde ai fost? Te-am căutat peste tot şi am fost îngrijorată, aşa că înţeleg." },
    { "CP1250", "Gdje si bio? Tražio sam te svuda, čekao sam i već sam mislio da nećeš doći." },
    { "CP1251", "Где ты был? Я тебя везде искал, я очень волновался." },
    { "CP1251", "Де ти був? Я тебе всюди шукав, я дуже хвилювався, мій їжачок." },
    { "CP1253", "Πού ήσουν; Σε έψαχνα παντού, ανησύχησα πολύ για σένα." },
    { "CP1254", "Neredeydin? Seni her yerde aradım, çok merak ettim. İyi misin? Işığı aç, şimdi." },
    { "CP1255", "איפה היית? חיפשתי אותך בכל מקום, דאגתי מאוד." },
    { "CP1256", "أين كنت؟ بحثت عنك في كل مكان، كنت قلقا جدا عليك." },
    { "CP1256", "کجا بودي؟ همه جا دنبالت گشتم، خيلي نگران شدم. چي شده؟" },
    { "CP1257", "Kur buvai? Visur tavęs ieškojau, labai nerimavau, nežinojau ką daryti, žmogau." },
    { "CP1257", "Kur tu biji? Es tevi visur meklēju, ļoti uztraucos un gaidīju šeit, mīļais." },
};

static void code_pages_are_told_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct str bytes = STR_INIT, back = STR_INIT;
        struct charset_found found;
        encode(texts[i].page, texts[i].text, &bytes);
        charset_decode(bytes.s, bytes.n, &back, &found);
        if (strcmp(str_cstr(&back), texts[i].text))
            fail_msg("%s read as %s: '%s'", texts[i].page, found.name, str_cstr(&back));
        assert_int_equal(found.bad, 0);
        assert_false(found.doubtful || found.bom);
        str_release(&bytes);
        str_release(&back);
    }
}

static void reads(const void *bytes, size_t n, const char *name, bool bom, long bad,
                  const char *want)
{
    struct str text = STR_INIT;
    struct charset_found found;
    charset_decode(bytes, n, &text, &found);
    assert_string_equal(found.name, name);
    assert_string_equal(str_cstr(&text), want);
    assert_int_equal(found.bom, bom);
    assert_int_equal(found.bad, bad);
    str_release(&text);
}

#define BYTES(text) text, sizeof text - 1

static void unicode_is_read(void **state)
{
    (void)state;
    reads("", 0, "UTF-8", false, 0, "");
    reads(BYTES("plain"), "UTF-8", false, 0, "plain");
    reads(BYTES("\xef\xbb\xbf" "caf\xc3\xa9"), "UTF-8", true, 0, "café");
    reads(BYTES("\xff\xfe" "a\0\x3d\xd8\x00\xde"), "UTF-16LE", true, 0, "a\U0001f600");
    reads(BYTES("\xfe\xff" "\0a\0b"), "UTF-16BE", true, 0, "ab");
    reads(BYTES("a\0b\0c\0"), "UTF-16LE", false, 0, "abc");
    reads(BYTES("\0a\0b\0c"), "UTF-16BE", false, 0, "abc");
}

static void what_is_broken_is_counted(void **state)
{
    (void)state;
    reads(BYTES("\xff\xfe" "a\0\x3d\xd8" "b\0"), "UTF-16LE", true, 1, "a\xef\xbf\xbd" "b");
    reads(BYTES("\xff\xfe" "a\0b"), "UTF-16LE", true, 1, "a");
    reads(BYTES("äöüßäöüßäö\xff!"), "UTF-8", false, 1, "äöüßäöüßäö\xef\xbf\xbd!");
    reads(BYTES("\xef\xbb\xbf\x80"), "UTF-8", true, 1, "\xef\xbf\xbd");
    struct str text = STR_INIT;
    struct charset_found found;
    charset_decode(BYTES("a\x81z\x8dq\xd0w\x9d"), &text, &found);
    assert_true(found.doubtful);
    str_release(&text);
}

static void named_encodings_convert(void **state)
{
    (void)state;
    struct str text = STR_INIT;
    struct err err;
    assert_int_equal(charset_convert("ISO-8859-1", "caf\xe9", 4, &text, &err), 0);
    assert_string_equal(text.s, "café");
    assert_int_equal(charset_convert("none", "a", 1, &text, &err), -1);
    assert_string_equal(err.msg, "the encoding 'none' is not known here");
    assert_int_equal(charset_convert("UTF-8", "a\xff", 2, &text, &err), -1);
    assert_string_equal(err.msg, "bytes that are no UTF-8");
    str_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(code_pages_are_told_apart),
        cmocka_unit_test(unicode_is_read),
        cmocka_unit_test(what_is_broken_is_counted),
        cmocka_unit_test(named_encodings_convert),
    };
    return cmocka_run_group_tests_name("charset", tests, NULL, NULL);
}
