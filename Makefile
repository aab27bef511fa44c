# vole - build, run, test. `make help` lists the targets.
# Folders follow the data: src/ is the toolchain, rt/ the runtime that is linked into programs.
CC      ?= gcc
B       ?= build
OPT     ?= -O2 -g
WARN    := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wno-unused-parameter -Wno-missing-field-initializers -Wno-sign-compare $(WERROR)
CFLAGS_ := -std=c17 -D_GNU_SOURCE -fno-strict-aliasing -Isrc -I. -I$(B)/gen $(WARN) $(OPT) $(CFLAGS)
# Static where the distribution has them so: each shared library costs every start eight system calls and relocations.
LIB      = $(if $(filter /%,$(shell $(CC) -print-file-name=lib$(1).a)),-l:lib$(1).a,-l$(1))
LIBS    := $(foreach l,mpfr gmp jansson minizip z sodium,$(call LIB,$(l))) -lpthread -Wl,--as-needed -lc -lm -ldl
SRC     := $(filter-out src/cmd/main.c,$(shell find src -name '*.c' | sort))
OBJ     := $(SRC:%.c=$(B)/%.o)
HDR     := $(shell find src abi -name '*.h' -o -name '*.def' -o -name '*.rules')
# RTDEBUG=1 (in a build folder of its own): the runtime checks itself, the order of its locks for one (rt/lockrank.def).
# The runtime: freestanding, no libc, no red zone (signals and stack switches), R14 is the current G.
RTFIXED := $(shell $(CC) -ffixed-r14 -E -xc /dev/null >/dev/null 2>&1 && echo -ffixed-r14)# clang cannot; C keeps R14 all the same
RTGRAPH := $(shell $(CC) -fcallgraph-info=su -E -xc /dev/null >/dev/null 2>&1 && echo -fcallgraph-info=su)# for tools/check_rt.py; GCC only
RTCFLAGS := -std=c17 -ffreestanding -fno-stack-protector -fno-pic -fno-pie -mcmodel=small -mno-red-zone -fno-asynchronous-unwind-tables \
	-fno-strict-aliasing -ffunction-sections -fdata-sections -fno-builtin -O2 -g -fstack-usage $(RTFIXED) -msse2 \
	-Irt -I. $(WARN) -Wno-missing-prototypes $(RTGRAPH) $(if $(RTDEBUG),-DRTDEBUG)
RTSRC   := $(shell find rt -name '*.c' | sort)
RTASM   := $(shell find rt -name '*.S' | sort)
RTHDR   := $(shell find rt abi -name '*.h' -o -name '*.def')
RTOBJ   := $(RTSRC:%.c=$(B)/%.o) $(RTASM:%.S=$(B)/%.S.o)
RTLIB   := $(B)/lib/rt-linux-amd64.a

# Under these names vole is the tool, as -x shows it.
TOOLS   := $(addprefix $(B)/tool/linux_amd64/,asm compile link pack)

.PHONY: all clean test run bench conformance stress help unit
all: $(B)/vole $(RTLIB) $(B)/measure $(TOOLS)
help:
	@echo 'make | make run | make test | make unit | make conformance | make limits | make stress | make soak | make vm | make fuzz | make bench | make diff | make examples | make clean'
$(B)/vole: $(OBJ) $(B)/src/cmd/main.o
	$(CC) $(OPT) $(LDFLAGS) -Wl,--build-id -o $@ $^ $(LIBS)
$(TOOLS): | $(B)/vole
	@mkdir -p $(@D)
	ln -sf ../../vole $@
