import assert from "node:assert/strict";
import { test } from "node:test";
import { load, plain } from "./page.js";
import { story } from "./story.js";

// The value 1 by the op 7 on both sides, 2 by other ops, 3 and 4 on one side only.
const NODES = {
  gradient: [
    { n0: [7, 1], n1: [8, 2], n2: [7, 3, 5] },
    { n0: [7, 4], n1: [9, 6, 2], n2: [8, 1], n3: [7, 1] },
  ],
};
const counterparts = load(story()).counterparts.create(NODES);
const all = { view: "gradient", present: null };
const some = { view: "gradient", present: ["n0", "n2"] };

test("a node has the counterpart that computes the same, by the same op if there is one", () => {
  const of = (side, id, other = all) =>
    plain(counterparts.of(side, { view: "gradient", id }, other))?.id;

  assert.equal(of(0, "n0"), "n3");
  assert.equal(of(1, "n2"), "n0");
  assert.equal(of(0, "n1"), "n1");
  assert.equal(of(0, "n2"), undefined);
  assert.equal(of(0, "elsewhere"), undefined);
  assert.equal(of(0, "n0", some), "n2");
  assert.equal(of(0, "n0", { view: "rewrites", present: [] }), "n3");
});

test("what one side alone computes is told apart from what other ops compute", () => {
  assert.deepEqual(plain(counterparts.tints([all, all])), [
    { only: ["n2"], other: ["n1"] },
    { only: ["n0"], other: ["n1", "n2"] },
  ]);
  assert.deepEqual(plain(counterparts.tints([all, some]))[0], {
    only: ["n1", "n2"],
    other: ["n0"],
  });
});

test("the derivation has the nodes of the gradient, and two views have nothing in common", () => {
  const derivation = { view: "derivation", present: null };

  assert.deepEqual(
    plain(counterparts.tints([derivation, all])),
    plain(counterparts.tints([all, all])),
  );
  assert.deepEqual(plain(counterparts.tints([all, { view: "start", present: null }])), [
    { only: [], other: [] },
    { only: [], other: [] },
  ]);
});
