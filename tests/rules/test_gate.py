"""What the checks of the gate come to."""

from __future__ import annotations

import itertools

import pytest

from release_tools.checks import Say
from release_tools.errors import ConfigError
from release_tools.model import Severity
from release_tools.rules import gate
from release_tools.rules.findings import FINDINGS
from release_tools.version import Version

HARD = [check.name for check in gate.CHECKS if check.hard]


def all_open(**said):
    checks = [gate.answer(name, Say.OPEN, "fine") for name in gate.NAMES]
    return [
        check._replace(say=said.get(check.name.replace("-", "_"), check.say)) for check in checks
    ]


def test_it_opens_when_every_hard_check_is_open():
    assert gate.add_up(all_open()) is Say.OPEN


@pytest.mark.parametrize(("name", "say"), list(itertools.product(HARD, (Say.CLOSED, Say.UNSURE))))
def test_no_hard_check_is_passed_over(name, say):
    assert gate.add_up(all_open(**{name.replace("-", "_"): say})) is say


def test_closed_outweighs_a_doubt():
    assert gate.add_up(all_open(source=Say.UNSURE, checks=Say.CLOSED)) is Say.CLOSED


def test_the_lower_ranks_warn_and_do_not_decide():
    checks = all_open(workflows=Say.CLOSED)
    assert gate.add_up(checks) is Say.OPEN
    assert [one.id for one in gate.findings(checks, "app")] == ["gate-warns"]
    (found,) = gate.findings(checks, "main")
    assert found.severity is Severity.WARNING


@pytest.mark.parametrize(("say", "id_"), [(Say.CLOSED, "gate-closed"), (Say.UNSURE, "gate-unsure")])
def test_a_doubt_is_told_from_a_refusal(say, id_):
    checks = [gate.answer("source", say, "why", "do this"), gate.answer("checks", say, "why")]
    told, untold = gate.findings(checks, "main")
    assert (told.id, told.message, told.hint) == (id_, "source: why", "do this")
    assert untold.hint == FINDINGS[id_].hint


def test_no_check_at_all_is_a_doubt():
    assert gate.add_up([]) is Say.UNSURE


def test_a_waived_check_does_not_decide_and_is_said():
    checks = [
        check._replace(waived="known") if check.name == "monotonic" else check
        for check in all_open(monotonic=Say.CLOSED)
    ]
    assert gate.add_up(checks) is Say.OPEN
    assert "known" in gate.findings(checks, "main")[0].message


def test_who_waived_a_check_is_told_how_it_counts_again():
    checks = all_open(monotonic=Say.CLOSED, checks=Say.CLOSED)
    waivers = gate.waivers([{"check": "checks", "reason": "a flaky runner"}], ("monotonic",))
    told = [
        check._replace(waived=gate.waived(waivers, check.name, Version.parse("1.0.0")))
        for check in checks
    ]
    configured, flag = gate.findings(told, "main")
    assert configured.hint == FINDINGS["gate-waived"].hint
    assert "--waive monotonic" in flag.hint


CONFIGURED = [
    {"check": "monotonic", "surface": "crate:app", "version": "0.3.0", "reason": "by mistake"}
]


@pytest.mark.parametrize(
    ("check", "version", "surface", "reason"),
    [
        ("monotonic", "0.3.0", "crate:app", "by mistake"),
        ("monotonic", "0.3.1", "crate:app", None),
        ("monotonic", "0.3.0", "pypi:app", None),
        ("monotonic", "0.3.0", None, None),
        ("source", "0.3.0", "crate:app", None),
    ],
)
def test_a_waiver_waives_what_it_names_and_nothing_else(check, version, surface, reason):
    waivers = gate.waivers(CONFIGURED, ())
    assert gate.waived(waivers, check, Version.parse(version), surface) == reason


def test_the_flag_waives_by_name():
    waivers = gate.waivers((), ("checks",))
    assert gate.waived(waivers, "checks", Version.parse("1.0.0"))


def test_a_waiver_of_no_check_is_refused():
    with pytest.raises(ConfigError, match="no check"):
        gate.waivers((), ("check",))
