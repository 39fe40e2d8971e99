# headcount. `make help` lists the targets.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

BUILD   ?= build
ifeq ($(origin CC),default)
CC := gcc
endif
PREFIX  ?= /usr/local
DESTDIR ?=
VERSION   := $(shell sed -n 's/^\#define HC_VERSION "\(.*\)"/\1/p' include/headcount/version.h)
SOVERSION := 0

OPTIMISE ?= -O3
SANITIZE ?=
WARN     := -Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes -Wvla
# -ffp-contract=off: the same bits from every compiler; -ffast-math is never used.
HC_CFLAGS   := -std=c17 -g $(OPTIMISE) $(WARN) -ffp-contract=off -fPIC -fno-math-errno $(SANITIZE)
HC_CPPFLAGS := -D_GNU_SOURCE -Iinclude -Isrc -Imodels
# SPSS, Stata and SAS files: where ReadStat is there, or READSTAT=no.
hash := \#
READSTAT ?= $(shell printf '$(hash)include <readstat.h>\nint main(void) { return !readstat_parser_init; }' | \
  $(CC) -x c - -lreadstat -o /dev/null 2>/dev/null && echo yes || echo no)
ifeq ($(READSTAT),yes)
HC_CPPFLAGS += -DHC_WITH_READSTAT
READSTAT_LIBS := -lreadstat
endif
LIBS     := -lgsl -lgslcblas -lglpk -lcsv -ljansson -linih -lnettle -lz $(READSTAT_LIBS) -lm -lpthread
OPENMP   ?= -fopenmp
# make V=1 shows whole commands.
say = $(if $(V),,@printf '  %-5s %s\n' '$(1)' '$(2)' >&2;)
COMPILE   = $(CC) $(HC_CPPFLAGS) $(CPPFLAGS) $(HC_CFLAGS) $(CFLAGS)
LINK      = $(CC) $(HC_CFLAGS) $(CFLAGS) $(LDFLAGS)

