#!/usr/bin/env python3
"""Makes tests/golden/metrics: texts of ours, and what sacreBLEU says of them.

Needs sacrebleu 2.6.0: python3 tests/golden/make_metrics.py
"""
import os
import random

from sacrebleu.metrics import BLEU, CHRF, TER
from sacrebleu.significance import PairedTest

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "metrics")

# What is hard to tokenize, lower and count, in as many scripts as one line each allows.
REFERENCE = """\
The harbour master counted 1,204 boats, and not one of them was his.
"Where did you leave the key?" she asked; nobody answered.
It's the neighbours' dog, isn't it? The cat's bowl is empty again.
On 24.12.2019 the train left at 7:45 - ten minutes late, as usual.
Prices rose by 3.5% (or €12.50) between the 1st and the 3rd quarter.
Please write to info@example.org or see http://example.org/a_b?c=d&e=f for more.
He said: 'I won't -- not now, not ever.'
A well-known state-of-the-art trick: 2-3 drops of oil ...

Fish &amp; chips, &quot;to go&quot;, for 5 &lt; x &gt; 4 people &amp;lt; done.
The U.S. team won 4-1 in St. Louis, Mo., at 9 p.m.
x = (a+b)*c/d; y[0] = {1, 2}; z = ~x^y|w; print("#$@!")
Der Bürgermeister öffnete die größte Brücke über die Straße am Fluss.
In Österreich heißt das „Jause“ – in Bayern eher ›Brotzeit‹.
¿Dónde está la biblioteca? ¡Está a 1.500 metros, al lado del río!
El niño comió una manzana, dos peras y 3,25 kg de uvas.
L'été dernier, j'ai vu l'océan : « magnifique » ! N'est-ce pas ?
Aujourd'hui, l'homme d'affaires a payé 1 234 567,89 € sans reçu.
Città e perché: l'università è più lontana di quell'albero.
A avó não põe açúcar no café; o avô, sim.
Naïve café owners' façade, piñata and jalapeño: coöperate!
Şirin İstanbul'da IŞIK ve ılık çay içti.
Žluťoučký kůň příliš úpěl ďábelské ódy v 1. patře č. 7.
Zażółć gęślą jaźń, proszę pana (nr 12/5).
Мой дядя купил 2 билета за 1 500 ₽ в Москву - туда и обратно.
«Війна і мир» — це п'ять частин, чи не так?
Ο ΟΔΥΣΣΕΥΣ ΠΗΓΕ ΣΤΗ ΘΑΛΑΣΣΑ. Τι ώρα είναι;
Ὁ δὲ ἀνεξέταστος βίος οὐ βιωτὸς ἀνθρώπῳ.
الولد يقرأ كتابًا جديدًا، أليس كذلك؟ السعر ٣٫٥ ريال.
הילד הלך לבית הספר ב-08:30, לא?
लड़का घर गया। क्या वह १,२५० रुपये लाया?
นกตัวเล็กบินข้ามแม่น้ำในตอนเช้า ราคา ๒๕ บาท
昨天晚上，我们在河边吃了两碗面条（很好吃）。
他说：“明天三点，别迟到！”价格是￥3,500。
彼女は「駅まで歩きましょう」と言いました。三月１５日でしたか？
ﾊﾝｶｸのカタカナ・ひらがな、ＡＢＣ、１２３！㈱ ㍿ 〒100-0001
서울에서 부산까지 기차로 2시간 30분, 요금은 59,800원입니다.
Con mèo đen ngủ trên mái nhà cũ; trời lạnh 5°C.
Ẹ káàárọ̀, ọmọ mi! Ó ṣe kókó.
We saw 😀 and 👨‍👩‍👧 next to the ❤️ on a 🇪🇺 flag – twice…
½ cup + ¼ cup = ¾ cup; x² + y³ ≈ ∞, Ⅷ. ①②③
a\u0301 e\u0301 vs á é: combining marks, soft\u00adhyphen, zero\u200bwidth.
tab\tand\u00a0no-break\u2009thin\u3000wide spaces, all in one line.
a\x0bb\x0cc\x1cd\x1fe\x85f\u1680g\u2000h\u200ai\u2028j\u2029k\u202fl\u205fm\u180en\u2060o
Is this book Tom's? No, it's Mary's.
ẞtraße ǅungla ﬁne ﬂow Å Å ſ K
to be or not to be to be or not to be to be or not to be
one two three four five six seven eight nine ten eleven twelve
.
Yes
No, no, no, no!
The quick brown fox that had been sleeping under the old wooden bridge since the early \
morning woke up, stretched, looked at the river and at last walked slowly towards the \
village where the bread was still warm, while three old dogs, two of them brown, lay in the \
shade of the mill and did not even lift their heads, because they had seen that fox every day \
of that long and quiet summer and knew that it would never dare to come near the hens.
<skipped> lines and - dashes -\u2014 of -1 kinds, 10- 20 -30, 3.x, .5, 5., ,5
"""

