import assert from "node:assert/strict";
import { test } from "node:test";
import { load, plain } from "./page.js";
import { story } from "./story.js";

const { math } = load(story());

test("the words of a formula are its leaves in order, or those of its text", () => {
  const parts = [
    ["ix", "o="],
    ["o+", ["mfrac", "ia", ["mrow", "ib", "n2"]]],
  ];
  assert.deepEqual(plain(math.words(parts, "")), ["ix", "o=", "o+", "ia", "ib", "n2"]);
  assert.deepEqual(plain(math.words(null, "δz1 = a × 2.5")), ["δz1", "=", "a", "×", "2.5"]);
});

test("what is in both is not marked", () => {
  const [was, is] = math.differing([..."abcd"], [..."axcd!"]);
  assert.deepEqual([[...was], [...is]].map(plain), [[1], [1, 4]]);
});

test("equal formulas, and those too long to compare, have no marks", () => {
  assert.deepEqual(plain([...math.differing([..."ab"], [..."ab"])].map((s) => s.size)), [0, 0]);
  const long = Array.from({ length: 5000 }, (_, i) => String(i));
  assert.deepEqual(plain([...math.differing(long, ["a"])].map((s) => s.size)), [0, 0]);
});
