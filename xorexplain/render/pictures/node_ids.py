"""Write the id of each node below what it says, for those who ask for nodes by their ids."""

from __future__ import annotations

from dataclasses import replace

from xorexplain.render.pictures.records import Group, Line, Members, Node


def with_ids(members: Members) -> Members:
    """Return nodes and groups whose nodes tell their ids; a result has the id of no variable."""
    # Ops nest in ops a few times at most, however large a graph is.
    return tuple(
        replace(member, members=with_ids(member.members))
        if isinstance(member, Group)
        else _with_id(member)
        for member in members
    )


def _with_id(node: Node) -> Node:
    is_result = node.kind in ("result", "update") or node.shape in ("result", "update")
    return node if is_result else replace(node, lines=(*node.lines, Line("word", node.id)))
