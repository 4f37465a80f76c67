# Made from the text in access.py: `python tests/cmodule/test_access.py`. Code for a Memory's namespace, not a module.
# ruff: noqa
# fmt: off
# mypy: ignore-errors
def ld1u(a):
    i = a ^ hB
    if i < hN:
        s = hs[i >> 3]
        if (s and (s > 7 or (i & 7) + 1 > s)): return slow_load(a, 1, False)
        return h1u[i >> 0]
    i = a ^ mB
    if i < mN:
        s = ms[i >> 3]
        if (s and (s > 7 or (i & 7) + 1 > s)): return slow_load(a, 1, False)
        return m1u[i >> 0]
    i = a ^ sB
    if i < sN:
        s = ss[i >> 3]
        if (s and (s > 7 or (i & 7) + 1 > s)): return slow_load(a, 1, False)
        return s1u[i >> 0]
    return slow_load(a, 1, False)
def st1u(a, v):
    i = a ^ hB
    if i < hN:
        s = hw[i >> 3]
        if (s and (s > 7 or (i & 7) + 1 > s)): return slow_store(a, 1, False, v)
        M.dirty = True
        h1u[i >> 0] = v
        return v
    i = a ^ mB
    if i < mN:
        s = mw[i >> 3]
        if (s and (s > 7 or (i & 7) + 1 > s)): return slow_store(a, 1, False, v)
        M.dirty = True
        m1u[i >> 0] = v
        return v
    i = a ^ sB
    if i < sN:
        s = sw[i >> 3]
        if (s and (s > 7 or (i & 7) + 1 > s)): return slow_store(a, 1, False, v)
        M.dirty = True
        s1u[i >> 0] = v
        return v
    return slow_store(a, 1, False, v)
def up1u(a, d):
    i = a ^ hB
    if i < hN:
        s = hw[i >> 3]
        if (s and (s > 7 or (i & 7) + 1 > s)): return slow_update(a, 1, False, d)
        M.dirty = True
        i >>= 0
        v = h1u[i] + d
        if not 0 <= v <= 255:
            v = (v - 0 & 255) + 0
        h1u[i] = v
        return v
    i = a ^ mB
    if i < mN:
        s = mw[i >> 3]
        if (s and (s > 7 or (i & 7) + 1 > s)): return slow_update(a, 1, False, d)
        M.dirty = True
        i >>= 0
        v = m1u[i] + d
        if not 0 <= v <= 255:
            v = (v - 0 & 255) + 0
        m1u[i] = v
        return v
    i = a ^ sB
    if i < sN:
        s = sw[i >> 3]
        if (s and (s > 7 or (i & 7) + 1 > s)): return slow_update(a, 1, False, d)
        M.dirty = True
        i >>= 0
        v = s1u[i] + d
        if not 0 <= v <= 255:
            v = (v - 0 & 255) + 0
        s1u[i] = v
        return v
    return slow_update(a, 1, False, d)
def ld1s(a):
    i = a ^ hB
    if i < hN:
        s = hs[i >> 3]
        if (s and (s > 7 or (i & 7) + 1 > s)): return slow_load(a, 1, True)
        return h1s[i >> 0]
    i = a ^ mB
    if i < mN:
        s = ms[i >> 3]
        if (s and (s > 7 or (i & 7) + 1 > s)): return slow_load(a, 1, True)
        return m1s[i >> 0]
    i = a ^ sB
    if i < sN:
        s = ss[i >> 3]
        if (s and (s > 7 or (i & 7) + 1 > s)): return slow_load(a, 1, True)
        return s1s[i >> 0]
    return slow_load(a, 1, True)
def st1s(a, v):
    i = a ^ hB
    if i < hN:
        s = hw[i >> 3]
        if (s and (s > 7 or (i & 7) + 1 > s)): return slow_store(a, 1, True, v)
        M.dirty = True
        h1s[i >> 0] = v
        return v
    i = a ^ mB
    if i < mN:
        s = mw[i >> 3]
        if (s and (s > 7 or (i & 7) + 1 > s)): return slow_store(a, 1, True, v)
        M.dirty = True
        m1s[i >> 0] = v
        return v
    i = a ^ sB
    if i < sN:
        s = sw[i >> 3]
        if (s and (s > 7 or (i & 7) + 1 > s)): return slow_store(a, 1, True, v)
        M.dirty = True
        s1s[i >> 0] = v
        return v
    return slow_store(a, 1, True, v)
