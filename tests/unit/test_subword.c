/* Subwords: learned, saved, loaded, and the same as SentencePiece's own tools cut. */
#include "base/file.h"
#include "corpora/reader.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

static char dir[] = "/tmp/test_subword.XXXXXX";
static char data[64];

/* ---- a small corpus -------------------------------------------------------------- */

static const char *const who[][2] = {
    { "The old sailor", "El viejo marinero" }, { "My sister", "Mi hermana" },
    { "A small child", "Un niño pequeño" },    { "Nobody", "Nadie" },
    { "Doctor O'Hara", "El doctor O'Hara" },   { "The café owner", "La dueña del café" },
    { "Señor Núñez", "El señor Núñez" },       { "The 27 guests", "Los 27 invitados" },
};
static const char *const does[][2] = {
    { "doesn't remember", "no recuerda" },    { "was looking for", "buscaba" },
    { "will never forget", "nunca olvidará" }, { "has already painted", "ya ha pintado" },
    { "wants to sell", "quiere vender" },     { "can't find", "no encuentra" },
    { "thinks about", "piensa en" },          { "is waiting for", "está esperando" },
};
static const char *const what[][2] = {
    { "the lighthouse.", "el faro." },             { "\"her\" umbrella!", "¡«su» paraguas!" },
    { "yesterday's train?", "¿el tren de ayer?" }, { "a naïve idea...", "una idea ingenua..." },
    { "the well-known song", "la famosa canción" }, { "100,000 stars", "100.000 estrellas" },
    { "(quite) old snow", "nieve (bastante) vieja" }, { "the garden", "el jardín" },
};

enum { LINES = 8 * 8 * 8 };

static void put_line(struct str *out, int i, int side)
{
    str_addf(out, "%s %s %s", who[i % 8][side], does[i / 8 % 8][side],
             what[i / 64 % 8][side]);
}

static int make_files(void **state)
{
    struct str text = STR_INIT;
    struct err err;
    (void)state;
    if (!mkdtemp(dir))
        return -1;
    snprintf(data, sizeof data, "%s/data.tsv", dir);
    for (int i = 0; i < LINES; i++) {
        put_line(&text, i, 0);
        str_addc(&text, '\t');
        put_line(&text, i, 1);
        str_addc(&text, '\n');
    }
    int bad = file_write(data, text.s, text.n, &err);
    str_release(&text);
    return bad;
}

static int drop_files(void **state)
{
    char command[80];
    (void)state;
    snprintf(command, sizeof command, "rm -r %s", dir);
    return system(command);
}

/* ---- helpers --------------------------------------------------------------------- */

static struct settings config(const char *text)
{
    struct settings s;
    struct err err;
    settings_init(&s);
    settings_assign(&s, "tokenizer=subword", &err);
    settings_assign(&s, "length=free", &err);
    settings_assign(&s, "arch=attention", &err);
    settings_assign(&s, "tgt_len=500", &err);
    settings_assign(&s, "subword_size=600", &err);
    assert_int_equal(settings_set(&s, "data", data, &err), 0);
    if (settings_parse(&s, text, strlen(text), "test", &err) < 0 ||
        settings_check(&s, &err) < 0)
        fail_msg("%s: %s", err.where, err.msg);
    return s;
}

static void load(struct dataset *ds, const char *text)
{
    struct settings s = config(text);
    struct err err;
    if (dataset_load(ds, &s, &err) < 0)
        fail_msg("%s: %s %s", text, err.where, err.msg);
}

/* The text comes back as `want`, after ids and in the vocabulary's range. */
static void assert_back(const struct codec *c, const char *text, const char *want)
{
    struct ids row = { 0 };
    struct str back = STR_INIT;
    struct err err;
    if (codec_encode(c, text, &row, &err) < 0)
        fail_msg("'%s': %s", text, err.msg);
    codec_decode(c, row.id, row.n, &back);
    assert_string_equal(str_cstr(&back), want);
    str_release(&back);
    ids_release(&row);
}

static void bracket(void *own, const char *piece, size_t n)
{
    str_addf(own, "[%.*s]", (int)n, piece);
}

static void barred(void *own, const char *piece, size_t n)
{
    struct str *out = own;
    str_addf(out, "%s%.*s", out->n ? "|" : "", (int)n, piece);
}

/* ---- tests ----------------------------------------------------------------------- */

