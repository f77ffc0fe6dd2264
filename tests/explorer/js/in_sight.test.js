import assert from "node:assert/strict";
import { test } from "node:test";
import { load, plain } from "./page.js";
import { story } from "./story.js";

const { sight } = load(story());
const room = [0, 0, 400, 200];
const aim = (box, held = null, k = 0.5) => plain(sight.aim({ x: 0, y: 0, k }, box, room, held));

test("what a step marks is in the middle, so large that small letters can be read", () => {
  assert.deepEqual(aim([100, 100, 200, 150]), { x: 35, y: -37.5, k: 1.1 });
});

test("a zoom at which letters are larger stays, as does the one the reader chose", () => {
  assert.equal(aim([0, 0, 100, 50], null, 1.3).k, 1.3);
  assert.equal(aim([0, 0, 100, 50], 0.4).k, 0.4);
});

test("what is far apart is shown whole", () => {
  assert.deepEqual(aim([0, 0, 800, 100], 2), { x: 0, y: 75, k: 0.5 });
});