def up1s(a, d):
    i = a ^ hB
    if i < hN:
        s = hw[i >> 3]
        if (s and (s > 7 or (i & 7) + 1 > s)): return slow_update(a, 1, True, d)
        M.dirty = True
        i >>= 0
        v = h1s[i] + d
        if not -128 <= v <= 127:
            v = (v - -128 & 255) + -128
        h1s[i] = v
        return v
    i = a ^ mB
    if i < mN:
        s = mw[i >> 3]
        if (s and (s > 7 or (i & 7) + 1 > s)): return slow_update(a, 1, True, d)
        M.dirty = True
        i >>= 0
        v = m1s[i] + d
        if not -128 <= v <= 127:
            v = (v - -128 & 255) + -128
        m1s[i] = v
        return v
    i = a ^ sB
    if i < sN:
        s = sw[i >> 3]
        if (s and (s > 7 or (i & 7) + 1 > s)): return slow_update(a, 1, True, d)
        M.dirty = True
        i >>= 0
        v = s1s[i] + d
        if not -128 <= v <= 127:
            v = (v - -128 & 255) + -128
        s1s[i] = v
        return v
    return slow_update(a, 1, True, d)
def ld2u(a):
    i = a ^ hB
    if i < hN:
        s = hs[i >> 3]
        if i & 1 or (s and (s > 7 or (i & 7) + 2 > s)): return slow_load(a, 2, False)
        return h2u[i >> 1]
    i = a ^ mB
    if i < mN:
        s = ms[i >> 3]
        if i & 1 or (s and (s > 7 or (i & 7) + 2 > s)): return slow_load(a, 2, False)
        return m2u[i >> 1]
    i = a ^ sB
    if i < sN:
        s = ss[i >> 3]
        if i & 1 or (s and (s > 7 or (i & 7) + 2 > s)): return slow_load(a, 2, False)
        return s2u[i >> 1]
    return slow_load(a, 2, False)
def st2u(a, v):
    i = a ^ hB
    if i < hN:
        s = hw[i >> 3]
        if i & 1 or (s and (s > 7 or (i & 7) + 2 > s)): return slow_store(a, 2, False, v)
        M.dirty = True
        h2u[i >> 1] = v
        return v
    i = a ^ mB
    if i < mN:
        s = mw[i >> 3]
        if i & 1 or (s and (s > 7 or (i & 7) + 2 > s)): return slow_store(a, 2, False, v)
        M.dirty = True
        m2u[i >> 1] = v
        return v
    i = a ^ sB
    if i < sN:
        s = sw[i >> 3]
        if i & 1 or (s and (s > 7 or (i & 7) + 2 > s)): return slow_store(a, 2, False, v)
        M.dirty = True
        s2u[i >> 1] = v
        return v
    return slow_store(a, 2, False, v)
def up2u(a, d):
    i = a ^ hB
    if i < hN:
        s = hw[i >> 3]
        if i & 1 or (s and (s > 7 or (i & 7) + 2 > s)): return slow_update(a, 2, False, d)
        M.dirty = True
        i >>= 1
        v = h2u[i] + d
        if not 0 <= v <= 65535:
            v = (v - 0 & 65535) + 0
        h2u[i] = v
        return v
    i = a ^ mB
    if i < mN:
        s = mw[i >> 3]
        if i & 1 or (s and (s > 7 or (i & 7) + 2 > s)): return slow_update(a, 2, False, d)
        M.dirty = True
        i >>= 1
        v = m2u[i] + d
        if not 0 <= v <= 65535:
            v = (v - 0 & 65535) + 0
        m2u[i] = v
        return v
    i = a ^ sB
    if i < sN:
        s = sw[i >> 3]
        if i & 1 or (s and (s > 7 or (i & 7) + 2 > s)): return slow_update(a, 2, False, d)
        M.dirty = True
        i >>= 1
        v = s2u[i] + d
        if not 0 <= v <= 65535:
            v = (v - 0 & 65535) + 0
        s2u[i] = v
        return v
    return slow_update(a, 2, False, d)
def ld2s(a):
    i = a ^ hB
    if i < hN:
        s = hs[i >> 3]
        if i & 1 or (s and (s > 7 or (i & 7) + 2 > s)): return slow_load(a, 2, True)
        return h2s[i >> 1]
    i = a ^ mB
    if i < mN:
        s = ms[i >> 3]
        if i & 1 or (s and (s > 7 or (i & 7) + 2 > s)): return slow_load(a, 2, True)
        return m2s[i >> 1]
    i = a ^ sB
    if i < sN:
        s = ss[i >> 3]
        if i & 1 or (s and (s > 7 or (i & 7) + 2 > s)): return slow_load(a, 2, True)
        return s2s[i >> 1]
    return slow_load(a, 2, True)
