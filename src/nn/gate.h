/*
 * gate - what the cells' loops have in common: the gate function, soft or hard,
 * and its slope in terms of its value. `hard` is a literal at every call, so
 * each loop is compiled for one kind.
 *
 *   sigmoid  g = 1 / (1 + e^-x)              g' = g (1 - g)
 *   hard     g = clip(0.2 x + 0.5, 0, 1)     g' = 0.2 inside, 0 outside
 *            (every Keras up to 2.2; seed-era results were made with it)
 */
#ifndef NN_GATE_H
#define NN_GATE_H

#include "num/vmath.h"

VM_INLINE real gate(bool hard, real x)
{
    if (!hard)
        return vm_sigmoid(x);
    x = (real)0.2 * x + (real)0.5;
    x = x < 0 ? 0 : x;
    return x > 1 ? 1 : x;
}

VM_INLINE real gate_slope(bool hard, real g)
{
    if (!hard)
        return g * (1 - g);
    return g > 0 && g < 1 ? (real)0.2 : 0;
}

#endif
