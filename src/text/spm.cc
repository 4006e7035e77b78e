#include "text/spm.h"

#include <cstdio>
#include <exception>
#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>

struct spm {
    sentencepiece::SentencePieceProcessor processor;
};

namespace {

using sentencepiece::util::Status;

class Texts : public sentencepiece::SentenceIterator {
  public:
    Texts(char *const *text, int n) : text_(text), n_(n) { load(); }
    bool done() const override { return at_ == n_; }
    void Next() override
    {
        at_++;
        load();
    }
    const std::string &value() const override { return now_; }
    Status status() const override { return Status(); }

  private:
    void load()
    {
        if (at_ < n_)
            now_ = text_[at_];
    }
    char *const *text_;
    int n_, at_ = 0;
    std::string now_;
};

int fail(const char *reason, char *why, size_t size)
{
    std::snprintf(why, size, "%s", reason);
    return -1;
}

/* Sums of unigram training depend on the number of threads: it is always the same. */
std::unordered_map<std::string, std::string> arguments(const spm_spec &s)
{
    return {
        { "model_type", s.bpe ? "bpe" : "unigram" },
        { "vocab_size", std::to_string(s.size) },
        { "hard_vocab_limit", "false" },
        { "character_coverage", std::to_string(s.cover) },
        { "byte_fallback", s.bytes ? "true" : "false" },
        { "normalization_rule_name", "identity" },
        { "max_sentence_length", "1000000" },
        { "num_threads", "2" },
        { "pad_id", std::to_string(s.pad) },
        { "bos_id", std::to_string(s.sos) },
        { "eos_id", std::to_string(s.eos) },
        { "unk_id", std::to_string(s.unk) },
        { "minloglevel", "3" },
    };
}

void learn(const spm_spec &s, char *const *text, int n, spm_piece *put,
           void *own, Status *status)
{
    std::string proto;
    Texts texts(text, n);
    sentencepiece::SentencePieceProcessor p;
    *status = sentencepiece::SentencePieceTrainer::Train(arguments(s), &texts, &proto);
    if (status->ok())
        *status = p.LoadFromSerializedProto(proto);
    for (int id = 0; status->ok() && id < p.GetPieceSize(); id++) {
        const std::string &piece = p.IdToPiece(id);
        put(own, piece.data(), piece.size(), p.GetScore(id));
    }
}

} // namespace

int spm_learn(const struct spm_spec *s, char *const *text, int n, spm_piece *put,
              void *own, char *why, size_t size)
{
    try {
        Status status;
        learn(*s, text, n, put, own, &status);
        return status.ok() ? 0 : fail(status.message(), why, size);
    } catch (const std::exception &e) {
        return fail(e.what(), why, size);
    }
}

struct spm *spm_new(const char *proto, size_t n, char *why, size_t size)
{
    try {
        auto p = std::make_unique<spm>();
        Status status = p->processor.LoadFromSerializedProto(std::string_view(proto, n));
        if (status.ok())
            return p.release();
        fail(status.message(), why, size);
    } catch (const std::exception &e) {
        fail(e.what(), why, size);
    }
    return nullptr;
}

void spm_free(struct spm *p)
{
    delete p;
}

void spm_split(const struct spm *p, const char *text, size_t n,
               void (*put)(void *own, const char *piece, size_t n), void *own)
{
    std::vector<std::string> pieces;
    p->processor.Encode(std::string_view(text, n), &pieces).IgnoreError();
    for (const std::string &piece : pieces)
        put(own, piece.data(), piece.size());
}
