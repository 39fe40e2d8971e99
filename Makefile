# headcount. `make help` lists the targets.
SHELL := /bin/bash
.DELETE_ON_ERROR:

BUILD  ?= build
CC     ?= gcc
PREFIX ?= /usr/local
VERSION := $(shell sed -n 's/^\#define HC_VERSION "\(.*\)"/\1/p' include/headcount/version.h)

OPTIMISE ?= -O3
WARN     := -Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes -Wvla
# -ffp-contract=off: the same bits from every compiler; -ffast-math is never used.
CFLAGS   += -std=c17 -g $(OPTIMISE) $(WARN) -ffp-contract=off -fPIC -fno-math-errno
CPPFLAGS += -D_GNU_SOURCE -Iinclude -Isrc -Imodels
LIBS     := -lgsl -lgslcblas -lglpk -lcsv -ljansson -linih -lmd -lm -lpthread
CLI_LIBS := -lsmartcols
OPENMP   ?= -fopenmp

MODEL_SRC := $(sort $(wildcard models/*/*.c))
LIB_SRC   := $(sort $(wildcard src/numeric/*.c src/engine/*.c src/io/*.c)) $(MODEL_SRC)
CLI_SRC   := $(sort $(wildcard src/cli/*.c))
LIB_OBJ   := $(LIB_SRC:%.c=$(BUILD)/obj/%.o)
CLI_OBJ   := $(CLI_SRC:%.c=$(BUILD)/obj/%.o)

all: $(BUILD)/headcount $(BUILD)/libheadcount.a

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(if $(filter src/engine/parallel.c,$<),$(OPENMP)) -MMD -MP -c $< -o $@

$(BUILD)/libheadcount.a: $(LIB_OBJ)
	@rm -f $@
	ar rcs $@ $^

$(BUILD)/headcount: $(CLI_OBJ) $(BUILD)/libheadcount.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS) $(CLI_LIBS) $(OPENMP)

# One program per file in tests/unit, tests/contract, tests/reference.
TEST_SRC := $(sort $(wildcard tests/unit/*.c tests/contract/*.c tests/reference/*.c))
TEST_BIN := $(TEST_SRC:tests/%.c=$(BUILD)/tests/%)

$(BUILD)/tests/%: $(BUILD)/obj/tests/%.o $(BUILD)/libheadcount.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS) -lcmocka $(OPENMP)

tests: $(TEST_BIN)

check: all tests
	@set -e; for t in $(TEST_BIN); do $$t; done

clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
.PHONY: all tests check clean
.SECONDARY: $(TEST_SRC:%.c=$(BUILD)/obj/%.o)
