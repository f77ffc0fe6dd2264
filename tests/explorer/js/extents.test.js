import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./page.js";
import { story } from "./story.js";

const { extents, bundle } = load(story());
const node = (id, x, y) => ({ id, x, y, w: 60, h: 30, kind: "apply", shape: "box", label: [id] });
const drawn = (d, groups = []) =>
  bundle.linked({
    ...{ key: "drawn", outline: [], groups, folds: {}, size: [400, 400] },
    nodes: [node("a", 30, 15), node("b", 330, 385)],
    edges: [{ from: "a", to: "b", position: 0, d }],
  });
const isThere = (boxes, [x, y]) =>
  boxes.some(([l, t, r, b]) => x >= l - 1 && x <= r + 1 && y >= t - 1 && y <= b + 1);

test("an edge is where it is drawn, and not in all of the box around it", () => {
  const boxes = extents.extents(drawn("M30,30C30,200 330,200 330,365L330,370"), null, null);
  const isSeen = (...point) => isThere(boxes, point);
  assert.ok(isSeen(30, 30) && isSeen(180, 198.75) && isSeen(330, 368) && isSeen(330, 385));
  assert.ok(!isSeen(30, 300) && !isSeen(330, 60));
});

test("a straight edge is told in pieces as well", () => {
  const boxes = extents.extents(drawn("M30 30L330 370"), null, null);
  assert.ok(isThere(boxes, [180, 200]));
  assert.ok(!isThere(boxes, [60, 300]));
});

test("what is not there in a state takes no room; the title of a group does", () => {
  const group = { id: "g", title: "layer 1", nodes: ["a"], box: [200, 100, 80, 80] };
  const boxes = extents.extents(drawn("M30 30L330 370", [group]), new Set(["a"]), new Set());
  assert.ok(isThere(boxes, [230, 100]));
  assert.ok(!isThere(boxes, [180, 200]) && !isThere(boxes, [330, 385]));
});

test("a title stands beside the edges that enter its group, where there is room", () => {
  const group = (box) => ({ id: "g", title: "layer 1", nodes: ["a"], box });
  const left = (box, d) => extents.tabs(drawn(d, [group(box)]))[0][0];
  assert.equal(left([200, 100, 180, 80], "M300 30L300 370"), 206);
  assert.ok(left([200, 100, 180, 80], "M230 30L230 370") > 230);
  assert.equal(left([200, 100, 90, 80], "M230 30L230 370"), 206);
});
