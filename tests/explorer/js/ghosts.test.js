import assert from "node:assert/strict";
import { test } from "node:test";
import { load, plain } from "./page.js";
import { story } from "./story.js";

const { ghosts, bundle } = load(story());

const node = (id, x, y) => ({ id, x, y, w: 60, h: 30, kind: "apply", shape: "box", label: [id] });
const edge = (from, to, position = 0) => ({ from, to, position, d: "M0 0L1 1" });
const state = (key, nodes, edges) => {
  const graph = { key, nodes, edges, outline: [], groups: [], folds: {}, size: [400, 400] };
  return {
    graph: bundle.linked(graph),
    nodes: new Set(nodes.map(({ id }) => id)),
    edges: new Set(edges.keys()),
    labels: {},
  };
};
const old = state(
  "old",
  [node("x", 50, 50), node("a", 50, 150), node("b", 50, 250), node("y", 50, 350)],
  [edge("x", "a"), edge("a", "b"), edge("b", "y")],
);
const now = state(
  "now",
  [node("x", 250, 50), node("n", 250, 150), node("y", 250, 250)],
  [edge("x", "n"), edge("n", "y")],
);
const places = (found) => Object.fromEntries(found.graph.nodes.map(({ id, x, y }) => [id, [x, y]]));

test("what a step removed stands beside what took its place, and near what it was next to", () => {
  const found = ghosts.together(old, now, [{ node: "y", position: 0, old: "b", new: "n" }]);

  assert.deepEqual([...found.nodes].sort(), ["a", "b", "n", "x", "y"]);
  assert.deepEqual(places(found).b, [342, 150]);
  const [x, y] = places(found).a;
  assert.ok(Math.abs(x - 280) < 130 && y < 150, `${x} ${y}`);
});

test("nothing that was removed lies over another node", () => {
  const { graph } = ghosts.together(old, now);
  for (const one of graph.nodes)
    for (const other of graph.nodes)
      if (one !== other)
        assert.ok(Math.abs(one.x - other.x) >= 60 || Math.abs(one.y - other.y) >= 30);
});

test("edges that are gone join what is drawn", () => {
  const { graph, edges } = ghosts.together(old, now);
  const drawn = [...edges].map((position) => graph.edges[position]);

  assert.deepEqual(plain(drawn.map(({ from, to }) => `${from} ${to}`)), [
    "x n",
    "n y",
    "x a",
    "a b",
    "b y",
  ]);
  for (const { d } of drawn.slice(2)) assert.match(d, /^M-?[\d.]+,-?[\d.]+L-?[\d.]+,-?[\d.]+$/);
});

test("a state without what was there has the nodes of its own layout alone", () => {
  assert.deepEqual(plain([...ghosts.together(now, now).nodes].sort()), ["n", "x", "y"]);
});
