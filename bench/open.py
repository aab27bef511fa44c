#!/usr/bin/env python3
"""plugin.Open and Lookup of vole against gc's (a host with cgo), side by side: each a new process, in turns; a plugin that uses fmt.

usage: open.py [--vole build/vole] [--go GO] [--runs 40]     GO: a go command with cgo; without it vole alone
Prints medians and least times in us, then the quotients of the medians.
"""
import argparse, os, statistics, subprocess, tempfile

HOST = '''package main

import (
	"fmt"
	"plugin"
	"time"
)

func main() {
	start := time.Now()
	p, err := plugin.Open("./p.so")
	opened := time.Since(start)
	if err != nil {
		panic(err)
	}
	f, err := p.Lookup("F")
	found := time.Since(start)
	if err != nil || f.(func(int) string)(3) != "n 3" {
		panic(err)
	}
	fmt.Println(opened.Nanoseconds(), found.Nanoseconds())
}
'''
PLUGIN = '''package main

import "fmt"

var V int

func F(n int) string { V++; return fmt.Sprintf("n %d", n) }

func main() {}
'''


def build(top, name, command):
    folder = os.path.join(top, name)
    for file, text in (("go.mod", "module example.com/open\n\ngo 1.26\n"), ("host/main.go", HOST), ("plug/p.go", PLUGIN)):
        os.makedirs(os.path.dirname(os.path.join(folder, file)), exist_ok=True)
        open(os.path.join(folder, file), "w").write(text)
    env = dict(os.environ, CGO_ENABLED="1")
    subprocess.run([command, "build", "-o", "host.exe", "./host"], cwd=folder, env=env, check=True)
    subprocess.run([command, "build", "-buildmode=plugin", "-o", "p.so", "./plug"], cwd=folder, env=env, check=True)
    return folder


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--vole", default="build/vole")
    a.add_argument("--go")
    a.add_argument("--runs", type=int, default=40)
    a = a.parse_args()
    with tempfile.TemporaryDirectory() as top:
        folders = {name: build(top, name, os.path.abspath(c)) for name, c in (("vole", a.vole), ("gc", a.go)) if c}
        times = {name: [] for name in folders}
        for _ in range(a.runs):
            for name, folder in folders.items():
                p = subprocess.run(["./host.exe"], cwd=folder, check=True, capture_output=True, text=True)
                times[name].append([int(x) / 1000 for x in p.stdout.split()])
    medians = {}
    for name, rows in times.items():
        medians[name] = [statistics.median(c) for c in zip(*rows)]
        least = [min(c) for c in zip(*rows)]
        print(f"{name:5} Open {medians[name][0]:7.0f} (least {least[0]:.0f})   Open and Lookup {medians[name][1]:7.0f} (least {least[1]:.0f})")
    if "gc" in medians: print("gc / vole: " + ", ".join(f"{g / v:.2f}" for g, v in zip(medians["gc"], medians["vole"])))


main()
