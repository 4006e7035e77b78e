# bench: see Makefile.am

# speaks with bench/run, which builds it
EXTRA_PROGRAMS += bench/bench_step
bench_bench_step_SOURCES = bench/bench_step.c bench/shapes.c bench/shapes.h
bench_bench_step_LDADD = libseq.a $(ENGINE_LIBS)
CLEANFILES += bench/bench_step$(EXEEXT)
EXTRA_DIST += bench/README.md bench/run bench/peer_keras.py bench/peer_torch.py \
	bench/torch_attend.py bench/torch_data.py bench/torch_decode.py bench/torch_nets.py \
	bench/history.tsv BENCHMARKS.md

# products alone, ours and OpenBLAS's: make bench/bench_gemm && bench/bench_gemm
EXTRA_PROGRAMS += bench/bench_gemm
bench_bench_gemm_SOURCES = bench/bench_gemm.c
bench_bench_gemm_LDADD = libseq.a $(ENGINE_LIBS) $(OPENBLAS_LIBS)
CLEANFILES += bench/bench_gemm$(EXEEXT)

# who speaks next in subtitles with labels: make bench/bench_turns && bench/bench_turns FOLDER
EXTRA_PROGRAMS += bench/bench_turns
bench_bench_turns_SOURCES = bench/bench_turns.c
bench_bench_turns_LDADD = libseq.a $(ENGINE_LIBS)
CLEANFILES += bench/bench_turns$(EXEEXT)

# subwords against SentencePiece's: make bench/bench_pieces && bench/pieces PAIRS
EXTRA_PROGRAMS += bench/bench_pieces
bench_bench_pieces_SOURCES = bench/bench_pieces.c
bench_bench_pieces_LDADD = libseq.a $(ENGINE_LIBS)
CLEANFILES += bench/bench_pieces$(EXEEXT)
EXTRA_DIST += bench/pieces

# replies guessed without the prompt: make bench/bench_trigram, and its head says the rest
EXTRA_PROGRAMS += bench/bench_trigram
bench_bench_trigram_SOURCES = bench/bench_trigram.c
bench_bench_trigram_LDADD = libseq.a $(ENGINE_LIBS)
CLEANFILES += bench/bench_trigram$(EXEEXT)
EXTRA_DIST += bench/chat bench/chat-prompts.txt bench/chat-talk.txt bench/subtitles \
	bench/tensorboard