PUBLIC_HEADERS := include/headcount.h $(sort $(wildcard include/headcount/*.h))
MODEL_SRC := $(sort $(wildcard models/*/*.c))
LIB_SRC   := $(sort $(wildcard src/numeric/*.c src/engine/*.c src/intervals/*.c src/io/*.c src/words/*.c src/report/*.c)) $(MODEL_SRC)
CLI_SRC   := $(sort $(wildcard src/cli/*.c))
LIB_OBJ   := $(LIB_SRC:%.c=$(BUILD)/obj/%.o)
CLI_OBJ   := $(CLI_SRC:%.c=$(BUILD)/obj/%.o)
STATIC    := $(BUILD)/libheadcount.a
SHARED    := $(BUILD)/libheadcount.so.$(VERSION)

# One cmocka program per file in these folders; tests/support is linked to each of them.
TEST_SRC    := $(sort $(wildcard tests/unit/*.c tests/contract/*.c tests/reference/*.c tests/golden/*.c tests/cli/*.c))
TEST_BIN    := $(TEST_SRC:tests/%.c=$(BUILD)/tests/%)
SUPPORT_OBJ := $(patsubst %.c,$(BUILD)/obj/%.o,$(sort $(wildcard tests/support/*.c)))
BENCH_BIN   := $(patsubst bench/%.c,$(BUILD)/bench/%,$(sort $(wildcard bench/*.c)))

# The words of other languages: po/<language>.po, where gettext's msgfmt is there; without it the program speaks English alone.
LANGUAGES  := $(patsubst po/%.po,%,$(wildcard po/*.po))
CATALOGUES := $(if $(shell command -v msgfmt),$(LANGUAGES:%=$(BUILD)/locale/%/LC_MESSAGES/headcount.mo))

## all             build the program, the static and the shared library (the default)
all: $(BUILD)/headcount $(STATIC) $(BUILD)/libheadcount.so $(CATALOGUES)

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(COMPILE) $(if $(filter src/engine/parallel.c,$<),$(OPENMP)) -MMD -MP -c $< -o $@

$(BUILD)/obj/tests/%.o: HC_CPPFLAGS += -Itests

# Files that are in the library as they stand: an array each, ended by a zero byte.
EMBEDDED := $(patsubst %,$(BUILD)/obj/%.o,$(sort $(wildcard src/report/*.html src/report/*.css src/report/*.js)))
$(EMBEDDED): $(BUILD)/obj/%.o: %
	@mkdir -p $(@D)
	$(call say,EMBED,$<){ printf 'extern const char hc_embedded_%s[];\nconst char hc_embedded_%s[] = {' \
	  $(subst .,_,$(<F)) $(subst .,_,$(<F)); od -An -v -to1 $< | sed "s/ \([0-7]*\)/'\\\\\1',/g"; echo '0};'; } > $(@:.o=.c)
	@$(CC) $(HC_CFLAGS) $(CFLAGS) -c $(@:.o=.c) -o $@

$(STATIC): $(LIB_OBJ) $(EMBEDDED)
	@rm -f $@
	$(call say,AR,$@)$(AR) rcs $@ $^

# The shared library shows what the public headers declare, and nothing else.
$(BUILD)/headcount.map: $(PUBLIC_HEADERS) tools/public-symbols
	@mkdir -p $(@D)
	$(call say,MAP,$@){ echo 'HEADCOUNT_$(SOVERSION) { global:'; tools/public-symbols $(PUBLIC_HEADERS) | sed 's/.*/  &;/'; \
	  echo '  local: *; };'; } > $@

$(SHARED): $(LIB_OBJ) $(EMBEDDED) $(BUILD)/headcount.map
	$(call say,LINK,$@)$(LINK) -shared -Wl,-soname,libheadcount.so.$(SOVERSION) -Wl,--version-script=$(BUILD)/headcount.map \
	  -o $@ $(LIB_OBJ) $(EMBEDDED) $(LIBS) $(OPENMP)

$(BUILD)/libheadcount.so: $(SHARED)
	@ln -sf $(<F) $(BUILD)/libheadcount.so.$(SOVERSION)
	@ln -sf libheadcount.so.$(SOVERSION) $@

$(BUILD)/headcount: $(CLI_OBJ) $(STATIC)
	$(call say,LINK,$@)$(LINK) -o $@ $^ $(LIBS) $(OPENMP)

$(BUILD)/tests/%: $(BUILD)/obj/tests/%.o $(SUPPORT_OBJ) $(STATIC)
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(LINK) -o $@ $^ $(LIBS) -lcmocka $(OPENMP)

# What tests/cli/test_memory loads before libc.
$(BUILD)/tests/failing.so: tests/failing/failing.c
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) -std=c17 -D_GNU_SOURCE -O2 $(WARN) -fPIC -shared -o $@ $<
$(BUILD)/tests/cli/test_memory: | $(BUILD)/tests/failing.so

$(BUILD)/locale/%/LC_MESSAGES/headcount.mo: po/%.po
	@mkdir -p $(@D)
	$(call say,MO,$<)msgfmt --check-format -o $@ $<

# Every text that people read: marked in the sources, or in the tables of the library, which tools/texts.c writes as xgettext reads it.
$(BUILD)/texts: $(BUILD)/obj/tools/texts.o $(STATIC)
	$(call say,LINK,$@)$(LINK) -o $@ $^ $(LIBS) $(OPENMP)

