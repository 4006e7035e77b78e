# The manual. tests/house/manual.sh holds it against the program's tables.

dist_man_MANS += man/seqsh.1