/* Text that has nothing to do with what the pieces were learned from. */
static void every_text_comes_back(void **state)
{
    static const char *const models[] = { "", "subword_model = unigram\n",
                                          "subword_shared = yes\n", "reverse = yes\n" };
    static const struct { const char *text, *want; } cases[] = {
        { "The old sailor", NULL },
        { "don't \"stop\", ¿Qué? ¡Sí! «No»...", NULL },
        { "ПРИВЕТ, 世界! مرحبا שלום हिन्दी ไทย", NULL },
        { "👩‍👩‍👧 🇪🇸 e\xcc\x81", "👩‍👩‍👧 🇪🇸 é" }, /* composed */
        { "  two   blanks  ", "two blanks" },
        { "<unk> </s> <s> <0x41>", NULL },
        { "x▁y", "x y" },
        { "ﬁne ² ＡＢＣ", NULL },
        { "\x01\x7f", NULL },
        { "a\xc2\xa0" "b", NULL },
    };
    (void)state;
    for (size_t m = 0; m < ARRAY_LEN(models); m++) {
        struct dataset ds;
        load(&ds, models[m]);
        for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
            const char *want = cases[i].want ? cases[i].want : cases[i].text;
            assert_back(&ds.src, cases[i].text, want);
            assert_back(&ds.tgt, cases[i].text, want);
        }
        dataset_release(&ds);
    }
}

static void what_no_piece_covers_is_unknown_without_bytes(void **state)
{
    struct dataset ds;
    struct ids row = { 0 };
    struct str pieces = STR_INIT;
    (void)state;
    load(&ds, "subword_bytes = no\n");
    int unk = vocab_special(ds.src.vocab, VOCAB_UNK);
    assert_int_equal(codec_encode(&ds.src, "the 世界 the", &row, NULL), 0);
    assert_int_equal(row.n, 4);
    assert_int_equal(row.id[2], unk);
    codec_split(&ds.src, "the 世界 the", bracket, &pieces);
    assert_string_equal(str_cstr(&pieces), "[▁the][▁][世界][▁the]");
    assert_int_equal(ds.src_unknown.unknown, 0);
    dataset_release(&ds);
    load(&ds, "");
    assert_int_equal(codec_encode(&ds.src, "the 世界 the", &row, NULL), 0);
    assert_int_equal(row.n, 9); /* six bytes */
    dataset_release(&ds);
    str_release(&pieces);
    ids_release(&row);
}

/* Bytes that are no character, as a model may write them. */
static void broken_bytes_are_mended(void **state)
{
    struct dataset ds;
    struct str text = STR_INIT;
    (void)state;
    load(&ds, "");
    int byte = vocab_find(ds.tgt.vocab, "<0x00>", 6), the = vocab_find(ds.tgt.vocab, "▁el", 5);
    assert_true(byte > 0 && the > 0);
    codec_decode(&ds.tgt, (int[]){ the, byte + 0xc3, the, byte + 0xc3, byte + 0xa9 }, 5, &text);
    assert_string_equal(text.s, "el\xef\xbf\xbd elé");
    dataset_release(&ds);
    str_release(&text);
}

/* The same pairs every time; held-out examples teach nothing. */
static void learning_depends_on_the_training_examples_alone(void **state)
{
    static const char *const splits[] = { "tail", "random", "pair" };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(splits); i++) {
        struct dataset a, b;
        char words[80];
        snprintf(words, sizeof words, "valid = 0.5\nsplit = %s\nsubword_model = unigram\n",
                 splits[i]);
        load(&a, words);
        load(&b, words);
        json_t *one = codec_to_json(&a.tgt), *two = codec_to_json(&b.tgt);
        assert_true(json_equal(one, two));
        assert_int_equal(a.train.n, b.train.n);
        json_decref(one);
        json_decref(two);
        dataset_release(&b);
        dataset_release(&a);
    }
    struct dataset ds; /* the last 64 lines alone know of a garden */
    struct str pieces = STR_INIT;
    load(&ds, "valid = 0.125\nsplit = tail\n");
    codec_split(&ds.src, "the garden", bracket, &pieces);
    assert_null(strstr(pieces.s, "garden"));
    dataset_release(&ds);
    str_clear(&pieces);
    load(&ds, "valid = 0\n");
    codec_split(&ds.src, "the garden", bracket, &pieces);
    assert_string_equal(pieces.s, "[▁the][▁garden]");
    dataset_release(&ds);
    str_release(&pieces);
}

