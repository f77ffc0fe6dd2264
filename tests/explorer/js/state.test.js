import assert from "node:assert/strict";
import { test } from "node:test";
import { load, plain } from "./page.js";
import { story } from "./story.js";

const START = {
  ...{ view: "start", node: "", of: "", step: 0, split: "", open: "", closed: null },
  ...{ case: "0", moment: "start", values: "", raw: "", whole: "", source: "" },
};
const at = (hash) => plain(load(story(), hash).state.get());

test("an empty address is the start, or the view that the page opens at", () => {
  assert.deepEqual(at(""), START);
  assert.equal(load(story(), "", "rewrites").state.get().view, "rewrites");
  assert.equal(load(story(), "#view=symbolic", "rewrites").state.get().view, "symbolic");
  assert.equal(load(story(), "", "compiled").state.get().view, "start");
});

test("what is said without a view is said of the first stage", () => {
  assert.equal(at("#node=n1").view, "symbolic");
});

test("an address says what differs from the start", () => {
  const hash = "#view=optimized&node=n9&of=symbolic&split=symbolic&closed=a+b&case=1&values=1";

  assert.deepEqual(at(hash), {
    ...START,
    ...{ view: "optimized", node: "n9", of: "symbolic", split: "symbolic" },
    ...{ closed: ["a", "b"], case: "1", values: "1" },
  });
});

test("what an address says wrongly is as at the start, in the first stage", () => {
  const wrong = "#view=no&of=no&step=x&split=no&case=7&moment=no&more=1&constructor=1";

  assert.deepEqual(at(wrong), { ...START, view: "symbolic" });
  assert.equal(at("#view=gradient").view, "symbolic");
  assert.equal(at("#view=symbolic&split=symbolic").split, "");
  assert.deepEqual(at("#closed=").closed, []);
});

test("a step alone means the rewrites, and stays within them", () => {
  assert.equal(at("#step=2").view, "rewrites");
  assert.equal(at("#step=2.4").step, 2);
  assert.equal(at("#step=99").step, 3);
  assert.equal(at("#step=-1").step, 0);
  assert.equal(at("#view=rewrites&split=before").split, "before");
  assert.equal(at("#view=rewrites&split=symbolic").split, "");
});

test("a change is written into the address and told", () => {
  const { state, location } = load(story(), "#view=symbolic");
  const told = [];
  state.on((now, before) => told.push([before.node, now.node]));

  state.set({ node: "n1" });
  state.set({ node: "n1" });
  state.set({ closed: ["g 1"] }, { replace: true });

  assert.equal(location.hash, "#view=symbolic&node=n1&closed=g+1");
  assert.deepEqual(told[0], ["", "n1"]);
  assert.equal(told.length, 2);
});

test("another view closes what was open and keeps what was picked, by the view it is of", () => {
  const { state } = load(story(), "#node=n1&open=f&closed=a");

  state.set({ view: "optimized" });

  assert.deepEqual(plain(state.get()), { ...START, view: "optimized", node: "n1", of: "symbolic" });
  assert.equal(state.pickedIn(), "symbolic");
  state.set({ node: "n9" });
  assert.equal(state.pickedIn(), "optimized");
  state.set({ view: "start" });
  state.set({ view: "symbolic" });
  assert.equal(state.pickedIn(), "optimized");
  assert.equal(load(story(), "#view=symbolic&node=n1&of=start").state.pickedIn(), "symbolic");
});

test("going back is told once", () => {
  const { state, go } = load(story());
  let told = 0;
  state.on(() => told++);

  go("#view=optimized");
  go("#view=optimized&more=1");

  assert.equal(state.get().view, "optimized");
  assert.equal(told, 1);
});

test("an address that the page wrote itself changes nothing when the browser tells of it", () => {
  const page = load(story(), "#view=symbolic");
  page.state.set({ view: "optimized" });
  page.location.replace = () => {};
  page.state.set({ node: "n1" }, { replace: true });
  page.told();
  assert.equal(page.state.get().node, "n1");
  page.go("#view=symbolic");
  assert.equal(page.state.get().view, "symbolic");
  page.go("#view=optimized");
  assert.equal(page.state.get().view, "optimized");
});
