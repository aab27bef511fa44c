#!/usr/bin/env python3
"""editfuzz.py - random edits of a module's functions: what vole builds with the packs of before is, byte for byte, what it builds without.

usage: editfuzz.py --vole VOLE --dir MODULE [--package .] [--edits 100] [--seed 1]

MODULE is copied. Edits: comments, numbers, statements, parameters that leak, calls that make functions recursive, functions that become
large or small, functions that change places. An edit that does not compile is undone. Prints how many functions were made anew.
"""
import argparse, os, random, re, shutil, subprocess, sys, tempfile

FUNC = re.compile(r'^func (\([^()]*\) )?(\w+)\(([^()]*)\)[^{}\n]*\{\n', re.M)


def sources(top):
    for folder, dirs, names in os.walk(top):
        dirs[:] = sorted(d for d in dirs if d not in ('testdata', 'vendor') and not d.startswith(('.', '_')))
        for n in sorted(names):
            if n.endswith('.go') and not n.endswith('_test.go') and n != 'zz_sink.go':
                yield os.path.join(folder, n)


def functions(text):
    """(start, body start, end, match) of the functions whose closing brace begins a line."""
    for m in FUNC.finditer(text):
        end = text.find('\n}\n', m.end() - 1)
        if end >= 0 and text.rfind('\nfunc ', m.start() + 1, end) < 0:
            yield m.start(), m.end(), end, m


def parameters(m):
    return [n for n in re.findall(r'(?:^|, *)([a-zA-Z]\w*)(?= )', m.group(3)) if n != '_']


