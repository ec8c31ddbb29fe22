"""Makefiles whose targets and texts functions of make put together."""

from __future__ import annotations

import time

import pytest

from release_tools.discovery import makefiles
from release_tools.discovery.files import Files

WORKFLOW = ".github/workflows/release.yml"
DEFINED = """\
NAMES := app cli
define push-rule
.PHONY: push-$(1)
push-$(1):
\tdocker push ghcr.io/acme/$(1):$$(TAG)
endef
$(foreach name,$(NAMES),$(eval $(call push-rule,$(name))))
push: $(addprefix push-,$(NAMES))
"""
CALLED = """\
define push
docker push ghcr.io/acme/$(1):$(TAG)
endef
push:
\t$(call push,app)
\t$(call push,cli)
"""
LOOP = """\
NAMES = app cli
push:
\t$(foreach name,$(NAMES),docker push ghcr.io/acme/$(name):$(TAG);)
"""


@pytest.mark.parametrize("makefile", [DEFINED, CALLED, LOOP])
def test_rules_and_commands_that_make_writes_itself_are_followed(find, on_tag, makefile):
    found = find({WORKFLOW: on_tag("- run: make push TAG=v1"), "Makefile": makefile})
    assert found.images == ["ghcr.io/acme/app", "ghcr.io/acme/cli"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$(notdir cmd/app)", "app"),
        ("$(abspath $(DIR))", "out/x"),
        ("$(addprefix a/,b c)", "a/b a/c"),
        ("$(addsuffix .y,b c)", "b.y c.y"),
        ("$(subst -,_,a-b)", "a_b"),
        ("$(patsubst %/Dockerfile,%,x/Dockerfile y)", "x y"),
        ("$(SOURCES:.c=.o)", "a.o b.o"),
        ("$(firstword a b)$(lastword a b)", "ab"),
        ("$(filter a%,ab ba) $(filter-out a%,ab ba)", "ab ba"),
        ("$(foreach n,a b,$(n)/$(DIR))", "a/out/x b/out/x"),
        ("$(shell echo Out/X | tr A-Z a-z)", "out/x"),
        ("$(shell basename $(DIR))", "x"),
        ("$(strip  a ) $(dir a/b) $(suffix a.b)", "a a/ .b"),
    ],
)
def test_functions_of_make_give_their_text(tree_of, text, value):
    makefile = "DIR := out/x\nSOURCES = a.c b.c\n"
    made = makefiles.read(Files(tree_of({"Makefile": makefile})), "Makefile")
    assert made.expand(text, {}) == (value,)


@pytest.mark.parametrize("text", ["$(shell date)", "$(wildcard *)", "$(subst a,b)", "$(X)"])
def test_what_a_function_reads_from_the_machine_is_unknown(tree_of, text):
    made = makefiles.read(Files(tree_of({"Makefile": ""})), "Makefile")
    assert "\0" in made.expand(text, {})[0]


@pytest.mark.parametrize(
    "text",
    [
        "define f\n$(call f,$(1))$(call f,$(1))\nendef\n$(eval $(call f,x))\n",
        "define a\n" * 30_000,
        "A = " + "x " * 20_000 + "\n$(foreach a,$(A),$(foreach b,$(A),$(eval $(a)$(b): c)))\n",
        "B = " + "$(foreach x,a b c d,$(B)" * 200 + ")" * 200 + "\npush: $(B)\n\techo $(B)\n",
        "C = " + "$(patsubst %,%%,$(C)" * 500 + ")" * 500 + "\npush:\n\t$(C)\n",
    ],
)
def test_a_hostile_makefile_is_read_in_bounded_time(find, on_tag, text):
    started = time.process_time()
    find({WORKFLOW: on_tag("- run: make push"), "Makefile": text})
    assert time.process_time() - started < 5