LOOKALIKE = {" ": "\u00a0", "'": "\u2019", '"': "\u201d", "-": "\u2011", "e": "\u0435",
             ".": "\u3002", ",": "\uff0c", "a": "\u0430"}

FEW = ["left", "right", "up", "down", "go", "stop"]


def changed(line, draw, times):
    """A line with a few words taken out, put in, changed or moved."""
    words = line.split(" ")
    for _ in range(times):
        if len(words) < 2:
            break
        i, what = draw.randrange(len(words)), draw.randrange(4)
        if what == 0:
            del words[i]
        elif what == 1:
            words.insert(i, draw.choice(words))
        elif what == 2:
            words[i] = words[i][::-1]
        else:
            moved(words, draw)
    return " ".join(words)


def moved(words, draw):
    """Moves a block of up to four words."""
    i = draw.randrange(len(words))
    block = words[i:i + draw.randint(1, 4)]
    del words[i:i + len(block)]
    j = draw.randrange(len(words) + 1)
    words[j:j] = block


def reordered(line, draw):
    words = line.split(" ")
    for _ in range(3):
        moved(words, draw)
    return " ".join(words)


def bare(line, draw):
    return "".join(c for c in line.lower() if c.isalnum() or c.isspace())


def spaced(line, draw):
    return "".join(f" {c} " if not c.isalnum() and draw.random() < 0.7 else c for c in line)