def edit(rng, text):
    """The text after one edit, and what was done; None if there is no place for it."""
    places = list(functions(text))
    if not places:
        return None
    start, body, end, m = rng.choice(places)
    kind = rng.choice(['above', 'inside', 'behind', 'number', 'statement', 'leak', 'call', 'grow', 'shrink', 'move', 'blank'])
    n = rng.randrange(1000000)
    if kind == 'above':
        return text[:start] + '// %d\n' % n + text[start:], kind
    if kind == 'inside':
        return text[:body] + '\t// %d\n' % n + text[body:], kind
    if kind == 'behind':
        return text[:body - 1] + ' // %d\n' % n + text[body:], kind
    if kind == 'blank':
        return text[:body] + '\n' + text[body:], kind
    if kind == 'number':
        nums = [x for x in re.finditer(r'(?<![\w."`\[])\d+(?![\w."`:])', text[body:end])]
        if not nums:
            return None
        x = rng.choice(nums)
        return text[:body + x.start()] + str(n % 100) + text[body + x.end():], kind
    if kind == 'statement':
        return text[:body] + '\tif zzSink == %d {\n\t\tprintln(%d)\n\t}\n' % (n, n) + text[body:], kind
    if kind == 'leak':
        names = parameters(m)
        return names and (text[:body] + '\tzzSink = %s\n' % rng.choice(names) + text[body:], kind) or None
    if kind == 'call':
        free = [p[3].group(2) for p in places if not p[3].group(1) and not p[3].group(3) and p[3].group(2) not in ('main', 'init')]
        return free and (text[:body] + '\tif zzSink == %d {\n\t\t%s()\n\t}\n' % (n, rng.choice(free)) + text[body:], kind) or None
    if kind == 'grow':
        return text[:body] + ''.join('\tif zzSink == %d {\n\t\tzzSink = %d\n\t}\n' % (n + i, i) for i in range(40)) + text[body:], kind
    if kind == 'shrink':
        lines = text[body:end].split('\n')
        drop = [i for i, l in enumerate(lines) if l.startswith('\tif zzSink == ')]
        if not drop:
            return None
        i = drop[0]
        del lines[i:i + 3]
        return text[:body] + '\n'.join(lines) + text[end:], kind
    a, b = sorted(rng.sample(range(len(places)), 2)) if len(places) > 1 else (0, 0)
    if a == b:
        return None
    (s1, _, e1, _), (s2, _, e2, _) = places[a], places[b]
    e1, e2 = e1 + 3, e2 + 3
    return text[:s1] + text[s2:e2] + text[e1:s2] + text[s1:e1] + text[e2:], kind


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument('--vole', required=True)
    ap.add_argument('--dir', required=True)
    ap.add_argument('--package', default='.')
    ap.add_argument('--edits', type=int, default=100)
    ap.add_argument('--seed', type=int, default=1)
    ap.add_argument('--flags', default='')
    o = ap.parse_args()
    vole, rng = os.path.abspath(o.vole), random.Random(o.seed)
    top = tempfile.mkdtemp(prefix='editfuzz-')
    module, failures, counts = os.path.join(top, 'm'), 0, []
    shutil.copytree(o.dir, module)
    subprocess.run(['chmod', '-R', 'u+w', module], check=True)
    env = dict(os.environ, GOCACHE=os.path.join(top, 'cache'), GOFLAGS='', GOWORK='off')
    files = list(sources(module))
    for folder in sorted({os.path.dirname(f) for f in files}):
        names = [f for f in files if os.path.dirname(f) == folder]
        clauses = [re.search(r'^package (\w+)', open(f).read(), re.M).group(1) for f in names]
        package = max(clauses, key=clauses.count) if clauses[-1] == 'main' else clauses[-1]
        with open(os.path.join(folder, 'zz_sink.go'), 'w') as f:
            f.write('package %s\n\nvar zzSink any\n' % package)

    def build(out, packs):
        e = env if packs else dict(env, VOLE_NO_UNITS='1')
        cmd = [vole, 'build', '-o', out] + (['-debug-cache'] if packs else ['-a']) + o.flags.split() + [o.package]
        return subprocess.run(cmd, cwd=module, env=e, capture_output=True, text=True, errors='replace')

    first = build(os.path.join(top, 'p'), True)
    if first.returncode:
        sys.exit('editfuzz: the module does not build: ' + first.stderr[-2000:])
    done, images = 0, {}
    while done < o.edits:
        path = rng.choice(files)
        before = open(path).read()
        r = edit(rng, before)
        if not r or r[0] == before:
            continue
        open(path, 'w').write(r[0])
        p = build(os.path.join(top, 'p'), True)
        if p.returncode:
            if 'internal error' in p.stderr or p.returncode not in (1, 2):
                print('CRASH', r[1], path, p.stderr[-1500:])
                failures += 1
            open(path, 'w').write(before)
            continue
        done += 1
        q = build(os.path.join(top, 'q'), False)
        made = re.search(r'(\d+) made', p.stderr)
        for how in re.findall(r'^vole: cache: image: (.*)', p.stderr, re.M):
            how = ' '.join(how.split()[1:] if '.' in how.split()[0] else how.split())
            images[how] = images.get(how, 0) + 1
        lost = [l for l in p.stderr.split('\n') if 'nothing leads' in l or 'damaged' in l]
        same = q.returncode == 0 and open(os.path.join(top, 'p'), 'rb').read() == open(os.path.join(top, 'q'), 'rb').read()
        counts.append(int(made.group(1)) if made else -1)
        if lost:
            print('LOST', r[1], lost[:2])
        if not same:
            failures += 1
            print('DIFFERS', r[1], os.path.relpath(path, module), q.stderr[-300:])
            kept = os.path.join(tempfile.gettempdir(), 'editfuzz-fail-%d-%d' % (o.seed, done))
            shutil.rmtree(kept, ignore_errors=True)
            shutil.copytree(module, kept)
            subprocess.run(['cp', os.path.join(top, 'p'), os.path.join(top, 'q'), kept])
            open(os.path.join(kept, 'before.txt'), 'w').write(path + '\n' + before)
            shutil.rmtree(env['GOCACHE'])
    counts.sort()
    print('editfuzz: %d edits, %d failures; functions made anew: median %d, most %d' % (done, failures, counts[len(counts) // 2], counts[-1]))
    print('editfuzz: images:', ', '.join('%d %s' % (n, how) for how, n in sorted(images.items(), key=lambda x: -x[1])) or 'all linked')
    shutil.rmtree(top)
    sys.exit(failures > 0)


main()
