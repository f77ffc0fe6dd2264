"""Test the tables that long lists are packed in."""

from __future__ import annotations

import json

from xorexplain.explorer.packing import packed, table, unpacked


def test_a_table_holds_the_list() -> None:
    entries = [{"id": f"n{i}", "kind": "apply", "at": [i, 2]} for i in range(40)]

    found = table(entries)

    assert found["rows"] == 40
    assert found["columns"]["id"] == [f"n{i}" for i in range(40)]
    assert found["columns"]["kind"] == {"of": ["apply"], "at": [0] * 40}
    assert unpacked(found) == entries
    assert len(json.dumps(found)) < len(json.dumps(entries)) / 2


def test_keys_that_some_entries_lack() -> None:
    entries = [{"id": "a"}, {"id": "b", "label": "x"}, {}]

    assert unpacked(table(entries)) == entries


def test_an_empty_list() -> None:
    assert unpacked(table([])) == []


def test_one_and_true_stay_apart() -> None:
    entries = [{"v": value} for value in (1, True, 1.0, "1", 0, False, "") * 9]

    values = [entry["v"] for entry in unpacked(table(entries))]

    assert list(map(repr, values)) == list(map(repr, [entry["v"] for entry in entries]))


def test_a_story_without_rewrites() -> None:
    graph = {"nodes": [{"id": "n0"}], "edges": [], "size": [1, 2]}

    found = packed({"graphs": {"g": graph}, "trace": None, "title": "t"})

    assert found["title"] == "t"
    assert found["trace"] is None
    assert unpacked(found["graphs"]["g"]["nodes"]) == [{"id": "n0"}]
    assert graph["nodes"] == [{"id": "n0"}]
