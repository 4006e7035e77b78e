# Models that ship, and presets: `seqsh train NAME` finds models/presets/NAME.conf,
# here or installed.

nobase_dist_pkgdata_DATA += \
	models/arithmetic.md models/arithmetic.safetensors \
	models/presets/arithmetic.conf \
	models/presets/keras-add2.conf \
	models/presets/keras-add3.conf \
	models/presets/keras-add4.conf \
	models/presets/keras-add5.conf \
	models/presets/seed-000.conf \
	models/presets/seed-002.conf
