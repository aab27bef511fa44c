#!/usr/bin/env python3
"""Assembles a test's "Go" functions (NAME.go.s) with FuncRecs and stack maps as the linker would write them."""
# Input lines: `func NAME frame=N args=N regs=N nocheck` ... `end`; inside, `call TARGET map=0,8,16 args=0` makes a call whose live frame
# pointer words are at those byte offsets; `ret` pops the frame; everything else is copied.  Output: one .s file on stdout.
import sys, re
funcs = []; out = []; cur = None
def uleb(v):
    r = []
    while True:
        b = v & 127; v >>= 7
        r.append(b | (128 if v else 0))
        if not v: return r
for line in open(sys.argv[1]):
    s = line.strip()
    m = re.match(r'func (\S+)(.*)', s)
    if m:
        o = dict(kv.split('=') for kv in m.group(2).split() if '=' in kv)
        cur = dict(name=m.group(1), frame=int(o.get('frame', 0)), args=int(o.get('args', 0)), regs=int(o.get('regs', '0'), 0), check='nocheck' not in m.group(2), sites=[], maps=[],
                   argmap=[int(x) for x in o.get('argmap', '').split(',') if x])
        cur['maps'].append(((), tuple(cur['argmap'])))
        n = len(funcs); cur['id'] = n; funcs.append(cur)
        out += [f'\t.section .gotext,"ax",@progbits', '\t.p2align 4', f'\t.globl "{cur["name"]}"', f'\t.type "{cur["name"]}",@function', f'"{cur["name"]}":', f'.LF{n}:']
        if cur['check']:
            if cur['frame'] <= 128: out += ['\tcmpq 16(%r14), %rsp']
            else: out += [f'\tleaq -{cur["frame"]}(%rsp), %r12', '\tcmpq 16(%r14), %r12']
            out += [f'\tjbe .LM{n}']
        if cur['frame']: out += [f'\tsubq ${cur["frame"]}, %rsp']
        out += [f'.LB{n}:']
        continue
    if cur is None: out.append(line.rstrip()); continue
    m = re.match(r'call (\S+)(.*)', s)
    if m:
        o = dict(kv.split('=') for kv in m.group(2).split() if '=' in kv)
        key = (tuple(int(x) for x in o.get('map', '').split(',') if x), tuple(int(x) for x in o.get('args', '').split(',') if x))
        if key not in cur['maps']: cur['maps'].append(key)
        k = len(cur['sites']); cur['sites'].append(cur['maps'].index(key))
        t = m.group(1)
        out += [f'\tcall {t}' if t.startswith('*') else f'\tcall "{t}"', f'.LS{cur["id"]}_{k}:']
    elif s == 'ret':
        if cur['frame']: out += [f'\taddq ${cur["frame"]}, %rsp']
        out += ['\tret']
    elif s == 'end':
        n = cur['id']
        if cur['check']: out += [f'.LM{n}:\tcall "runtime.morestack"', f'\tjmp .LF{n}']
        out += [f'.LE{n}:']
        cur = None
    else: out.append(line.rstrip())
# tables
out += ['\t.section .gopctab,"a",@progbits', '.Lpctab:', '\t.byte 0']
for f in funcs:
    n = f['id']; fw = f['frame'] // 8; aw = f['args'] // 8
    out += [f'.LT{n}:']
    maps, at = [], []  # abi/functab.h: offset and bytes of each
    for fm, am in f['maps']:
        bits = 0
        for o in fm: bits |= 1 << (o // 8)
        for o in am: bits |= 1 << (fw + o // 8)
        at.append(len(maps))
        maps += uleb(0) + uleb((fw + aw + 7) // 8) + list(bits.to_bytes((fw + aw + 7) // 8, 'little'))
    b = uleb(fw) + uleb(aw) + uleb(len(maps)) + maps
    b += uleb(len(f['sites']))
    out += ['\t.byte ' + ','.join(map(str, b))]
    prev = f'.LF{n}'
    for k, mi in enumerate(f['sites']):
        out += [f'\t.uleb128 .LS{n}_{k} - {prev}', f'\t.uleb128 {at[mi]}']
        prev = f'.LS{n}_{k}'
out += ['\t.section .gonames,"a",@progbits', '.Lnames:', '\t.byte 0']
for f in funcs: out += [f'.LN{f["id"]}: .asciz "{f["name"]}"']
out += ['\t.section .gofuncs,"aw",@progbits', '\t.p2align 3', '.Lfuncs:']
for f in funcs:
    n = f['id']
    out += [f'\t.long .LF{n} - .LF0, .LE{n} - .LF{n}, .LN{n} - .Lnames, {f["frame"]}, {f["args"]}, 0, .LT{n} - .Lpctab, 0, 0, 0, .LB{n} - .LF{n}, 1, 0', f'\t.short 0, {f["regs"]}', '\t.long 0']
out += ['\t.data', '\t.globl "vole.module"', '\t.p2align 3', '"vole.module":', f'\t.quad .LF0, .LE{len(funcs)-1}, .Lfuncs, {len(funcs)}, .Lnames, .Lpctab, 0, 0, 0',
        '\t.quad 0,0,0,0,0,0', '\t.quad test_roots, test_roots_end, test_roots_mask', '\t.zero 256', '\t.section .note.GNU-stack,"",@progbits']
print('\n'.join(out))
