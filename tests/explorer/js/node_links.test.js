import assert from "node:assert/strict";
import { test } from "node:test";
import { load, plain } from "./page.js";
import { story } from "./story.js";

const { bundle, links, values, state } = load(story());
const node = bundle.graph("symbolic").node.get("n1");
const shown = (row) => plain(values.short("symbolic", node, { case: row, moment: "start" }));

test("a node leads to those that stand for it", () => {
  assert.deepEqual([...links.to("symbolic", "n1", "optimized")], ["n9"]);
  assert.deepEqual([...links.to("rewrites", "n9", "symbolic")], ["n1", "n2"]);
  assert.deepEqual([...links.to("optimized", "n9", "rewrites")], ["n9"]);
  assert.deepEqual([...links.to("symbolic", "x", "optimized")], []);
  assert.deepEqual([...links.to("symbolic", "", "symbolic")], []);
});

test("a chain names the stages in order, its own among them", () => {
  const chain = links.chain("symbolic", "n1").map(({ view, ids, here }) => [view.key, ids, here]);

  assert.deepEqual(plain(chain), [
    ["symbolic", ["n1"], true],
    ["optimized", ["n9"], false],
  ]);
});

test("going to a node opens the folds around it", () => {
  assert.deepEqual(plain(links.target("symbolic", "n3")), {
    ...{ view: "symbolic", node: "f/n3", of: "", open: "f" },
  });
  assert.equal(links.target("rewrites", "n9").node, "n9");
});

test("a closed fold is drawn for what it holds", () => {
  assert.deepEqual([...links.drawn("symbolic", new Set(["n2", "n3", "n1", "gone"]))], ["f", "n1"]);
});

test("a node is found in its stage, or in any state of the rewriting", () => {
  assert.equal(links.find("symbolic", "n3").title, "scan");
  assert.equal(links.find("rewrites", "n2").id, "n2");
  assert.equal(links.find("rewrites", "gone"), null);
  assert.equal(links.find("gradient", "n1"), null);
});

test("what is picked inside a fold is known by its id in the stage", () => {
  assert.equal(links.picked({ ...state.get(), view: "symbolic", node: "f/n2" }), "n2");
  assert.equal(links.picked({ ...state.get(), view: "rewrites", node: "n1/n4" }), "n1");
});

test("a value is that of the row and the moment, with its gradient", () => {
  assert.deepEqual(shown("0"), [["1.5", "value"]]);
  assert.deepEqual(shown("1"), [
    ["a value of many m…", "value"],
    ["∂ 0.25", "adjoint"],
  ]);
  assert.deepEqual(shown("none"), []);
  assert.equal(values.has("symbolic"), true);
  assert.equal(values.has("optimized"), false);
  assert.equal(values.has("rewrites"), true);
});