def st2s(a, v):
    i = a ^ hB
    if i < hN:
        s = hw[i >> 3]
        if i & 1 or (s and (s > 7 or (i & 7) + 2 > s)): return slow_store(a, 2, True, v)
        M.dirty = True
        h2s[i >> 1] = v
        return v
    i = a ^ mB
    if i < mN:
        s = mw[i >> 3]
        if i & 1 or (s and (s > 7 or (i & 7) + 2 > s)): return slow_store(a, 2, True, v)
        M.dirty = True
        m2s[i >> 1] = v
        return v
    i = a ^ sB
    if i < sN:
        s = sw[i >> 3]
        if i & 1 or (s and (s > 7 or (i & 7) + 2 > s)): return slow_store(a, 2, True, v)
        M.dirty = True
        s2s[i >> 1] = v
        return v
    return slow_store(a, 2, True, v)
def up2s(a, d):
    i = a ^ hB
    if i < hN:
        s = hw[i >> 3]
        if i & 1 or (s and (s > 7 or (i & 7) + 2 > s)): return slow_update(a, 2, True, d)
        M.dirty = True
        i >>= 1
        v = h2s[i] + d
        if not -32768 <= v <= 32767:
            v = (v - -32768 & 65535) + -32768
        h2s[i] = v
        return v
    i = a ^ mB
    if i < mN:
        s = mw[i >> 3]
        if i & 1 or (s and (s > 7 or (i & 7) + 2 > s)): return slow_update(a, 2, True, d)
        M.dirty = True
        i >>= 1
        v = m2s[i] + d
        if not -32768 <= v <= 32767:
            v = (v - -32768 & 65535) + -32768
        m2s[i] = v
        return v
    i = a ^ sB
    if i < sN:
        s = sw[i >> 3]
        if i & 1 or (s and (s > 7 or (i & 7) + 2 > s)): return slow_update(a, 2, True, d)
        M.dirty = True
        i >>= 1
        v = s2s[i] + d
        if not -32768 <= v <= 32767:
            v = (v - -32768 & 65535) + -32768
        s2s[i] = v
        return v
    return slow_update(a, 2, True, d)
def ld4u(a):
    i = a ^ hB
    if i < hN:
        s = hs[i >> 3]
        if i & 3 or (s and (s > 7 or (i & 7) + 4 > s)): return slow_load(a, 4, False)
        return h4u[i >> 2]
    i = a ^ mB
    if i < mN:
        s = ms[i >> 3]
        if i & 3 or (s and (s > 7 or (i & 7) + 4 > s)): return slow_load(a, 4, False)
        return m4u[i >> 2]
    i = a ^ sB
    if i < sN:
        s = ss[i >> 3]
        if i & 3 or (s and (s > 7 or (i & 7) + 4 > s)): return slow_load(a, 4, False)
        return s4u[i >> 2]
    return slow_load(a, 4, False)
def st4u(a, v):
    i = a ^ hB
    if i < hN:
        s = hw[i >> 3]
        if i & 3 or (s and (s > 7 or (i & 7) + 4 > s)): return slow_store(a, 4, False, v)
        M.dirty = True
        h4u[i >> 2] = v
        return v
    i = a ^ mB
    if i < mN:
        s = mw[i >> 3]
        if i & 3 or (s and (s > 7 or (i & 7) + 4 > s)): return slow_store(a, 4, False, v)
        M.dirty = True
        m4u[i >> 2] = v
        return v
    i = a ^ sB
    if i < sN:
        s = sw[i >> 3]
        if i & 3 or (s and (s > 7 or (i & 7) + 4 > s)): return slow_store(a, 4, False, v)
        M.dirty = True
        s4u[i >> 2] = v
        return v
    return slow_store(a, 4, False, v)
def up4u(a, d):
    i = a ^ hB
    if i < hN:
        s = hw[i >> 3]
        if i & 3 or (s and (s > 7 or (i & 7) + 4 > s)): return slow_update(a, 4, False, d)
        M.dirty = True
        i >>= 2
        v = h4u[i] + d
        if not 0 <= v <= 4294967295:
            v = (v - 0 & 4294967295) + 0
        h4u[i] = v
        return v
    i = a ^ mB
    if i < mN:
        s = mw[i >> 3]
        if i & 3 or (s and (s > 7 or (i & 7) + 4 > s)): return slow_update(a, 4, False, d)
        M.dirty = True
        i >>= 2
        v = m4u[i] + d
        if not 0 <= v <= 4294967295:
            v = (v - 0 & 4294967295) + 0
        m4u[i] = v
        return v
    i = a ^ sB
    if i < sN:
        s = sw[i >> 3]
        if i & 3 or (s and (s > 7 or (i & 7) + 4 > s)): return slow_update(a, 4, False, d)
        M.dirty = True
        i >>= 2
        v = s4u[i] + d
        if not 0 <= v <= 4294967295:
            v = (v - 0 & 4294967295) + 0
        s4u[i] = v
        return v
    return slow_update(a, 4, False, d)
