import assert from "node:assert/strict";
import { test } from "node:test";
import { load, plain } from "./page.js";
import { story } from "./story.js";

const { bundle, keys } = load(story());
const ids = (set) => [...set].sort();

test("columns are the rows they were packed from", () => {
  const table = { rows: 3, columns: { a: [1, null, 3], b: { of: ["x", null], at: [0, 0, 1] } } };

  assert.deepEqual(plain(bundle.rows(table)), [{ a: 1, b: "x" }, { b: "x" }, { a: 3 }]);
  assert.deepEqual(plain(bundle.rows([{ a: 1 }])), [{ a: 1 }]);
  assert.deepEqual(plain(bundle.rows(null)), []);
});

test("stages are the views with a graph; tabs are in the order of the story, with counts", () => {
  assert.deepEqual(plain(bundle.stages.map((view) => view.key)), ["symbolic", "optimized"]);
  assert.deepEqual(plain(bundle.views.map((view) => view.key)), [
    "start",
    "symbolic",
    "gradient",
    "rewrites",
    "optimized",
  ]);
  assert.equal(bundle.view("rewrites").count, 3);
  assert.equal(bundle.view("gradient"), undefined);
  assert.equal(bundle.view("symbolic").title, "Symbolic");
});

test("a derivation has a tab on the graph of the gradient", () => {
  const data = story();
  data.views[1] = { key: "gradient", title: "Gradient", graph: "optimized" };
  data.gradient = { equations: [{ part: "step", text: "dW = x" }], lead: "One by one." };

  const derivation = load(data).bundle.view("derivation");

  assert.equal(derivation.graph, "optimized");
  assert.equal(derivation.lead, "One by one.");
  assert.equal(bundle.space("derivation"), "gradient");
});

test("a graph is indexed once, with its edges by both ends", () => {
  const graph = bundle.graph("symbolic");

  assert.equal(bundle.graph("symbolic"), graph);
  assert.deepEqual(plain(graph.into.get("n1")), [0, 1]);
  assert.deepEqual(plain(graph.outOf.get("n1")), [2]);
  assert.deepEqual(plain(graph.groups), []);
  assert.equal(bundle.graph("nothing"), null);
  assert.equal(bundle.graph(null), null);
});

test("what feeds a node, and what it feeds", () => {
  const graph = bundle.graph("symbolic");

  const up = bundle.reach(graph, "f", "into");
  const down = bundle.reach(graph, "x", "outOf");
  const limited = bundle.reach(graph, "f", "into", new Set([0, 2]));

  assert.deepEqual(ids(up.nodes), ["W", "f", "n1", "x"]);
  assert.deepEqual(ids(up.edges), [0, 1, 2]);
  assert.deepEqual(ids(down.nodes), ["f", "n1", "r0", "x"]);
  assert.deepEqual(ids(limited.nodes), ["f", "n1", "x"]);
});

test("a path leads through folds", () => {
  assert.equal(bundle.inner("symbolic", ""), bundle.graph("symbolic"));
  assert.equal(bundle.inner("symbolic", "f/n3"), bundle.graph("symbolic/f/n3"));
  assert.equal(bundle.inner("symbolic", "n1"), null);

  const found = bundle.nodeAt("symbolic", "f/n2");

  assert.equal(found.node.id, "n2");
  assert.equal(found.prefix, "f/");
  assert.equal(bundle.nodeAt("symbolic", "f/n7"), null);
  assert.equal(bundle.nodeAt("symbolic", "x/n2"), null);
  assert.equal(bundle.nodeAt("symbolic", ""), null);
});

test("a node of a stage is found in the layer that holds it", () => {
  assert.equal(bundle.place("symbolic", "n1"), "n1");
  assert.equal(bundle.place("symbolic", "n3"), "f/n3");
  assert.equal(bundle.place("symbolic", "o:n1"), null);
});

test("inside an op a node stands for the op", () => {
  assert.equal(bundle.stageId("symbolic", "n1"), "n1");
  assert.equal(bundle.stageId("symbolic", "f/n2"), "n2");
  assert.equal(bundle.stageId("symbolic", "f/n3/n2"), "n3");
});

test("labels have a style, and titles a name", () => {
  const node = bundle.graph("symbolic").node.get("n1");

  assert.deepEqual(plain(bundle.labelLines(node)), [
    ["add", "strong"],
    ["float64", "accent"],
  ]);
  assert.equal(bundle.title(node), "add total");
  assert.equal(bundle.title(bundle.graph("symbolic/f").node.get("n3")), "scan");
  assert.equal(bundle.title({ id: "n5", kind: "apply" }), "n5");
});

test("arrow keys go to the nearest node that way", () => {
  const graph = bundle.graph("symbolic");
  const all = () => true;

  assert.equal(keys.neighbour(graph, "n1", "ArrowUp", all), "x");
  assert.equal(keys.neighbour(graph, "n1", "ArrowDown", all), "f");
  assert.equal(
    keys.neighbour(graph, "n1", "ArrowDown", (id) => id !== "f"),
    "r0",
  );
  assert.equal(keys.neighbour(graph, "x", "ArrowLeft", all), null);
});

test("what would steer a text is seen as its escape", () => {
  const { visible } = load(story()).dom;
  const shown = (text) => JSON.parse(visible(text));
  assert.equal(shown('"a\\u202eb\\u001b"'), "a\\u202eb\\u001b");
  assert.equal(shown('"\\\\u202e"'), "\\u202e");
  assert.equal(shown('"\\u003cb\\u003e \\u0026 \\n \\u200d"'), "<b> & \n \u200d");
});
