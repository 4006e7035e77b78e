# live.sh - models made by PyTorch and Keras on the spot, imported; ours in onnxruntime.
# Runs what $PYTHON (python3) has the packages for.

here=$(cd "$(dirname "$0")" && pwd)
: "${SRCDIR:=$here/../..}" "${BUILDDIR:=$SRCDIR}" "${SEQSH:=$BUILDDIR/seqsh}"
: "${PYTHON:=python3}" "${TOOL:=$BUILDDIR/tests/import/tool}"
export SEQSH TOOL PYTHONDONTWRITEBYTECODE=1

python_has() {
    for module; do
        "$PYTHON" -c "import importlib.util as u, sys; sys.exit(not u.find_spec('$module'))" \
            2>/dev/null || return 1
    done
}

ran=
status=0
if python_has numpy onnx onnxruntime; then
    "$PYTHON" "$here/check_onnx.py" || status=1
    ran=1
fi
if python_has torch safetensors keras h5py && ! "$SEQSH" import \
    "$here/fixture/keras-chars.weights.h5" --out /dev/null 2>&1 | grep -q 'without HDF5'; then
    KERAS_BACKEND=torch "$PYTHON" "$here/check_import.py" || status=1
    ran=1
fi
[ -n "$ran" ] || { echo "$PYTHON has neither onnxruntime nor torch and keras"; exit 77; }
exit $status
