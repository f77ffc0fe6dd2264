import assert from "node:assert/strict";
import { test } from "node:test";
import { load, plain } from "./page.js";
import { story } from "./story.js";

/** The story of a file: its third line wrote n1, its fifth a node in the folded layer. */
function written() {
  const told = story();
  told.graphs.symbolic.nodes.columns.source = [
    ...[null, null],
    ...[{ file: "m.py", line: 3, code: "x + W" }, null, null],
  ];
  told.graphs["symbolic/f"].nodes[0].source = { file: "m.py", line: 5, code: "tanh(z)" };
  told.graphs["symbolic/f/n3"].nodes[0].source = { file: "m.py", line: 6, code: "step" };
  told.sources = {
    files: [
      {
        ...{ file: "m.py", library: false },
        lines: [
          [3, "  z = x + W"],
          [5, "tanh(z)"],
          [6, "step"],
        ],
      },
    ],
    from: { optimized: { n9: ["0:3", "0:5"] }, trace: { n2: ["0:3"], n9: ["0:3", "0:5"] } },
  };
  return load(told);
}

test("a line has the nodes it wrote, and the folded layers that hold some", () => {
  const xe = written();
  const found = xe.sources.byLine("symbolic", xe.bundle.graph("symbolic"));
  assert.deepEqual(plain(Object.fromEntries([...found].map(([k, ids]) => [k, [...ids]]))), {
    "0:3": ["n1"],
    "0:5": ["f"],
    "0:6": ["f"],
  });
});

test("what is made of others comes from their lines, and says so", () => {
  const { sources } = written();
  assert.deepEqual(plain(sources.told("symbolic", "symbolic", "n1")), {
    lines: ["0:3"],
    isDerived: false,
  });
  assert.deepEqual(plain(sources.told("optimized", "optimized", "n9")), {
    lines: ["0:3", "0:5"],
    isDerived: true,
  });
});

test("inside an op ids are its own: the table of the stage is not asked", () => {
  const { sources } = written();
  assert.deepEqual(plain(sources.told("symbolic", "symbolic", "f/n3/n2").lines), ["0:6"]);
  assert.deepEqual(plain(sources.told("symbolic", "symbolic", "f/n2").lines), ["0:5"]);
});

test("a line is told by its file and number, and without its indent", () => {
  const { sources } = written();
  assert.deepEqual(plain(sources.place("0:3")), { name: "m.py:3", text: "z = x + W" });
});

test("a page without sources has no lines", () => {
  const { sources } = load(story());
  assert.deepEqual(plain(sources.told("symbolic", "symbolic", "n1").lines), []);
  assert.equal(sources.files.length, 0);
});
