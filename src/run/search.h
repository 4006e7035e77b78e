/*
 * search - answers to a batch of questions, one token of every hypothesis at a time.
 *
 * Each question has a frontier of live hypotheses, each of them a row of one decoder
 * step. A step offers the best next tokens of every row, the strategy marks what is
 * kept, and the kept ones are the next frontier or, if they end, answers. Questions
 * that are answered leave the batch. What a question gets does not depend on the
 * others.
 *
 *     tape_start(tape, NULL, NULL);
 *     batch_make(&batch, tape->arena, ...);
 *     struct search *s = search_start(model, tape, &batch, &options, NULL);
 *     while (search_next(s))
 *         ;
 *     const struct hypothesis *a = search_answer(s, question, 0);   // the best
 *     search_free(s);
 */
#ifndef RUN_SEARCH_H
#define RUN_SEARCH_H

#include "model/model.h"
#include "run/penalty.h"
#include "run/strategy.h"
#include "run/wording.h"

/*
 * How whole answers are compared: by (gains + bonus len) / norm + coverage, where
 *   gains     less mmi times the answer's log-probability whatever the question
 *   norm      len^length, or ((5 + len) / 6)^length if gnmt (Wu et al. 2016)
 *   coverage  coverage * sum_i log(min(1, sum_t alpha_ti)) over the source (the same)
 * and len counts the tokens, </s> too. Of answers that are drawn, one that says nothing
 * comes behind all others.
 */
struct ranking {
    double length;   /* 0: longer answers are not favoured at all */
    bool gnmt;
    double coverage; /* 0: off; it needs a model with attention */
    double bonus;    /* for every token */
    double mmi;      /* what is probable whatever the question counts so much against the
                        whole (run/prior.h), beside what the gains have of it; 0: not */
};

enum { DECODE_STOP = 64 }; /* bytes of a text that ends answers, with the final NUL */

struct decode_options {
    const struct strategy *strategy;
    struct strategy_options choose;
    struct ranking rank;
    struct penalty penalty;
    struct wording_options wording;
    double mmi;      /* what is probable whatever the question counts so much against an
                        answer (run/prior.h); 0: not */
    int mmi_steps;   /* in so many tokens; 0: all */
    uint64_t seed;   /* of the draws; the same seed gives the same answer to a question */
    int max_len;     /* tokens at most; 0: what the model was trained on */
    char stop[DECODE_STOP]; /* an answer ends where it has said this; "": it does not */
    int nbest;       /* answers wanted; at least 1 */
    int show;        /* candidates to remember of each step; 0: none */
    /* What the first steps must do, -1 where they are free. Forced tokens are taken
     * whatever their probability, and use up a draw like others. Borrowed. */
    const int *forced; /* [forced_n] tokens */
    int forced_n;
    const int *attend; /* [attend_n] the source step to look at, of models that do */
    int attend_n;
    /* Of stateful models: what is known from the lines before, [model_memory()]; it stays
     * as it is (see decode_line). NULL: nothing. Borrowed by decode_start, and not read by
     * search_start, whose batch has it. */
    const real *memory;
    bool entropy;      /* measure each step's */
    bool attention;    /* remember where each token looked */
};
struct decode_options decode_defaults(void); /* argmax, T 1, no cuts, one answer */

/* Tokens of the longest answer. */
int decode_limit(const struct model *, const struct decode_options *);

/* A token of one or more hypotheses, behind those that `before` leads back to. */
struct link {
    int before;      /* number of the link before; -1: it is the first token */
    int token;
    int len;         /* tokens up to here */
    real own;        /* log-probability of this token, by the model alone */
    real p;          /* its probability after temperature, top-k, top-p and min-p */
    real entropy;    /* options.entropy: of the model's distribution, in bits */
    double bits;     /* entropies up to here, added up */
    double logp;     /* log-probability of the tokens up to here, by the model alone */
    double score;    /* their gains added up */
    double prior;    /* ranking.mmi: log-probability of them whatever the question */
    int cands;
    const struct cand *cand; /* options.show: the best that could follow `before` */
    const real *alpha;       /* options.attention: [src_len]; NULL without attention */
};

/* A complete hypothesis, or one that was cut at the greatest length. */
struct hypothesis {
    int last, group; /* its last link; the group it was found in */
    double score;    /* what answers are ordered by */
};

/* What one question has in place of options.forced and options.seed. */
struct request {
    struct ids prefix; /* tokens that the answer must begin with */
    uint64_t seed;
};

/* The batch's questions; it may go with the next tape_start, the tape is borrowed until
 * search_free. request: [rows], copied, or NULL. */
struct search *search_start(const struct model *, struct tape *, const struct batch *,
                            const struct decode_options *, const struct request *request);
int search_next(struct search *); /* 1: a token more, 0: all is answered */
void search_free(struct search *); /* NULL is fine */

/* Answers of a question, best first; those there are while it goes on. At most as many
 * as were wanted. */
int search_answers(const struct search *, int question);
const struct hypothesis *search_answer(const struct search *, int question, int rank);

/* Links, by number; borrowed until search_next. And the numbers of those that lead to
 * `last`, first token first: path[link.len], or nothing for -1. */
const struct link *search_link(const struct search *, int number);
void search_path(const struct search *, int last, int *path);
int search_links(const struct search *); /* how many there are */

/* Live hypotheses of a question: their last links, -1 at the very start, best first. */
int search_live(const struct search *, int question, const int **last);

/* What was to choose from in the last step, one question's only: of all live hypotheses,
 * group after group, best first. */
const struct cand *search_cands(const struct search *, int *n);

#endif
