/* A small story: a sum of x and W, folded in one stage, rewritten in three steps. */

const node = (id, more = {}) => ({
  ...{ id, kind: "apply", shape: "box", x: 0, y: 0, w: 10, h: 10, label: [id] },
  ...more,
});

export const story = () => ({
  version: 1,
  title: "sum",
  engine: "engine",
  made: "test",
  views: [
    { key: "symbolic", title: "Symbolic", graph: "symbolic" },
    { key: "gradient", title: "Gradient", graph: null, why: "there is no cost" },
    { key: "optimized", title: "Optimized", graph: "optimized" },
  ],
  graphs: {
    symbolic: {
      size: [100, 100],
      nodes: {
        rows: 5,
        columns: {
          id: ["x", "W", "n1", "f", "r0"],
          kind: { of: ["input", "parameter", "apply", "fold", "output"], at: [0, 1, 2, 3, 4] },
          name: { of: [null, "total"], at: [0, 0, 1, 0, 0] },
          label: [["x"], ["W"], ["add", ["float64", "accent"]], ["layer"], ["out", "output"]],
          outputs: [["x"], ["W"], ["v1"], null, null],
          x: [0, 40, 20, 20, 20],
          y: [0, 0, 40, 80, 120],
          w: { of: [10], at: [0, 0, 0, 0, 0] },
          h: { of: [10], at: [0, 0, 0, 0, 0] },
        },
      },
      edges: [
        { from: "x", to: "n1", d: "M0 0" },
        { from: "W", to: "n1", d: "M0 0" },
        { from: "n1", to: "f", d: "M0 0" },
        { from: "f", to: "r0", d: "M0 0" },
      ],
      folds: { f: { graph: "symbolic/f", title: "layer" } },
    },
    "symbolic/f": {
      size: [10, 10],
      nodes: [node("n2"), node("n3", { title: "scan" }), node("o:n1", { kind: "outside" })],
      edges: [{ from: "n2", to: "n3", d: "M0 0" }],
      folds: { n3: { graph: "symbolic/f/n3" } },
    },
    "symbolic/f/n3": { size: [10, 10], nodes: [node("n2")], edges: [] },
    optimized: { size: [10, 10], nodes: [node("n9"), node("W")], edges: [] },
    steps: {
      size: [10, 10],
      nodes: [node("n1"), node("n2"), node("n9"), node("W")],
      edges: [
        { from: "W", to: "n1", d: "M0 0" },
        { from: "n1", to: "n2", d: "M0 0" },
        { from: "W", to: "n9", d: "M0 0" },
      ],
    },
    alone: {
      size: [10, 10],
      nodes: [
        node("a", { mark: "removed" }),
        node("b", { mark: "added" }),
        node("c", { mark: "edited" }),
      ],
      edges: [
        { from: "c", to: "a", d: "M0 0" },
        { from: "c", to: "b", d: "M0 0" },
      ],
    },
  },
  gradient: { equations: [] },
  trace: {
    steps: [
      { rewrite: "fuse", phase: "fusion", kept_changed: ["W"] },
      { rewrite: "merge", phase: "merge" },
      { rewrite: "inplace", phase: "inplace" },
    ],
    segments: [{ graph: "steps" }],
    states: [
      { segment: 0, nodes: ["n1", "n2", "W"] },
      { segment: 0, nodes: ["n9", "W"], labels: { W: ["weights"] } },
      { local: null },
      { local: "alone" },
    ],
  },
  links: {
    symbolic: { n1: { words: "fused", optimized: ["n9"], steps: [1] } },
    optimized: { n9: { symbolic: ["n1", "n2"] } },
  },
  values: {
    cases: [
      { key: "0", title: "first row" },
      { key: "1", title: "second row" },
    ],
    moments: [{ key: "start", title: "at the start" }],
    table: {
      k1: { start: [{ text: "1.5" }, { text: "a value of many many letters" }] },
      k2: { start: [null, { text: "0.25" }] },
    },
    data: { symbolic: { v1: "k1" }, trace: { v1: "k1" } },
    adjoints: { symbolic: { v1: "k2" } },
  },
});