def half(line, draw):
    words = line.split(" ")
    return " ".join(words[:(len(words) + 1) // 2])


def doubled(line, draw):
    return line + " and " + line.upper() + "  "


def lookalike(line, draw):
    if draw.random() < 0.1:
        return ""
    return "".join(LOOKALIKE.get(c, c) if draw.random() < 0.3 else c for c in line)


def near(close, reference, draw):
    """Now better than a text, now worse: whether they differ is hard to say."""
    lines = list(close)
    for i, line in enumerate(close):
        if i % 9 == 0:
            lines[i] = reference[i]
        elif i % 7 == 0:
            lines[i] = changed(line, draw, 2)
    return lines


def write(name, lines):
    with open(os.path.join(HERE, name), "w", encoding="utf-8", newline="") as out:
        out.write("".join(line + "\n" for line in lines))


def systems(reference):
    draw = random.Random(20)
    yield "close", [changed(x, draw, draw.choice([0, 1, 2])) for x in reference]
    yield "moved", [reordered(x, draw) for x in reference]
    yield "bare", [bare(x, draw) for x in reference]
    yield "spaced", [spaced(x, draw) for x in reference]
    yield "half", [half(x, draw) for x in reference]
    yield "doubled", [doubled(x, draw) for x in reference]
    yield "lookalike", [lookalike(x, draw) for x in reference]
    yield "elsewhere", reference[1:] + reference[:1]
    yield "nothing", ["\u2603 right" if i % 2 else "" for i in range(len(reference))]


def metrics():
    """Options of ours, and sacreBLEU's object for them."""
    for tok in ("13a", "intl", "char", "none"):
        for lower in (False, True):
            for smooth in ("exp", "floor", "add-k", "none"):
                yield (f"--metric bleu --tokenize {tok} --smooth {smooth}"
                       + " --lowercase" * lower,
                       BLEU(tokenize=tok, lowercase=lower, smooth_method=smooth))
    yield "--metric bleu --effective-order", BLEU(effective_order=True)
    yield "--metric bleu --order 2", BLEU(max_ngram_order=2)
    yield ("--metric bleu --order 6 --smooth floor --smooth-value 0.01",
           BLEU(max_ngram_order=6, smooth_method="floor", smooth_value=0.01))
    yield "--metric chrf", CHRF()
    yield "--metric chrf++", CHRF(word_order=2)
    yield "--metric chrf --word-order 1 --char-order 4", CHRF(char_order=4, word_order=1)
    yield "--metric chrf --lowercase --whitespace", CHRF(lowercase=True, whitespace=True)
    yield "--metric chrf++ --eps-smoothing --beta 3", CHRF(word_order=2, beta=3,
                                                             eps_smoothing=True)
    for normalized in (False, True):
        for no_punct in (False, True):
            for asian in (False, True):
                yield ("--metric ter" + " --ter-normalized" * normalized
                       + " --ter-no-punct" * no_punct + " --ter-asian" * asian,
                       TER(normalized, no_punct, asian))
    yield "--metric ter --ter-cased", TER(case_sensitive=True)
    yield "--metric ter --ter-cased --ter-normalized", TER(True, case_sensitive=True)


def extremes():
    """Lines where the search for moves meets its limits."""
    draw = random.Random(30)
    words = [f"w{i}" for i in range(130)]
    few = [draw.choice(FEW) for _ in range(110)]
    yield words[:2], words
    yield words[60:61] + words[2:3], words
    yield words[70:74] + words[:70] + words[74:], words
    yield words[48:52] + words[:48] + words[52:], words
    yield few[40:60] + few[:40] + few[60:], few
    yield [draw.choice(FEW) for _ in range(110)], few


def signature(metric):
    return str(metric.get_signature()).rsplit("|version", 1)[0]


def row(*columns):
    return "\t".join(str(c) for c in columns)


def main():
    os.makedirs(HERE, exist_ok=True)
    # the program reads lines as sacreBLEU's own command does: without what trails
    ref = REFERENCE.rstrip("\n").split("\n")
    draw = random.Random(10)
    second = [changed(x, draw, 2) for x in ref]
    write("ref-1", ref)
    write("ref-2", second)
    hyps = dict(systems(ref))
    for name, lines in hyps.items():
        write(f"hyp-{name}", lines)

    def strip(lines):
        return [x.rstrip() for x in lines]

    close = near(hyps["close"], ref, random.Random(40))
    write("hyp-near", close)
    texts = {name: strip(lines) for name, lines in hyps.items()}
    refs = [strip(ref), strip(second)]
    out = []
    for options, metric in metrics():
        for n in (1, 2):
            for name, lines in texts.items():
                score = metric.corpus_score(lines, refs[:n])
                out.append(row("text", options, n, name, f"{score.score:.6f}",
                               signature(metric), score._verbose))
    for options, metric in (("--metric bleu --effective-order", BLEU(effective_order=True)),
                            ("--metric chrf", CHRF()), ("--metric ter", TER())):
        for name in ("close", "moved"):
            for i, line in enumerate(texts[name]):
                score = metric.sentence_score(line, [refs[0][i], refs[1][i]]).score
                out.append(row("line", options, 2, name, f"{score:.6f}", i))
    for options, key, metric in (("--metric bleu", "BLEU", BLEU()),
                                 ("--metric chrf", "chrF2", CHRF()),
                                 ("--metric ter", "TER", TER())):
        pairs = [(n, texts[n]) for n in ("close", "moved", "spaced", "bare")]
        pairs.append(("near", strip(close)))
        found = PairedTest(pairs, {key: metric}, refs[:1], test_type="bs")()[1][key]
        for (name, _), got in zip(pairs, found):
            p = "" if got.p_value is None else f"{got.p_value:.6f}"
            out.append(row("pair", options, 1, name, f"{got.score:.6f}", f"{got.mean:.4f}",
                           f"{got.ci:.4f}", p))
    for hyp, ref_words in extremes():
        hyp, ref_words = " ".join(hyp), " ".join(ref_words)
        score = TER().sentence_score(hyp, [ref_words]).score
        out.append(row("edit", "--metric ter", 1, hyp, f"{score:.6f}", ref_words))
    write("scores.tsv", out)


main()
