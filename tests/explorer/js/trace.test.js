import assert from "node:assert/strict";
import { test } from "node:test";
import { load, plain } from "./page.js";
import { story } from "./story.js";

const { trace } = load(story());
const change = (k, side) => {
  const { graph, nodes, edges, marks, edgeMarks, labels } = trace.change(k, side);
  return {
    graph: graph.key,
    nodes: [...nodes].sort(),
    edges: [...edges].sort(),
    marks: Object.fromEntries(marks),
    edgeMarks: Object.fromEntries(edgeMarks),
    labels: plain(labels),
  };
};

test("there are as many states as steps, and the start", () => {
  assert.equal(trace.last, 3);
  assert.equal(load({ ...story(), trace: null }).trace.last, 0);
});

test("a state has the edges between its nodes", () => {
  const state = trace.at(0);

  assert.deepEqual([...state.nodes], ["n1", "n2", "W"]);
  assert.deepEqual([...state.edges], [0, 1]);
  assert.equal(trace.at(0), state);
});

test("the start changes nothing", () => {
  assert.deepEqual(change(0, "both").marks, {});
});

test("a step shows what it adds and removes, side by side or in one", () => {
  const both = change(1, "both");

  assert.deepEqual(both.nodes, ["W", "n1", "n2", "n9"]);
  assert.deepEqual(both.marks, { n9: "added", W: "changed", n1: "removed", n2: "removed" });
  assert.deepEqual(both.edgeMarks, { 0: "removed", 1: "removed", 2: "added" });
  assert.deepEqual(both.labels, { W: ["weights"] });
  assert.deepEqual(change(1, "before").nodes, ["W", "n1", "n2"]);
  assert.deepEqual(change(1, "after").nodes, ["W", "n9"]);
});

test("a step that changes nothing to be drawn is drawn on the nearest state", () => {
  assert.deepEqual(change(2, "both"), { ...change(2, "after"), marks: {}, edgeMarks: {} });
  assert.equal(change(2, "both").graph, "steps");
});

test("a step with a graph of its own takes the marks from it", () => {
  const both = change(3, "both");

  assert.deepEqual(both.marks, { a: "removed", b: "added", c: "changed" });
  assert.deepEqual(both.edgeMarks, { 0: "removed", 1: "added" });
  assert.deepEqual(change(3, "before").nodes, ["a", "c"]);
  assert.deepEqual(change(3, "after").nodes, ["b", "c"]);
});

test("what a step would have changed that was taken back is marked as tried", () => {
  const told = story();
  told.trace.steps[0] = { ...told.trace.steps[0], verdict: "rejected", kept_changed: ["W"] };
  told.trace.states[1] = told.trace.states[0];
  told.trace.steps[2].verdict = "rejected";
  const { trace: taken } = load(told);

  assert.deepEqual(Object.fromEntries(taken.change(1, "both").marks), { W: "tried" });
  assert.equal(taken.change(3, "both").marks.get("c"), "tried");
});

test("a step across two layouts shows what it removed in the layout after it", () => {
  const told = story();
  told.graphs.later = { ...told.graphs.optimized, nodes: [...told.graphs.optimized.nodes] };
  told.trace.segments.push({ graph: "later" });
  told.trace.states[1] = { segment: 1, nodes: ["n9", "W"] };
  const { trace: crossing } = load(told);
  const { graph, nodes, marks } = crossing.change(1, "both");

  assert.equal(graph.key, "later");
  assert.deepEqual([...nodes].sort(), ["W", "n1", "n2", "n9"]);
  assert.deepEqual(Object.fromEntries(marks), {
    ...{ n9: "added", W: "changed", n1: "removed", n2: "removed" },
  });
  assert.equal(crossing.change(1, "both").graph, graph);
});
