# bench: see Makefile.am

# products alone, ours and OpenBLAS's: make bench/bench_gemm && bench/bench_gemm
EXTRA_PROGRAMS += bench/bench_gemm
bench_bench_gemm_SOURCES = bench/bench_gemm.c
bench_bench_gemm_LDADD = libseq.a $(ENGINE_LIBS)
CLEANFILES += bench/bench_gemm$(EXEEXT)
