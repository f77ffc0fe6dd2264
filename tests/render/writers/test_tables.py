"""Columns of a table give way where the least is broken by it."""

from __future__ import annotations

from xorexplain.render.lines import joined
from xorexplain.render.reports.document import Column, Inlines, Table, inlines
from xorexplain.render.writers.tables import table

NAME = "local_subtensor_remove_index"


def written(rows: tuple[tuple[Inlines, ...], ...], width: int) -> list[str]:
    columns = (Column("rewrite", grows=True), Column("message", grows=True))
    return joined(table(Table(columns, rows), width)).splitlines()


def test_running_text_gives_way_before_names_are_broken() -> None:
    told = inlines("the graph has a cycle, so that this step was taken back")
    lines = written(((inlines(NAME), told), (inlines(NAME), ())), 45)

    assert [line.split("  ")[0] for line in lines if NAME in line] == [NAME] * 2
    assert max(map(len, lines)) <= 45
    assert len(lines) > 5


def test_one_long_name_is_broken_before_many_messages_are() -> None:
    told = inlines("refused on node n12")
    rows = ((inlines("f" * 60), told), *(((inlines("fill"), told),) * 9))
    lines = written(rows, 45)

    assert sum("refused on node n12" in line for line in lines) == 10
    assert "".join(lines).count("f") >= 60


def test_a_table_is_as_wide_as_its_cells_where_there_is_room() -> None:
    rows = ((inlines(NAME), inlines("done")),)

    assert written(rows, 200) == ["rewrite" + " " * 23 + "message", f"{NAME}  done"]