# Rewrite rules become C when vole is built (tools/rulegen.c).
GEN := $(patsubst src/%.rules,$(B)/gen/%_rules.inc,$(wildcard src/ssa/generic.rules src/arch/*/*.rules))
GEN := $(foreach g,$(GEN),$(B)/gen/$(notdir $(g)))
$(B)/rulegen: tools/rulegen.c
	@mkdir -p $(@D)
	$(CC) -std=c17 -D_GNU_SOURCE -O1 -Wall -Wextra -o $@ $<
$(B)/gen/generic_rules.inc: src/ssa/generic.rules src/ssa/ops.def $(B)/rulegen
	@mkdir -p $(@D)
	$(B)/rulegen rewrite_generic $@ $< O_=src/ssa/ops.def
.SECONDARY: $(GEN)
$(B)/gen/%_rules.inc: $(B)/rulegen src/ssa/ops.def $(HDR)
	@mkdir -p $(@D)
	$(B)/rulegen rewrite_$* $@ src/arch/$*/$*.rules O_=src/ssa/ops.def A_=src/arch/$*/ops.def
$(B)/src/%.o: src/%.c $(HDR) $(GEN)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_) -c -o $@ $<
$(B)/rt/%.o: rt/%.c $(RTHDR)
	@mkdir -p $(@D)
	$(CC) $(RTCFLAGS) -c -o $@ $<
$(B)/rt/%.S.o: rt/%.S $(RTHDR)
	@mkdir -p $(@D)
	$(CC) -Irt -I. -c -o $@ $<
# No archive whose C functions may overrun a goroutine's stack (tools/check_rt.py).
$(RTLIB): $(RTOBJ) tools/check_rt.py rt/checks.def
	@mkdir -p $(@D)
	python3 tools/check_rt.py --build $(B)
	rm -f $@ && ar rcsD $@ $(RTOBJ) && strip -gD $@
# What a program uses, for bench/ and tests/limits.py.
$(B)/measure: tools/measure.c
	@mkdir -p $(@D)
	$(CC) -std=c17 -D_GNU_SOURCE -O1 -Wall -Wextra -o $@ $<
# Unit tests: each tests/unit/NAME.c is a program that exits 0 when all its checks hold.
UNIT := $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/*.c))
LIBOBJ := $(filter-out $(B)/src/cmd/%,$(OBJ))
$(B)/unit/%: tests/unit/%.c $(LIBOBJ)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_) -Itests -Irt $(LDFLAGS) -o $@ $^ $(LIBS)
# Drives src/mod/fetch.h for tests/mod/run.py.
$(B)/fetchdrv: tests/mod/fetchdrv.c $(LIBOBJ)
	$(CC) $(CFLAGS_) $(LDFLAGS) -o $@ $^ $(LIBS)
# Drives src/cache/ with caches elsewhere for tests/cache/run.py.
$(B)/cachedrv: tests/cache/cachedrv.c $(LIBOBJ)
	$(CC) $(CFLAGS_) $(LDFLAGS) -o $@ $^ $(LIBS)
# Drives src/serve/ for tests/serve/run.py.
$(B)/servedrv: tests/serve/servedrv.c $(LIBOBJ)
	$(CC) $(CFLAGS_) $(LDFLAGS) -o $@ $^ $(LIBS)
# A browser before the proxy (chromium): make browser [O=--watch], with `vole watch`.
.PHONY: browser
browser: all $(B)/servedrv
	@python3 tests/watch/browser.py $(B) $(O)
# Builds many programs in one process for tests/many/run.py.
$(B)/manydrv: tests/many/manydrv.c $(LIBOBJ)
	$(CC) $(CFLAGS_) $(LDFLAGS) -o $@ $^ $(LIBS)
unit: $(UNIT) $(B)/vole $(RTLIB) fuzz-syntax
	@for t in $(UNIT); do echo "unit $$(basename $$t)"; $$t || exit 1; done
# What the README promises.
.PHONY: setup
setup:
	@tools/setup.sh
# Program, runtime, overlay, completion and man pages below PREFIX (and DESTDIR before it).
PREFIX  ?= /usr/local
.PHONY: install uninstall
install: all
	@tools/install.sh $(B) "$(DESTDIR)$(PREFIX)"
uninstall:
	@tools/install.sh -u "$(DESTDIR)$(PREFIX)"
run:
	@tools/setup.sh -q
	@$(MAKE) -s -j$$(nproc) all
	@tools/run_example.sh $(B)/vole
test:
	@tools/setup.sh -q
	@$(MAKE) -s -j$$(nproc) all WERROR=-Werror
	@python3 tests/all.py --build $(B)
# All of GOROOT/test (an hour on two cores); O="--only 'ken/*' -j 2" for a part of it.
conformance: all
	@python3 tools/conformance.py --vole $(B)/vole $(O)
# A million goroutines, deep recursion, much garbage...; OFFICIAL_GO=path compares memory.
.PHONY: limits
limits: all
	@python3 tests/limits.py --vole $(B)/vole $(O)
# What this kernel does not have, in a virtual machine: make vm O="memory groups".
.PHONY: vm
vm: all
	@python3 tests/vm/run.py $(B)/vole "$$($(B)/vole env GOROOT)" $(O)
stress: all
	@VOLE=$(B)/vole tools/stress.sh $(O)
# Ten minutes of each switch, tests drawn at random: make soak O="--seconds 60 gcphase=30", O="--only plugins,patches".
.PHONY: soak
soak: all
	@python3 tools/stress.py --vole $(B)/vole $(O)
# Random programs, vole's result against the official toolchain's (OFFICIAL_GO, or go on PATH): make diff SEEDS=1-100. The library's
# Example functions likewise: make examples [O='strings encoding/*'].
.PHONY: diff examples
SEEDS ?= 1-20
diff: all
	@python3 tools/difftest.py --vole $(B)/vole --out $(B)/diff --reduce $(O) $(SEEDS)
examples: all
	@python3 tools/examples.py --vole $(B)/vole $(O)
# Instructions of the assembler against the official one's: make asmdiff [O='--seed 7 --samples 10 --only "VP.*"'].
.PHONY: asmdiff
asmdiff: $(B)/unit/asm_encode
	@python3 tools/asmdiff.py --build $(B) $(O)
# vole and the official toolchain (OFFICIAL_GO, or go on PATH) side by side; ratios.
bench: all
	@python3 bench/run.py --vole $(B)/vole $(O)
# Fuzz targets (clang): make fuzz [FUZZ_TIME=600] [FUZZ=check]. Findings are left in build/fuzz/.
.PHONY: fuzz fuzz-targets
FUZZ_TIME ?= 300
FUZZ ?= lex parse check build asm zip proxy modfile template load settings version cache pack archive http
FUZZ_SAN := -fsanitize=address,undefined -fno-sanitize=pointer-overflow -fno-sanitize-recover=undefined
FUZZ_WRAP := -Wl,--wrap=arena_new,--wrap=arena_free,--wrap=_exit
FUZZ_CMD := $(patsubst %,$(B)/src/cmd/%.o,template_parse template_exec template_func goval json version list_doc)
$(B)/target/%: tests/fuzz/fuzz_%.c tests/fuzz/fuzz.c tests/fuzz/fuzz.h $(LIBOBJ) $(FUZZ_CMD)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_) -Itests/fuzz -Wno-missing-prototypes $(LDFLAGS) -o $@ $(filter %.c %.o,$^) $(LIBS)
fuzz-targets: $(FUZZ:%=$(B)/target/%)
# They are run by hand; that they still fit the toolchain's headers is looked at with the unit tests.
.PHONY: fuzz-syntax
fuzz-syntax:
	@for f in tests/fuzz/*.c; do $(CC) $(CFLAGS_) -Itests/fuzz -Wno-missing-prototypes -Werror -fsyntax-only $$f || exit 1; done
fuzz:
	@$(MAKE) -s fuzz-targets B=$(B)/fuzz CC=clang OPT='-O1 -g' CFLAGS='-fsanitize=fuzzer-no-link $(FUZZ_SAN)' LDFLAGS='-fsanitize=fuzzer $(FUZZ_SAN) $(FUZZ_WRAP)'
	@tests/fuzz/run.sh $(B)/fuzz $(FUZZ_TIME) $(FUZZ)
# The runtime alone, with hand-made functions instead of compiled ones.
.PHONY: rt-test
rt-test: $(RTLIB)
	@sh tests/rt/bare/run.sh $(RTLIB) $(B)/tests/rt
clean:
	rm -rf $(B)