$(BUILD)/headcount.pot: $(BUILD)/texts $(LIB_SRC) $(CLI_SRC) $(wildcard src/*/*.def) $(wildcard src/*/*.h models/*/*.h)
	$(call say,POT,$@)BUILD='$(BUILD)' tools/make-pot $(sort $(filter src/% models/%,$^)) > $@

## pot             gather every text that people read in $(BUILD)/headcount.pot, and bring po/*.po up to it
pot: $(BUILD)/headcount.pot
	@for po in po/*.po; do msgmerge --quiet --update --backup=none --no-location --no-wrap --no-fuzzy-matching $$po $<; \
	  msgfmt --statistics -o /dev/null $$po; done

$(BUILD)/bench/%: $(BUILD)/obj/bench/%.o $(STATIC)
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(LINK) -o $@ $^ $(LIBS) $(OPENMP)

# The commands in many processes, where Open MPI is there.
MPICC ?= mpicc
MPI_OBJ := $(filter-out %/src/cli/main.o,$(CLI_OBJ)) $(BUILD)/obj/src/mpi/main.o
$(BUILD)/obj/src/mpi/main.o: HC_CPPFLAGS += $(patsubst -I%,-isystem %,$(shell $(MPICC) --showme:compile 2>/dev/null))
$(BUILD)/headcount-mpi: $(MPI_OBJ) $(STATIC)
	$(call say,LINK,$@)$(LINK) -o $@ $^ $(LIBS) $(OPENMP) $$($(MPICC) --showme:link)

## mpi             build headcount-mpi: the same commands in many processes (Open MPI: make deps-scale)
mpi: $(BUILD)/headcount-mpi

## deps-scale      install what is optional: Open MPI, Slurm and valgrind, for headcount-mpi, tools/test-slurm and instruction counts
deps-scale:
	@tools/install-deps scale

## deps            install what building and testing need and this machine lacks (Debian packages)
deps:
	@tools/install-deps build

## deps-ci         the same for the sanitizer builds: clang and its OpenMP runtime, a C++ compiler
deps-ci:
	@tools/install-deps build ci

## deps-report     fetch what draws the pictures of reports (npm packages, pinned): reports are written without it too
deps-report:
	@tools/report-runtime '$(BUILD)'

## demo            install what is missing, build, estimate, recompute the published figures
demo: deps
	@$(MAKE) --no-print-directory -j$$(nproc) BUILD='$(BUILD)' all
	@tools/demo $(BUILD)/headcount

## check           install what is missing, build, run every test
check: deps
	@$(MAKE) --no-print-directory -j$$(nproc) BUILD='$(BUILD)' all tests
	@rm -rf '$(BUILD)/documents'
	@BUILD='$(BUILD)' CC='$(CC)' tools/run-tests $(TEST_BIN) tools/check-layers tools/test-check-layers \
	  tools/readme-test tools/test-install tools/test-frozen tools/check-schema tools/check-words \
	  tools/test-mpi tools/test-slurm

# The libraries that a program links beside libheadcount.a.
libs:
	@echo '$(LIBS)'

## tests           build the test programs without running them
tests: $(TEST_BIN)

## golden          write tests/golden/estimates.csv anew: every estimator on every sample, 17 digits
golden: $(BUILD)/tests/golden/golden
	@$(BUILD)/tests/golden/golden --write

## docs            write docs/codes.md anew from the table of codes
docs:
	@tools/codes-doc > docs/codes.md

## freeze          copy the public headers to tests/frozen, which tools/test-frozen holds today's library against
freeze:
	@rm -rf tests/frozen/include && cp -R include tests/frozen/include

## check-layers    who includes whom, the registry, the codes, exported symbols, static state, banned calls
check-layers:
	@$(MAKE) --no-print-directory BUILD='$(BUILD)' all
	@BUILD='$(BUILD)' CC='$(CC)' tools/check-layers

## check-sanitize  every test program under AddressSanitizer and UndefinedBehaviorSanitizer
check-sanitize:
	@$(MAKE) --no-print-directory -j$$(nproc) BUILD='$(BUILD)-asan' OPTIMISE=-O1 \
	  SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer' all tests
	@BUILD='$(BUILD)-asan' tools/run-tests $(SANITIZE_BIN:$(BUILD)/%=$(BUILD)-asan/%)

# Without the program that makes requests for memory fail: it is loaded before the program's allocator, and a sanitizer has
# one of its own, before which nothing can be loaded. make check runs it.
SANITIZE_BIN := $(filter-out $(BUILD)/tests/cli/test_memory,$(TEST_BIN))

## check-report    reports of many kinds in a browser (npm and Debian's chromium): pictures, text, accessibility, no network
check-report:
	@$(MAKE) --no-print-directory BUILD='$(BUILD)' all
	@BUILD='$(BUILD)' tools/check-report $(SCREENSHOTS)

## check-alloc     memory runs out at every single request of a command, once or from then on (part of check)
check-alloc:
	@$(MAKE) --no-print-directory BUILD='$(BUILD)' all $(BUILD)/tests/cli/test_memory
	@BUILD='$(BUILD)' tools/run-tests $(BUILD)/tests/cli/test_memory

## check-threads   the parallel tests under ThreadSanitizer (clang: gcc's OpenMP runtime raises false alarms)
check-threads:
	@$(MAKE) --no-print-directory -j$$(nproc) BUILD='$(BUILD)-tsan' CC=clang OPTIMISE=-O1 \
	  SANITIZE=-fsanitize=thread thread-tests
	@archer=$$(dirname $$(readlink -f $$(command -v clang)))/../lib/libarcher.so; \
	  BUILD='$(BUILD)-tsan' CONTRACT='*threads*' TSAN_OPTIONS=ignore_noninstrumented_modules=1:halt_on_error=1 \
	  OMP_TOOL_LIBRARIES=$$archer tools/run-tests $(THREAD_BIN:$(BUILD)/%=$(BUILD)-tsan/%)

# The test programs that start threads; of the contract, the checks that are about them. The golden matrix takes minutes there,
# and its threads are those of the contract.
THREAD_BIN := $(patsubst tests/%.c,$(BUILD)/tests/%,$(shell grep -l 'threads' $(TEST_SRC) /dev/null | grep -v 'tests/cli\|golden'))
thread-tests: $(THREAD_BIN)

## check-bits      gcc -O0, clang -O3 and clang -O0 print the same documents to the byte, on any number of threads
check-bits:
	@$(MAKE) --no-print-directory -j$$(nproc) BUILD='$(BUILD)' $(BUILD)/headcount
	@$(MAKE) --no-print-directory -j$$(nproc) BUILD='$(BUILD)-gcc0' CC=gcc OPTIMISE=-O0 $(BUILD)-gcc0/headcount
	@$(MAKE) --no-print-directory -j$$(nproc) BUILD='$(BUILD)-clang3' CC=clang OPTIMISE=-O3 $(BUILD)-clang3/headcount
	@$(MAKE) --no-print-directory -j$$(nproc) BUILD='$(BUILD)-clang0' CC=clang OPTIMISE=-O0 $(BUILD)-clang0/headcount
	@tools/check-bits $(BUILD)/headcount $(BUILD)-gcc0/headcount $(BUILD)-clang3/headcount $(BUILD)-clang0/headcount

## fuzz            any bytes as a file, by libFuzzer (clang): make fuzz FUZZ_SECONDS=3600; findings stop it and are kept
FUZZ_SECONDS ?= 60
fuzz:
	@$(MAKE) --no-print-directory -j$$(nproc) BUILD='$(BUILD)-fuzz' CC=clang OPTIMISE=-O1 \
	  SANITIZE='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all' '$(BUILD)-fuzz/libheadcount.a'
	@mkdir -p '$(BUILD)-fuzz/corpus'
	@clang $(HC_CPPFLAGS) -std=c17 -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all $(OPENMP) \
	  tests/fuzz/fuzz_read.c '$(BUILD)-fuzz/libheadcount.a' $(LIBS) -o '$(BUILD)-fuzz/fuzz_read'
	@'$(BUILD)-fuzz/fuzz_read' -max_total_time=$(FUZZ_SECONDS) -timeout=20 -print_final_stats=1 \
	  -artifact_prefix='$(BUILD)-fuzz/' '$(BUILD)-fuzz/corpus' tests/io/bad tests/io/good tests/cases

## bench           time each estimator, the bootstrap and reading; prints CSV
bench: $(BENCH_BIN)
	@echo "# commit $$(git describe --always --dirty 2>/dev/null || echo unknown), $$(date +%F); $$(nproc) processors," \
	  "$$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1); $$($(CC) --version | head -1); load $$(cut -d' ' -f1-3 /proc/loadavg)"
	@$(BUILD)/bench/bench

## bench-r         the same bootstrap here and in R (glm, glm.fit, boot), in one run, and how many times as long R takes
bench-r: $(BUILD)/bench/bench
	@BUILD='$(BUILD)' tools/bench-r

## bench-instructions   instructions of the hot paths against bench/instructions.csv; fails where one takes 3 % more (valgrind)
bench-instructions: $(BUILD)/bench/bench
	@BUILD='$(BUILD)' CC='$(CC)' tools/bench-instructions --check

## bench-compare   make bench-compare REV=...: the bench of this tree and of another revision in turn, five times
bench-compare:
	@BUILD='$(BUILD)' CC='$(CC)' tools/bench-compare '$(REV)'

## coverage        how often intervals hold the truth on simulated data: traffic-loglog, covariates, bench/coverage-*.ini; prints CSV
coverage: $(BENCH_BIN) $(BUILD)/headcount
	@$(BUILD)/bench/coverage
	@$(BUILD)/bench/coverage_doubt
	@$(BUILD)/bench/coverage_covariates
	@for study in bench/coverage-*.ini; do $(BUILD)/headcount simulate $$study --format csv || exit; done
	@$(BUILD)/bench/coverage_dependence
	@$(BUILD)/bench/coverage_closed 50

MAN  = $(DESTDIR)$(PREFIX)/share/man/man1
BASH_COMPLETION = $(DESTDIR)$(PREFIX)/share/bash-completion/completions

## install         program, libraries, headers, manual, completion and datasets under PREFIX (and DESTDIR)
install: all
	install -d $(DESTDIR)$(PREFIX)/{bin,lib/pkgconfig,include/headcount,share/headcount} $(MAN) $(BASH_COMPLETION)
	install -m 755 $(BUILD)/headcount $(DESTDIR)$(PREFIX)/bin/
	install -m 644 $(STATIC) $(DESTDIR)$(PREFIX)/lib/
	install -m 755 $(SHARED) $(DESTDIR)$(PREFIX)/lib/
	ln -sf $(notdir $(SHARED)) $(DESTDIR)$(PREFIX)/lib/libheadcount.so.$(SOVERSION)
	ln -sf libheadcount.so.$(SOVERSION) $(DESTDIR)$(PREFIX)/lib/libheadcount.so
	install -m 644 include/headcount.h $(DESTDIR)$(PREFIX)/include/
	install -m 644 include/headcount/*.h $(DESTDIR)$(PREFIX)/include/headcount/
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' headcount.pc.in > $(DESTDIR)$(PREFIX)/lib/pkgconfig/headcount.pc
	rm -rf $(DESTDIR)$(PREFIX)/share/headcount/datasets
	cp -R datasets $(DESTDIR)$(PREFIX)/share/headcount/datasets
	for language in $(if $(CATALOGUES),$(LANGUAGES)); do install -D -m 644 $(BUILD)/locale/$$language/LC_MESSAGES/headcount.mo \
	  $(DESTDIR)$(PREFIX)/share/locale/$$language/LC_MESSAGES/headcount.mo; done
	rm -rf $(DESTDIR)$(PREFIX)/share/headcount/report
	if [ -e $(BUILD)/report/vega.js ]; then install -D -m 644 $(BUILD)/report/vega.js $(DESTDIR)$(PREFIX)/share/headcount/report/vega.js; fi
	$(BUILD)/headcount manual > $(MAN)/headcount.1
	$(BUILD)/headcount completion bash > $(BASH_COMPLETION)/headcount

## uninstall       take away what install put there
uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/headcount $(DESTDIR)$(PREFIX)/lib/libheadcount.{a,so,so.$(SOVERSION),so.$(VERSION)}
	rm -f $(DESTDIR)$(PREFIX)/lib/pkgconfig/headcount.pc $(DESTDIR)$(PREFIX)/include/headcount.h
	rm -f $(MAN)/headcount.1 $(BASH_COMPLETION)/headcount $(DESTDIR)$(PREFIX)/share/locale/*/LC_MESSAGES/headcount.mo
	rm -rf $(DESTDIR)$(PREFIX)/include/headcount $(DESTDIR)$(PREFIX)/share/headcount

## clean           remove everything that was built
clean:
	rm -rf $(BUILD) $(BUILD)-asan $(BUILD)-tsan $(BUILD)-gcc0 $(BUILD)-clang0 $(BUILD)-clang3

## help            this list
help:
	@sed -n 's/^## /  make /p' Makefile

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
.PHONY: all mpi deps-scale deps deps-ci deps-report demo check tests check-alloc check-layers check-sanitize check-threads check-bits check-report thread-tests golden docs pot freeze libs bench bench-r bench-instructions bench-compare coverage install \
        uninstall clean help
.SECONDARY: $(TEST_SRC:%.c=$(BUILD)/obj/%.o) $(BENCH_BIN:$(BUILD)/%=$(BUILD)/obj/%.o) $(SUPPORT_OBJ)
