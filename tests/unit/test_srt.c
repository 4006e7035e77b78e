/* Subtitle files: cues, times, what is odd about them; what a cue says. */
#include "corpora/speech.h"
#include "corpora/srt.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* "[start-end text|line] ..." of a file, and the numbers of its oddities. */
static void parses(const char *file, size_t n, const char *want)
{
    struct srt s;
    struct str got = STR_INIT;
    srt_parse(&s, file, n);
    for (int i = 0; i < s.n; i++)
        str_addf(&got, "[%ld-%ld %.*s|%ld]", s.cue[i].start, s.cue[i].end, (int)s.cue[i].n,
                 s.text.s + s.cue[i].at, s.cue[i].line);
    for (int i = 0; i < SRT_ODDITIES; i++) {
        assert_non_null(srt_oddity_text(i));
        if (s.odd[i].count)
            str_addf(&got, " %d:%dx%ld", i, s.odd[i].count, s.odd[i].line);
    }
    if (strcmp(str_cstr(&got), want))
        fail_msg("'%s', not '%s'", str_cstr(&got), want);
    str_release(&got);
    srt_release(&s);
}

#define BYTES(text) text, sizeof text - 1
#define T1 "00:00:01,000 --> 00:00:02,000\n"
#define T2 "00:00:03,000 --> 00:00:04,500\n"

static void cues_are_found(void **state)
{
    (void)state;
    parses(BYTES("1\n" T1 "Hi.\nYou.\n\n2\n" T2 "Bye.\n"),
           "[1000-2000 Hi.\nYou.|3][3000-4500 Bye.|8]");
    parses(BYTES("1\r\n00:00:01,000 --> 00:00:02,000\r\nHi.\r\n\r\n2\r\n"),
           "[1000-2000 Hi.|3]");
    parses(BYTES(T1 "Hi.\n" T2 "42\n"), "[1000-2000 Hi.|2][3000-4500 42|4]");
    parses(BYTES(T1 "42\nyes\n"), "[1000-2000 42\nyes|2]");
    parses(BYTES("1\n1:02:03,4 --> 1:02:04 X1:10\nHi.\n"), "[3723400-3724000 Hi.|3]");
    parses(BYTES("01:02,5 --> 01:03,25\nHi.\n"), "[62500-63250 Hi.|2]");
    parses(BYTES(""), "");
}

static void odd_files_are_read(void **state)
{
    char want[80];
    (void)state;
    parses(BYTES("\xef\xbb\xbf" "1\n" T1 "Hi.\r\n\r\n2\n" T2 "a\rb\n"), "[1000-2000 Hi.|3]"
           "[3000-4500 a\nb|7] 3:1x1 4:1x0");
    parses(BYTES("1\n00:00:01.000 --> 00:00:02.000\nHi.\n"), "[1000-2000 Hi.|3] 8:1x2");
    parses(BYTES(T2 "b\n\n" T1 "a\n"), "[1000-2000 a|5][3000-4500 b|2] 9:1x5");
    parses(BYTES("00:00:01,0 --> 00:00:09,0\na\n\n" T2 "b\n"),
           "[1000-9000 a|2][3000-4500 b|5] 10:1x5");
    parses(BYTES("00:00:02,0 --> 00:00:04,0\nb\n\n00:00:01,0 --> 00:00:03,0\na\n"),
           "[1000-3000 a|5][2000-4000 b|2] 9:1x5 10:1x2"); /* once they are sorted */
    parses(BYTES("00:00:03,0 --> 00:00:01,0\na\n"), "[3000-3000 a|2] 11:1x1");
    parses(BYTES(T1 "a\n\nb\n\n\n\n" T2 "c\n"), "[1000-2000 a\nb|2][3000-4500 c|9] 12:2x4");
    parses(BYTES(T1 "a\n\n\n"), "[1000-2000 a|2] 12:1x4");
    parses(BYTES(T1 "\n2\n" T2 "c\n"), "[3000-4500 c|5] 13:1x1");
    parses(BYTES("hello\n" T1 "a\n"), "[-1--1 hello|1][1000-2000 a|3] 14:1x1");
    parses(BYTES(T1 "a\n\n00:99:00,0 --> 00:00:02,0\nb\n"),
           "[1000-2000 a|2][1000-1000 b|5] 7:1x4 10:1x5");
    parses(BYTES(T1 "a\0b\n"), "[1000-2000 ab|2] 5:1x2");
    parses(BYTES("1\nHi.\n\n2\nBye.\nNow.\n\n17\n"), "[-1--1 Hi.|2][-1--1 Bye.\nNow.|5]"
           " 6:1x0");
    snprintf(want, sizeof want, "[1000-2000 café\xef\xbf\xbdéééééééééé|2] 2:1x0");
    parses(BYTES(T1 "café\xff" "éééééééééé\n"), want);
    parses(BYTES(T1 "caf\xe9\n"), "[1000-2000 café|2] 0:1x0");
}

/* ---- speech ---------------------------------------------------------------------- */