def ld4s(a):
    i = a ^ hB
    if i < hN:
        s = hs[i >> 3]
        if i & 3 or (s and (s > 7 or (i & 7) + 4 > s)): return slow_load(a, 4, True)
        return h4s[i >> 2]
    i = a ^ mB
    if i < mN:
        s = ms[i >> 3]
        if i & 3 or (s and (s > 7 or (i & 7) + 4 > s)): return slow_load(a, 4, True)
        return m4s[i >> 2]
    i = a ^ sB
    if i < sN:
        s = ss[i >> 3]
        if i & 3 or (s and (s > 7 or (i & 7) + 4 > s)): return slow_load(a, 4, True)
        return s4s[i >> 2]
    return slow_load(a, 4, True)
def st4s(a, v):
    i = a ^ hB
    if i < hN:
        s = hw[i >> 3]
        if i & 3 or (s and (s > 7 or (i & 7) + 4 > s)): return slow_store(a, 4, True, v)
        M.dirty = True
        h4s[i >> 2] = v
        return v
    i = a ^ mB
    if i < mN:
        s = mw[i >> 3]
        if i & 3 or (s and (s > 7 or (i & 7) + 4 > s)): return slow_store(a, 4, True, v)
        M.dirty = True
        m4s[i >> 2] = v
        return v
    i = a ^ sB
    if i < sN:
        s = sw[i >> 3]
        if i & 3 or (s and (s > 7 or (i & 7) + 4 > s)): return slow_store(a, 4, True, v)
        M.dirty = True
        s4s[i >> 2] = v
        return v
    return slow_store(a, 4, True, v)
def up4s(a, d):
    i = a ^ hB
    if i < hN:
        s = hw[i >> 3]
        if i & 3 or (s and (s > 7 or (i & 7) + 4 > s)): return slow_update(a, 4, True, d)
        M.dirty = True
        i >>= 2
        v = h4s[i] + d
        if not -2147483648 <= v <= 2147483647:
            v = (v - -2147483648 & 4294967295) + -2147483648
        h4s[i] = v
        return v
    i = a ^ mB
    if i < mN:
        s = mw[i >> 3]
        if i & 3 or (s and (s > 7 or (i & 7) + 4 > s)): return slow_update(a, 4, True, d)
        M.dirty = True
        i >>= 2
        v = m4s[i] + d
        if not -2147483648 <= v <= 2147483647:
            v = (v - -2147483648 & 4294967295) + -2147483648
        m4s[i] = v
        return v
    i = a ^ sB
    if i < sN:
        s = sw[i >> 3]
        if i & 3 or (s and (s > 7 or (i & 7) + 4 > s)): return slow_update(a, 4, True, d)
        M.dirty = True
        i >>= 2
        v = s4s[i] + d
        if not -2147483648 <= v <= 2147483647:
            v = (v - -2147483648 & 4294967295) + -2147483648
        s4s[i] = v
        return v
    return slow_update(a, 4, True, d)
def ld8u(a):
    i = a ^ hB
    if i < hN:
        s = hs[i >> 3]
        if i & 7 or (s and (s > 7 or (i & 7) + 8 > s)): return slow_load(a, 8, False)
        return h8u[i >> 3]
    i = a ^ mB
    if i < mN:
        s = ms[i >> 3]
        if i & 7 or (s and (s > 7 or (i & 7) + 8 > s)): return slow_load(a, 8, False)
        return m8u[i >> 3]
    i = a ^ sB
    if i < sN:
        s = ss[i >> 3]
        if i & 7 or (s and (s > 7 or (i & 7) + 8 > s)): return slow_load(a, 8, False)
        return s8u[i >> 3]
    return slow_load(a, 8, False)
def st8u(a, v):
    i = a ^ hB
    if i < hN:
        s = hw[i >> 3]
        if i & 7 or (s and (s > 7 or (i & 7) + 8 > s)): return slow_store(a, 8, False, v)
        M.dirty = True
        h8u[i >> 3] = v
        return v
    i = a ^ mB
    if i < mN:
        s = mw[i >> 3]
        if i & 7 or (s and (s > 7 or (i & 7) + 8 > s)): return slow_store(a, 8, False, v)
        M.dirty = True
        m8u[i >> 3] = v
        return v
    i = a ^ sB
    if i < sN:
        s = sw[i >> 3]
        if i & 7 or (s and (s > 7 or (i & 7) + 8 > s)): return slow_store(a, 8, False, v)
        M.dirty = True
        s8u[i >> 3] = v
        return v
    return slow_store(a, 8, False, v)
