# Models that ship, and presets: `seqsh train NAME` finds models/presets/NAME.conf,
# here or installed.

nobase_dist_pkgdata_DATA += \
	models/arithmetic.md models/arithmetic.safetensors \
	models/chat.md models/chat.safetensors \
	models/en-es.md models/en-es.safetensors \
	models/presets/arithmetic.conf \
	models/presets/chat.conf \
	models/presets/dialog6.conf models/presets/dialog6.txt \
	models/presets/en-es.conf \
	models/presets/keras-add2.conf \
	models/presets/keras-add3.conf \
	models/presets/keras-add4.conf \
	models/presets/keras-add5.conf \
	models/presets/multi30k.conf \
	models/presets/reverse.conf \
	models/presets/seed-000.conf \
	models/presets/seed-001.conf models/presets/seed-001.tsv \
	models/presets/seed-002.conf \
	models/presets/seed-003.conf \
	models/presets/seed-004-attention.conf \
	models/presets/seed-004-attention-uni.conf \
	models/presets/seed-004-deep.conf \
	models/presets/seed-004-deep-4-5.conf \
	models/presets/seed-004-movie.conf \
	models/presets/seed-004-peek.conf \
	models/presets/seed-004-seq2seq.conf \
	models/presets/seed-004-simple.conf \
	models/presets/seed-004-vector.conf

EXTRA_DIST += models/README.md
