"""Tries are counted by name, and a group's answer is remembered as its member's."""

from __future__ import annotations

from xorexplain.engines.attempts import Attempts, name_of


class Rewriter:
    def __init__(self, name: str) -> None:
        self.name = name


def tried(attempts: Attempts, rewriter: Rewriter, *, hit: bool) -> None:
    attempts.begin()
    attempts.end(rewriter, "n1", hit, 0.0, is_group=False)


def test_tries_hits_and_seconds_add_up() -> None:
    attempts, rewriter = Attempts(), Rewriter("local_a")
    for hit in (False, True, False):
        attempts.begin()
        attempts.end(rewriter, "node", hit, 0.5, is_group=False)
    tally = attempts.tallies["local_a"]

    assert (tally.tries, tally.hits, tally.seconds, tally.nodes) == (3, 1, 1.5, [])


def test_own_seconds_are_without_those_of_rewrites_that_were_asked() -> None:
    attempts = Attempts()
    outer, inner = Rewriter("outer"), Rewriter("inner")
    attempts.begin()
    for _ in range(2):
        attempts.begin()
        attempts.end(inner, "n1", False, 0.25, is_group=False)
    attempts.end(outer, "n1", True, 0.75, is_group=False)

    assert attempts.tallies["outer"].own == 0.25
    assert attempts.tallies["inner"].own == attempts.tallies["inner"].seconds == 0.5


def test_nodes_are_kept_when_asked_for() -> None:
    attempts, rewriter = Attempts(keeps_nodes=True), Rewriter("local_a")
    tried(attempts, rewriter, hit=False)

    assert attempts.tallies["local_a"].nodes == ["n1"]


def test_tries_inside_of_ops_are_told_apart() -> None:
    attempts, rewriter = Attempts(keeps_nodes=True), Rewriter("local_a")
    tried(attempts, rewriter, hit=False)
    attempts.begin()
    attempts.end(rewriter, "n2", True, 0.0, is_group=False, is_inside=True)
    tally = attempts.tallies["local_a"]

    assert (tally.tries, tally.hits, tally.inside, tally.inside_hits) == (2, 1, 1, 1)
    assert tally.nodes == ["n1"]


def test_members_of_a_group_are_those_that_answered() -> None:
    attempts = Attempts()
    group, one, two = Rewriter("Group(a,b)"), Rewriter("a"), Rewriter("b")
    attempts.begin()
    tried(attempts, one, hit=False)
    tried(attempts, two, hit=True)
    attempts.end(group, "n1", True, 0.0, is_group=True)

    assert attempts.members_of(group) == (two,)
    assert attempts.members_of(one) == ()


def test_what_a_rewrite_asks_while_it_thinks_is_no_member() -> None:
    attempts = Attempts()
    group, outer, inner = Rewriter("Group(outer)"), Rewriter("outer"), Rewriter("inner")
    attempts.begin()
    attempts.begin()
    tried(attempts, inner, hit=True)
    attempts.end(outer, "n1", True, 0.0, is_group=False)
    attempts.end(group, "n1", True, 0.0, is_group=True)

    assert attempts.members_of(outer) == ()
    assert attempts.members_of(group) == (outer,)


def test_members_of_a_group_in_a_group_are_those_within() -> None:
    attempts = Attempts()
    outer, group, one = Rewriter("Group(Group(a))"), Rewriter("Group(a)"), Rewriter("a")
    attempts.begin()
    attempts.begin()
    tried(attempts, one, hit=True)
    attempts.end(group, "n1", True, 0.0, is_group=True)
    attempts.end(outer, "n1", True, 0.0, is_group=True)

    assert attempts.members_of(outer) == (one,)


def test_a_text_stands_for_the_rewriter_that_runs() -> None:
    attempts, outer, inner = Attempts(), Rewriter("outer"), Rewriter("inner")
    attempts.enter(outer)
    attempts.enter(inner)
    assert attempts.rewriter_of("some reason") is inner
    attempts.leave(hit=True)
    assert attempts.rewriter_of(("Revert", "some reason")) is outer
    assert attempts.rewriter_of(inner) is inner
    attempts.leave(hit=False)
    assert attempts.rewriter_of("nobody") is None
    assert attempts.tallies["inner"].hits == 1


def test_names_are_plain() -> None:
    assert name_of(Rewriter("local_a")) == "local_a"
    assert name_of("MergeOptimizer") == "MergeOptimizer"
    assert name_of("<class 'a.b.Elemwise'>_inplace") == "Elemwise_inplace"
    assert name_of(Rewriter("cut_gpua_constant_transfers")) == "constant_folding"