/* "name*text|" for each say, * where somebody else begins; then the bits in hex. */
static void says_in(const char *script, const char *cue, const char *want)
{
    struct speech s = { 0 };
    struct str got = STR_INIT;
    speech_parse(&s, cue, strlen(cue), script);
    for (int i = 0; i < s.n; i++)
        str_addf(&got, "%s%s%.*s|", s.say[i].name, s.say[i].other ? "*" : "",
                 (int)s.say[i].n, s.text.s + s.say[i].at);
    str_addf(&got, " %x", s.found);
    if (strcmp(got.s, want))
        fail_msg("'%s': '%s', not '%s'", cue, got.s, want);
    str_release(&got);
    speech_release(&s);
}

static void says(const char *cue, const char *want)
{
    says_in("", cue, want);
}

static void markup_is_dropped(void **state)
{
    (void)state;
    says("Hello,\n  my   friend.", "Hello, my friend.| 0");
    says("{\\an8}<i>Hello</i> <font color=\"x\">you</font>{y:i}", "Hello you| 1");
    says("{a6}Hello {a}{ab}", "Hello {a}{ab}| 1");
    says("Hi.\\N- Ho,\\hsir. C:\\new", "Hi.|*Ho, sir. C:\\new| 11");
    says("3 < 4 and 5 > 2, {sic} <3", "3 < 4 and 5 > 2, {sic} <3| 0");
    says("Rock &amp; roll &#39;n&#x27; &quot;&nope;", "Rock & roll 'n' \"&nope;| 4");
    says("[DOOR\nCLOSES] Hi (to Ann) there.", "Hi there.| 2");
    says("(SIGHS)", " 2");
    says("[one [two] three] Hi.", "Hi.| 2");
    says("not closed (yet", "not closed (yet| 0");
    says("a\xc2\xa0" "b\xe2\x80\x8b\x07" "c", "a bc| 20");
}

static void speakers_are_told(void **state)
{
    (void)state;
    says("- Hi.\n- Hello.", "*Hi.|*Hello.| 10");
    says("Hi.\n–Hello.", "Hi.|*Hello.| 10");
    says("- Hi. - Hello.", "*Hi.|*Hello.| 10");
    says("Well-known - they say.", "Well-known - they say.| 0");
    says("--and then\nwe went.", "--and then we went.| 0");
    says("JEFF: Go!\nNow!", "JEFF*Go! Now!| 8");
    says("DR. O'HARA #2:\nGo!", "DR. O'HARA #2*Go!| 8");
    says("-GENIE: Oh?\n-JD: Ah.", "GENIE*Oh?|JD*Ah.| 18");
    says("FINK and JD:\nAw.", "FINK and JD*Aw.| 8");
    says("WE and YOU and I: here", "WE and YOU and I*here| 8");
    says("A and b: here", "A and b: here| 0");
    says("Jeff: THE MEN ARE HERE", "Jeff*THE MEN ARE HERE| 8");
    says("Look: a bird.", "Look: a bird.| 0");
    says("At 10:30, THEN", "At 10:30, THEN| 0");
    says(">> PROBST: Come in.", "PROBST*Come in.| 8");
    says(">> All right.", "*All right.| 8");
    says("<3-12,MAN (TV)>Hi.\n<3-12,MAN (TV)>Ho.", "MAN (TV)*Hi. Ho.| 8");
    says("<0-0,None>Hi.", "Hi.| 0");
    says("-\nHi.", "Hi.| 0");
    says("-a\n-b\n-c\n-d\n-e\n-f\n-g\n-h\n-i", "*a|*b|*c|*d|*e|*f|*g|*h i| 410");
}

static void some_cues_say_nothing(void **state)
{
    (void)state;
    says("Subtitles by somebody", " 80");
    says("== Sync, corrected by nobody ==", " 80");
    says("Visit WwW.Example.org", " 80");
    says("@Channel", " 80");
    says("From :. Example.Com .:", " 80");
    says("file.example.net/", " 80");
    says("Wait.comrade. .com No.company.", "Wait.comrade. .com No.company.| 0");
    says("本字幕由某人制作", " 80");
    says("♪ La la\nla ♪", " 100");
    says("# La la la #", " 100");
    says("We're #1!", "We're #1!| 0");
    says("Ka\xef\xbf\xbd" "e", " 200");
}

static void lines_of_another_script_are_dropped(void **state)
{
    (void)state;
    says_in("Latin", "Good morning.\n早上好", "Good morning.| 40");
    says_in("Han", "<1-1,ANN>Good morning.\n<1-1,ANN>早上好", "ANN*早上好| 48");
    says_in("Latin", "1984...", "1984...| 0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cues_are_found),
        cmocka_unit_test(odd_files_are_read),
        cmocka_unit_test(markup_is_dropped),
        cmocka_unit_test(speakers_are_told),
        cmocka_unit_test(some_cues_say_nothing),
        cmocka_unit_test(lines_of_another_script_are_dropped),
    };
    return cmocka_run_group_tests_name("srt", tests, NULL, NULL);
}