def up8u(a, d):
    i = a ^ hB
    if i < hN:
        s = hw[i >> 3]
        if i & 7 or (s and (s > 7 or (i & 7) + 8 > s)): return slow_update(a, 8, False, d)
        M.dirty = True
        i >>= 3
        v = h8u[i] + d
        if not 0 <= v <= 18446744073709551615:
            v = (v - 0 & 18446744073709551615) + 0
        h8u[i] = v
        return v
    i = a ^ mB
    if i < mN:
        s = mw[i >> 3]
        if i & 7 or (s and (s > 7 or (i & 7) + 8 > s)): return slow_update(a, 8, False, d)
        M.dirty = True
        i >>= 3
        v = m8u[i] + d
        if not 0 <= v <= 18446744073709551615:
            v = (v - 0 & 18446744073709551615) + 0
        m8u[i] = v
        return v
    i = a ^ sB
    if i < sN:
        s = sw[i >> 3]
        if i & 7 or (s and (s > 7 or (i & 7) + 8 > s)): return slow_update(a, 8, False, d)
        M.dirty = True
        i >>= 3
        v = s8u[i] + d
        if not 0 <= v <= 18446744073709551615:
            v = (v - 0 & 18446744073709551615) + 0
        s8u[i] = v
        return v
    return slow_update(a, 8, False, d)
def ld8s(a):
    i = a ^ hB
    if i < hN:
        s = hs[i >> 3]
        if i & 7 or (s and (s > 7 or (i & 7) + 8 > s)): return slow_load(a, 8, True)
        return h8s[i >> 3]
    i = a ^ mB
    if i < mN:
        s = ms[i >> 3]
        if i & 7 or (s and (s > 7 or (i & 7) + 8 > s)): return slow_load(a, 8, True)
        return m8s[i >> 3]
    i = a ^ sB
    if i < sN:
        s = ss[i >> 3]
        if i & 7 or (s and (s > 7 or (i & 7) + 8 > s)): return slow_load(a, 8, True)
        return s8s[i >> 3]
    return slow_load(a, 8, True)
def st8s(a, v):
    i = a ^ hB
    if i < hN:
        s = hw[i >> 3]
        if i & 7 or (s and (s > 7 or (i & 7) + 8 > s)): return slow_store(a, 8, True, v)
        M.dirty = True
        h8s[i >> 3] = v
        return v
    i = a ^ mB
    if i < mN:
        s = mw[i >> 3]
        if i & 7 or (s and (s > 7 or (i & 7) + 8 > s)): return slow_store(a, 8, True, v)
        M.dirty = True
        m8s[i >> 3] = v
        return v
    i = a ^ sB
    if i < sN:
        s = sw[i >> 3]
        if i & 7 or (s and (s > 7 or (i & 7) + 8 > s)): return slow_store(a, 8, True, v)
        M.dirty = True
        s8s[i >> 3] = v
        return v
    return slow_store(a, 8, True, v)
def up8s(a, d):
    i = a ^ hB
    if i < hN:
        s = hw[i >> 3]
        if i & 7 or (s and (s > 7 or (i & 7) + 8 > s)): return slow_update(a, 8, True, d)
        M.dirty = True
        i >>= 3
        v = h8s[i] + d
        if not -9223372036854775808 <= v <= 9223372036854775807:
            v = (v - -9223372036854775808 & 18446744073709551615) + -9223372036854775808
        h8s[i] = v
        return v
    i = a ^ mB
    if i < mN:
        s = mw[i >> 3]
        if i & 7 or (s and (s > 7 or (i & 7) + 8 > s)): return slow_update(a, 8, True, d)
        M.dirty = True
        i >>= 3
        v = m8s[i] + d
        if not -9223372036854775808 <= v <= 9223372036854775807:
            v = (v - -9223372036854775808 & 18446744073709551615) + -9223372036854775808
        m8s[i] = v
        return v
    i = a ^ sB
    if i < sN:
        s = sw[i >> 3]
        if i & 7 or (s and (s > 7 or (i & 7) + 8 > s)): return slow_update(a, 8, True, d)
        M.dirty = True
        i >>= 3
        v = s8s[i] + d
        if not -9223372036854775808 <= v <= 9223372036854775807:
            v = (v - -9223372036854775808 & 18446744073709551615) + -9223372036854775808
        s8s[i] = v
        return v
    return slow_update(a, 8, True, d)
