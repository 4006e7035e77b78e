# docs.sh - what README.md and the manual show is what happens.
top=$(dirname "$0")/../..
exec bash "$top/tests/run-cli" "$top/README.md" "$top/man/seqsh.1"