static void shared_sides_have_the_same_ids(void **state)
{
    struct dataset ds;
    (void)state;
    load(&ds, "subword_shared = yes\n");
    assert_int_equal(vocab_size(ds.src.vocab), vocab_size(ds.tgt.vocab));
    for (int i = 0; i < vocab_size(ds.src.vocab); i++)
        assert_string_equal(codec_piece(&ds.src, i), codec_piece(&ds.tgt, i));
    assert_true(vocab_find(ds.src.vocab, "▁the", 6) > 0);
    assert_true(vocab_find(ds.src.vocab, "▁el", 5) > 0);
    dataset_release(&ds);
}

static void json_keeps_every_cut(void **state)
{
    static const char *const models[] = { "", "subword_model = unigram\n" };
    (void)state;
    for (size_t m = 0; m < ARRAY_LEN(models); m++) {
        struct dataset ds;
        struct codec back;
        struct err err;
        struct str a = STR_INIT, b = STR_INIT;
        load(&ds, models[m]);
        json_t *json = codec_to_json(&ds.src);
        char *text = json_dumps(json, 0); /* as in the checkpoint */
        json_decref(json);
        json = json_loads(text, 0, NULL);
        assert_int_equal(codec_from_json(&back, json, &err), 0);
        for (int i = 0; i < LINES; i++) {
            struct str line = STR_INIT;
            put_line(&line, i, 0);
            codec_split(&ds.src, line.s, bracket, &a);
            codec_split(&back, line.s, bracket, &b);
            str_release(&line);
        }
        assert_string_equal(a.s, b.s);
        str_clear(&a);
        str_clear(&b);
        subword_file(ds.src.subword, &a);
        subword_file(back.subword, &b);
        assert_int_equal(a.n, b.n);
        assert_memory_equal(a.s, b.s, a.n);
        str_release(&a);
        str_release(&b);
        json_decref(json);
        free(text);
        codec_release(&back);
        dataset_release(&ds);
    }
}

static void hostile_json_is_refused(void **state)
{
    static const struct { const char *change, *says; } cases[] = {
        { "{\"model\": \"word\"}", "neither bpe nor unigram" },
        { "{\"model\": 1}", "subwords: Expected string" },
        { "{\"scores\": []}", "0 scores for" },
        { "{\"scores\": {}}", "0 scores for" },
        { "{\"scores\": [0, null]}", "score 1 is not a number" },
        { "{\"scores\": [0, 1e300]}", "score 1 is not a number" },
        { "{\"bytes\": 0}", "subwords: Expected true or false" },
    };
    struct dataset ds;
    struct codec back;
    struct err err;
    (void)state;
    load(&ds, "");
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        json_t *json = codec_to_json(&ds.src), *over = json_loads(cases[i].change, 0, NULL);
        json_object_update(json_object_get(json, "subword"), over);
        assert_int_equal(codec_from_json(&back, json, &err), -1);
        if (!strstr(err.msg, cases[i].says))
            fail_msg("%s: '%s'", cases[i].change, err.msg);
        json_decref(json);
        json_decref(over);
    }
    json_t *json = codec_to_json(&ds.src), *vocab = json_object_get(json, "vocab");
    json_t *pieces = json_object_get(vocab, "pieces");
    json_array_set_new(pieces, 70, json_string("no byte"));
    assert_int_equal(codec_from_json(&back, json, &err), -1);
    assert_non_null(strstr(err.msg, "has not all bytes"));
    json_decref(json);

    json = codec_to_json(&ds.src);
    vocab = json_object_get(json, "vocab");
    json_object_del(json_object_get(vocab, "special"), "unk");
    assert_int_equal(codec_from_json(&back, json, &err), -1);
    assert_non_null(strstr(err.msg, "has no <unk>"));
    json_decref(json);

    json = codec_to_json(&ds.src);
    json_object_del(json, "subword");
    assert_int_equal(codec_from_json(&back, json, &err), -1);
    json_decref(json);
    dataset_release(&ds);
}

/* ---- SentencePiece's own tools ---------------------------------------------------- */

/* The ids that spm_encode gives for a line, against ours. */
static void compare_line(const struct codec *c, const char *line, const char *theirs)
{
    struct ids row = { 0 };
    struct str ours = STR_INIT;
    assert_int_equal(codec_encode(c, line, &row, NULL), 0);
    for (int i = 0; i < row.n && row.id[i] != vocab_special(c->vocab, VOCAB_EOS); i++)
        str_addf(&ours, "%s%d", i ? " " : "", row.id[i]);
    assert_string_equal(str_cstr(&ours), theirs);
    str_release(&ours);
    ids_release(&row);
}

static void run(const char *line, const char *words)
{
    char command[600];
    snprintf(command, sizeof command, "cd %s && { %s %s; } 2>/dev/null", dir, line, words);
    assert_int_equal(system(command), 0);
}

/* Learned by spm_train from the same lines, cut by spm_encode: the same ids. */
static void ids_are_those_of_sentencepiece(void **state)
{
    static const struct { const char *settings, *spm; } models[] = {
        { "valid = 0\n", "--model_type=bpe --byte_fallback --bos_id=0 --eos_id=1 --unk_id=2" },
        { "valid = 0\nsubword_model = unigram\n",
          "--model_type=unigram --byte_fallback --bos_id=0 --eos_id=1 --unk_id=2" },
        { "valid = 0\nsubword_bytes = no\nspecials = all\n",
          "--model_type=bpe --pad_id=0 --bos_id=1 --eos_id=2 --unk_id=3" },
    };
    char path[64];
    (void)state;
    if (system("spm_encode --version >/dev/null 2>&1") != 0)
        skip();
    for (size_t m = 0; m < ARRAY_LEN(models); m++) {
        struct dataset ds;
        struct err err;
        struct str lines = STR_INIT, ids = STR_INIT;
        for (int i = 0; i < LINES; i++) { /* both languages: much is unknown */
            put_line(&lines, i, i & 1);
            str_addc(&lines, '\n');
        }
        snprintf(path, sizeof path, "%s/lines", dir);
        assert_int_equal(file_write(path, lines.s, lines.n, &err), 0);
        run("cut -f2 data.tsv >es; spm_train --input=es --model_prefix=m --vocab_size=600 "
            "--hard_vocab_limit=false --normalization_rule_name=identity --num_threads=2",
            models[m].spm);
        run("spm_encode --model=m.model --output_format=id <lines >ids", "");
        snprintf(path, sizeof path, "%s/ids", dir);
        assert_int_equal(file_read(path, 1 << 20, &ids, &err), 0);
        load(&ds, models[m].settings);
        char *line = lines.s, *id = ids.s;
        for (int i = 0; i < LINES; i++) {
            size_t n = strcspn(line, "\n"), k = strcspn(id, "\n");
            line[n] = id[k] = '\0';
            compare_line(&ds.tgt, line, id);
            line += n + 1;
            id += k + 1;
        }
        str_release(&lines);
        str_release(&ids);
        dataset_release(&ds);
    }
}

/* ... which read a file of ours as well. */
static void spm_encode_reads_our_file(void **state)
{
    struct dataset ds;
    struct err err;
    struct str file = STR_INIT, pieces = STR_INIT, theirs = STR_INIT;
    char path[64];
    (void)state;
    if (system("spm_encode --version >/dev/null 2>&1") != 0)
        skip();
    load(&ds, "subword_model = unigram\n");
    subword_file(ds.tgt.subword, &file);
    snprintf(path, sizeof path, "%s/ours", dir);
    assert_int_equal(file_write(path, file.s, file.n, &err), 0);
    run("echo 'El viejo marinero 世' | spm_encode --model=ours | tr ' ' '|' >pieces", "");
    snprintf(path, sizeof path, "%s/pieces", dir);
    assert_int_equal(file_read(path, 1 << 20, &theirs, &err), 0);
    str_trim(&theirs);
    codec_split(&ds.tgt, "El viejo marinero 世", barred, &pieces);
    assert_string_equal(theirs.s, pieces.s);
    str_release(&file);
    str_release(&pieces);
    str_release(&theirs);
    dataset_release(&ds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_text_comes_back),
        cmocka_unit_test(what_no_piece_covers_is_unknown_without_bytes),
        cmocka_unit_test(broken_bytes_are_mended),
        cmocka_unit_test(learning_depends_on_the_training_examples_alone),
        cmocka_unit_test(shared_sides_have_the_same_ids),
        cmocka_unit_test(json_keeps_every_cut),
        cmocka_unit_test(hostile_json_is_refused),
        cmocka_unit_test(ids_are_those_of_sentencepiece),
        cmocka_unit_test(spm_encode_reads_our_file),
    };
    return cmocka_run_group_tests_name("subword", tests, make_files, drop_files);
}
