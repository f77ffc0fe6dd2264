/* What the scripts of the page hand each other, and the data that Python writes into it. */

type Point = [number, number];
type Box = [left: number, top: number, right: number, bottom: number];
type Size = [width: number, height: number];
type LabelLine = [text: string, style: string];
type Mark = "added" | "removed" | "changed" | "tried" | "";
type Side = "before" | "after" | "both";
type Child = Node | string | null | undefined | false | 0;
type Options = Record<string, unknown> & {
  text?: string | number | null;
  on?: Record<string, (event: never) => void>;
};

/* The data: xorexplain/explorer/bundle.py */

/** A word of a formula, its kind before it, or an element with its parts: explorer/formulas.py. */
type MathPart = string | MathPart[];

interface Source {
  file: string;
  line: number;
  code: string;
}

interface GraphNode {
  id: string;
  kind: string;
  shape: string;
  x: number;
  y: number;
  w: number;
  h: number;
  label?: (string | LabelLine)[];
  title?: string;
  name?: string;
  op?: string;
  engine_op?: string;
  family?: string;
  /** What the legend calls it, where that is not its kind or family. */
  legend?: string;
  formula?: string;
  math?: MathPart[][];
  outputs?: string[];
  type?: string;
  tensor_shape?: string;
  words?: string;
  members?: number;
  mark?: Mark | "edited";
  source?: Source;
  /** What the node computes, a line an output, with slots for its inputs. */
  numpy?: string;
  tex?: string;
  /** The LaTeX of its name. */
  symbol?: string;
}

interface GraphEdge {
  from: string;
  to: string;
  position: number;
  variable?: string;
  d: string;
  at?: Point;
  label?: string;
  style?: string;
  head?: boolean;
  mark?: Mark;
}

interface Group {
  id: string;
  title: string;
  nodes: string[];
  box: [x: number, y: number, w: number, h: number];
  collapsed?: boolean;
}

interface OutlineEntry {
  id?: string;
  depth: number;
  text: string;
}

interface Fold {
  graph: string;
  title?: string;
}

/** A list of records, or for long ones its columns. */
type Column<T> = (T | null)[] | { of: T[]; at: number[] };
type Table<T> = T[] | { rows: number; columns: Record<string, Column<unknown>> };

interface PackedGraph {
  nodes: Table<GraphNode>;
  edges: Table<GraphEdge>;
  outline?: Table<OutlineEntry>;
  groups?: Group[];
  folds?: Record<string, Fold>;
  size: Size;
  summary?: string;
  latex?: string;
  numpy?: string;
}

/** A graph with what is looked up in it. */
interface IndexedGraph extends PackedGraph {
  key: string;
  nodes: GraphNode[];
  edges: GraphEdge[];
  outline: OutlineEntry[];
  groups: Group[];
  folds: Record<string, Fold>;
  node: Map<string, GraphNode>;
  into: Map<string, number[]>;
  outOf: Map<string, number[]>;
}

interface View {
  key: string;
  title: string;
  lead?: string;
  graph: string | null;
  /** The graph with the bookkeeping that the other leaves out. */
  raw?: string;
  why?: string;
  /** How many there are of what the view shows: apply nodes, equations, steps. */
  count?: number;
  noun?: string;
  /** The apply nodes in the order in which they run: how manieth, and which. */
  order?: [turn: number, id: string][];
}

interface Equation {
  part: string;
  text: string;
  latex?: string;
  math?: MathPart[][];
  title?: string;
  note?: string;
  node?: string;
  of?: string;
  nodes?: Record<string, string[]>;
  lines?: [text: string, said: string][];
}

interface Check {
  ok: boolean;
  words?: string;
  abs?: number | string | null;
  rel?: number | string | null;
}

interface Law {
  text: string;
  math?: MathPart[][];
  where?: string;
}

interface Step {
  rewrite: string;
  phase: string;
  verdict?: string;
  noise?: boolean;
  name?: string;
  message?: string;
  why?: string;
  caveat?: string;
  where?: string;
  excluding?: string;
  tags?: string[];
  law?: string | Law | (string | Law)[];
  lines?: [sign: string, text: string, by: string, math?: MathPart[][]][];
  check?: Check | null;
  added?: string[];
  removed?: string[];
  kept_changed?: string[];
  apart?: "only" | "other";
  apart_words?: string;
  edits?: { node: string; position: number; old: string; new: string }[];
}

/** The texts of nodes that read other constants than usual. */
type Slots = Record<string, Pick<GraphNode, "numpy" | "tex">>;

/** A state of the rewriting: drawn on its segment, on a graph of its own, or (null) not at all. */
interface TraceState {
  local?: string | null;
  segment?: number;
  nodes?: string[];
  edges?: number[];
  labels?: Record<string, (string | LabelLine)[]>;
  slots?: Slots;
}

interface TraceData {
  lead?: string;
  steps: Table<Step>;
  states: TraceState[];
  segments: { graph: string }[];
}

interface LinkRecord {
  words?: string;
  steps?: number[];
  /** Ids in the other stages, by the stage's key. */
  [stage: string]: unknown;
}

interface Named {
  key: string;
  title: string;
}

interface ValueRecord {
  text: string;
  full?: string;
  min?: number | string;
  max?: number | string;
  nan?: number;
  inf?: number;
  /** The numbers of a small array, row after row; what is not finite is a word. */
  cells?: (number | string)[];
  shape?: number[];
  dtype?: string;
}

interface Values {
  cases: Named[];
  moments: Named[];
  note?: string;
  /** By the key of a value, by moment: a record a case. */
  table: Record<string, Record<string, (ValueRecord | null)[]>>;
  data: Record<string, Record<string, string>>;
  adjoints: Record<string, Record<string, string>>;
}

interface Story {
  version: number;
  side?: "a" | "b";
  title: string;
  engine: string;
  made: string;
  notes?: string[];
  glossary?: Record<string, { sentence: string; gradient?: string }>;
  views: View[];
  graphs: Record<string, PackedGraph>;
  /** Functions that the NumPy code of nodes calls, by name. */
  helpers?: Record<string, string>;
  gradient?: { equations: Equation[]; lead?: string; legend?: string[] };
  trace?: TraceData | null;
  links?: Record<string, Record<string, LinkRecord>>;
  values?: Values;
  sources?: Sources;
}

interface SourceFile {
  file: string;
  library: boolean;
  lines: [number: number, text: string][];
}

interface Sources {
  files: SourceFile[];
  /** The lines, as `file:line`, of nodes that come from them, by stage and by id. */
  from: Record<string, Record<string, string[]>>;
}

/* What is shown */

interface State {
  view: string;
  node: string;
  of: string;
  step: number;
  split: string;
  open: string;
  closed: string[] | null;
  case: string;
  moment: string;
  values: string;
  raw: string;
  whole: string;
  source: string;
}

/** What was shown before: nothing, when the page opens. */
type Before = Pick<State, "view" | "node" | "step" | "source">;

/** What exists of a graph in a state of the rewriting. */
interface Existing {
  graph: IndexedGraph;
  nodes: Set<string>;
  edges: Set<number>;
  labels: Record<string, (string | LabelLine)[]>;
  slots?: Slots;
}

interface Change extends Existing {
  marks: Map<string, Mark>;
  edgeMarks: Map<number, Mark>;
}

/** What is written of a graph: all of it, or what is there in a state, with what its step changed. */
type Copied = Pick<Change, "graph"> & Partial<Omit<Change, "graph">>;

/** What `listing` needs of a graph or a change. */
type Listed = Pick<Change, "graph"> & Partial<Pick<Change, "nodes" | "edges" | "marks">>;

interface Found {
  node: GraphNode;
  graph: IndexedGraph;
  prefix: string;
}

interface Drawing {
  root: SVGGElement;
  graph: IndexedGraph;
  nodes: Map<string, SVGElement>;
  edges: SVGElement[];
  groups: Map<string, SVGElement[]>;
  closed?: SVGElement[];
  stamp?: string;
}

interface At {
  x: number;
  y: number;
  k: number;
}

interface Limits {
  smooth?: boolean;
  most?: number;
  least?: number;
  margin?: number;
}

interface Camera {
  forget(): void;
  release(): void;
  zoom(factor: number, x?: number, y?: number): void;
  pan(dx: number, dy: number): void;
  show(box: Box, limits?: Limits): void;
  reveal(box: Box): void;
  put(at: At): void;
  go(at: At, smooth?: boolean): void;
  at(): At;
  /** Returns where the camera is going, or is. */
  goal(): At;
  /** Returns the zoom the reader chose; null where none was chosen. */
  held(): number | null;
  size(): { w: number; h: number };
}

interface Minimap {
  /** Returns how much of the corner the map may hide. */
  reach(): { w: number; h: number };
  element: SVGSVGElement;
  show(
    graph: IndexedGraph,
    there: { nodes: Set<string> | null; edges: Set<number> | null },
    frame: { w: number; h: number },
  ): void;
  follow(at: At, frame: { w: number; h: number }): void;
}

interface PaneEvents {
  pick(id: string): void;
  unfold(id: string): void;
  group(id: string): void;
  hover(id: string | null): void;
  moved?(at: At): void;
}

interface Pane {
  element: HTMLElement;
  frame: SVGSVGElement;
  camera: Camera;
  map: Minimap;
  show(graph: IndexedGraph, how: { title?: string; label: string }): boolean;
  limit(nodes: Set<string> | null, edges: Set<number> | null): void;
  mark(marks: Map<string, Mark>, edgeMarks: Map<number, Mark>): void;
  relabel(labels: Existing["labels"]): void;
  choose(picked: string, linked?: Set<string>): void;
  light(id: string | null): void;
  fit(smooth?: boolean): void;
  open(): void;
  toPaper(yes: boolean): void;
  focus(id: string | null | undefined): void;
  isThere(id: string): boolean;
  firstId(): string | undefined;
  reveal(ids: Iterable<string>): void;
  showMap(): void;
  drawing(): Drawing | null;
  /** Returns the drawing; there has to be one. */
  drawn(): Drawing;
}

interface Anchor {
  left: number;
  right: number;
  top: number;
}

interface Folds {
  update(state: State, key: string, anchor: Anchor | null): void;
  pane: Pane;
  isOpen(): boolean;
  leave(): void;
}

interface Stage {
  update(state: State, before: Before): void;
  active(): Pane;
  point(find: ((view: string, of: IndexedGraph) => Set<string>) | null): void;
  folds: Folds;
  panes: { main: Pane; side: Pane };
}

interface SearchRecord {
  view: View;
  node: GraphNode;
  path: string;
  open: string;
  text: string;
}

interface Result {
  text: string;
  math?: MathPart[][];
  said: string;
  paint?: string;
  go(): void;
}

/** The results of one kind: at most some of them, and how many there are. */
interface Results {
  name: string;
  count: number;
  results: Result[];
}

interface Updating {
  update(state: State, before: Before): void;
}

interface Shown {
  update(state: State): void;
}

interface SourcePane extends Shown {
  hover(view: string, id: string | null): void;
}

/** Finds the next state that way among those the filter leaves, or null. */
interface StepList extends Shown {
  next(from: number, way: number): number | null;
  left(): number[];
}

interface Player extends Updating {
  move(way: number, replace?: boolean): boolean;
  toggle(): void;
  go(step: number, replace?: boolean): void;
}

/* Two explorers in one page: xorexplain/explorer/against.py */

interface PairRow {
  a: number;
  b: number;
  kind: string;
  elsewhere?: number;
}

/** What a node computes: the number of its op, and of the value of each output. */
type Coded = Record<string, [op: number, ...values: number[]]>;

interface PairData {
  comparison: { a: string; b: string; rows: PairRow[] | null };
  words: string[];
  nodes: Record<string, [Coded, Coded]>;
  fronts: [string, string];
}

/** What a side shows: `present` are its nodes where not all of a view are there. */
interface Seen {
  view: string;
  present: string[] | null;
}

interface Tints {
  only: string[];
  other: string[];
}

/** What an explorer tells the page around it. */
interface Shows extends Seen {
  step: number;
  picked: { view: string; id: string } | null;
  shared: Pick<State, "case" | "moment" | "values">;
  address: string;
  follows: boolean;
}

/** What the page tells an explorer in it. */
interface Follow {
  theme?: string;
  waits?: boolean;
  tints?: Tints;
  address?: string;
  patch?: Partial<State> & { pick?: { view: string; id: string } | null };
}

/** The modules of the page; each script adds one. */
interface Xorexplain {
  dom: {
    el<K extends keyof HTMLElementTagNameMap>(
      name: K,
      options?: Options,
      ...children: Child[]
    ): HTMLElementTagNameMap[K];
    svg<K extends keyof SVGElementTagNameMap>(
      name: K,
      options?: Options,
      ...children: Child[]
    ): SVGElementTagNameMap[K];
    button(
      name: string,
      action: () => void,
      options?: Options,
      ...children: Child[]
    ): HTMLButtonElement;
    refill(node: Element, ...children: Child[]): void;
    /** Returns what has to be there, or throws. */
    sure<T>(value: T | null | undefined): T;
    byId(id: string): HTMLElement;
    announce(text: string): void;
    visible(json: string): string;
    calm(): boolean;
    count(number: number, noun: string): string;
    scrollTo(node: Element, block?: "nearest" | "center"): void;
    reveal(node: Element, block?: "nearest" | "center"): void;
  };
  math: {
    formula(math: MathPart[][] | null | undefined, text: string, marked?: Set<number>): HTMLElement;
    words(math: MathPart[][] | null | undefined, text: string): string[];
    differing(one: string[], other: string[]): [Set<number>, Set<number>];
  };
  icon(name: string): SVGSVGElement;
  bundle: {
    data: Story;
    views: View[];
    stages: View[];
    equations: Equation[];
    view(key: string): View | undefined;
    space(key: string): string;
    graph(key: string | null | undefined): IndexedGraph | null;
    linked(of: Omit<IndexedGraph, "node" | "into" | "outOf">): IndexedGraph;
    reach(
      of: IndexedGraph,
      id: string,
      way: "into" | "outOf",
      edges?: Set<number> | null,
    ): { nodes: Set<string>; edges: Set<number> };
    boxOf(of: IndexedGraph, ids: Iterable<string>): Box;
    topCentre(of: IndexedGraph, l: number, r: number, t: number): number;
    inner(key: string, path: string): IndexedGraph | null;
    nodeAt(key: string | null | undefined, path: string): Found | null;
    labelLines(node: Pick<GraphNode, "label">): LabelLine[];
    title(node: GraphNode): string;
    rows<T extends object>(table: Table<T> | null | undefined): T[];
    place(key: string, id: string): string | null;
    stageId(key: string, path: string): string;
  };
  ghosts: {
    together(old: Existing, now: Existing, edits?: Step["edits"]): Existing;
    edgeKey(edge: GraphEdge): string;
    edgeKeys(existing: Existing): Set<string>;
  };
  sight: {
    aim(at: At, box: Box, room: Box, held: number | null): At;
    follow(panes: Pane[], ids: Set<string>, how: { smooth: boolean }): void;
  };
  trace: {
    trace: TraceData | null | undefined;
    steps: Step[];
    last: number;
    graphKey(k: number): string;
    at(k: number): Existing;
    change(k: number, side: Side): Change;
  };
  state: {
    get(): State;
    address(): string;
    go(hash: string): void;
    set(patch: Partial<State>, how?: { replace?: boolean }): void;
    pickedIn(of?: State): string;
    on(listener: (state: State, before: State) => void): void;
  };
  values: {
    cases: Named[];
    moments: Named[];
    lookUp(
      table: "data" | "adjoints",
      view: string,
      node: GraphNode,
      state: Pick<State, "case" | "moment">,
    ): [record: ValueRecord, output: number][];
    has(view: string): boolean;
    short(view: string, node: GraphNode, state: Pick<State, "case" | "moment">): LabelLine[];
  };
  shapes: { outline(node: GraphNode): SVGElement; paint(node: Partial<GraphNode>): string };
  draw: {
    draw(graph: IndexedGraph): Drawing;
    mark(drawn: Drawing, id: string, kind: Mark): void;
    relabel(drawn: Drawing, id: string, lines: (string | LabelLine)[] | null): void;
    values(drawn: Drawing, key: string, state: State): void;
    head(d: string): string;
    name(drawn: Drawing, id: string): void;
  };
  groups: {
    closed(graph: IndexedGraph, chosen: string[] | null): Set<string>;
    toggled(graph: IndexedGraph, chosen: string[] | null, id: string): string[];
    apply(drawn: Drawing, ids: Set<string>): void;
    place(group: Group): { x: number; y: number; w: number; h: number };
    HEIGHT: number;
  };
  bookkeeping: {
    create(): { element: HTMLElement; update(state: State): void };
    turn(state: State): void;
  };
  closeup: {
    closedUp(graph: IndexedGraph, ids: Set<string>): IndexedGraph;
    shift(before: IndexedGraph, after: IndexedGraph): [x: number, y: number] | null;
  };
  camera: { create(frame: SVGSVGElement, world: SVGGElement, changed: (at: At) => void): Camera };
  extents: {
    extents(graph: IndexedGraph, nodes: Set<string> | null, edges: Set<number> | null): Box[];
    tabs(graph: IndexedGraph): Box[];
  };
  minimap: { create(go: (x: number, y: number) => void): Minimap };
  keys: {
    WAYS: Record<string, Point>;
    neighbour(
      graph: IndexedGraph,
      id: string,
      key: string,
      exists: (id: string) => boolean,
    ): string | null;
    isTaken(event: KeyboardEvent): boolean;
    isClicked(): boolean;
  };
  canvas: { create(on: PaneEvents): Pane };
  folds: { create(room: HTMLElement): Folds };
  links: {
    record(view: string, id: string): LinkRecord | null;
    to(view: string, id: string, other: string): Set<string>;
    chain(view: string, id: string): { view: View; ids: string[]; here: boolean }[];
    find(key: string, id: string): GraphNode | null;
    target(key: string, id: string): Pick<State, "view" | "node" | "of" | "open">;
    picked(state: State): string;
    drawn(key: string, ids: Set<string>): Set<string>;
  };
  sources: {
    files: SourceFile[];
    linesOf(view: string, of: IndexedGraph, node: GraphNode): Set<string>;
    byLine(view: string, of: IndexedGraph): Map<string, Set<string>>;
    nodes(view: string, of: IndexedGraph, line: string): Set<string>;
    told(
      view: string,
      root: string | null | undefined,
      path: string,
    ): { lines: string[]; isDerived: boolean };
    picked(state: State): string[];
    chosen(state: State): string;
    place(key: string): { name: string; text: string };
  };
  source: { create(element: HTMLElement, stage: Stage): SourcePane };
  order: {
    write(drawn: Drawing, view: string): void;
    create(element: HTMLElement, stage: Stage): SourcePane;
  };
  matrix: {
    table(record: ValueRecord, name: string): HTMLElement;
    numpy(record: ValueRecord): string;
  };
  sides: { create(main: HTMLElement, tools: HTMLElement): Updating };
  roving: (<E extends HTMLElement>(list: E) => E) & {
    put(list: HTMLElement, item: HTMLElement): void;
  };
  stage: {
    create(room: HTMLElement, hovered: (view: string, id: string | null) => void): Stage;
  };
  tabs: { create(list: HTMLElement, start: HTMLElement, panel: HTMLElement): Updating };
  start: { create(element: HTMLElement): Shown };
  theme: { flip(): string; show(theme: string | null): void };
  parts: {
    section(heading: string, ...children: (Child | Child[])[]): HTMLElement | null;
    facts(pairs: [name: string, value: Child][]): HTMLElement | null;
    nodeLink(key: string, path: string, node: GraphNode, note?: string): HTMLButtonElement;
    goLink(target: Partial<State>, node: GraphNode, note?: string): HTMLButtonElement;
    linkList(links: Node[]): HTMLElement | null;
  };
  listing(heading: string, key: string, drawn: Listed, prefix?: string): HTMLDetailsElement;
  legend(of: IndexedGraph, steps: boolean): HTMLElement | null;
  node: { sections(key: string, root: string | null, path: string, state: State): Child[] };
  panel: { create(element: HTMLElement): Shown };
  step: { sections(state: State): Child[] };
  outline: { create(element: HTMLElement): Shown };
  equations: {
    create(element: HTMLElement): Shown;
    nodes(equation: Equation, view: string): string[];
    show(equation: Equation): void;
  };
  phases: { create(): Shown & { element: HTMLElement }; paint(name: string): string };
  steplist: { create(element: HTMLElement, changed: () => void): StepList };
  player: { create(element: HTMLElement, list: Pick<StepList, "next">): Player };
  search: {
    create(element: HTMLElement): { focus(): void };
  };
  finding: {
    find(query: string, first: string): Results[];
    stateWith(id: string): number;
  };
  copy: { text(content: string, what: string): Promise<void>; toast(line: string): void };
  paper: {
    colour(name: string): string;
    tint(node: GraphNode): string;
    title(view: string, step: number): string;
    edges(shown: Copied): [at: number, edge: GraphEdge][];
    nodes(shown: Copied): [node: GraphNode, lines: string[]][];
  };
  dot: { write(shown: Copied, title: string): string };
  mermaid: { write(shown: Copied, title: string): string };
  code: {
    numpy(shown: Copied, title: string): string;
    latex(shown: Copied): string;
    lines(shown: Copied, id: string): string | null;
  };
  tex: { write(math: MathPart[][]): string };
  link: {
    copy(stage: Stage): Promise<void>;
    follow(stage: Stage): void;
    fragment(stage: Stage): string;
  };
  copies: {
    texts(drawing: Drawing): [label: string, make: () => string][];
    formulas(): [label: string, make: () => string][];
  };
  picture: {
    source(drawing: Drawing, title: string): { text: string; w: number; h: number };
    saveSvg(drawing: Drawing, name: string): void;
    savePng(drawing: Drawing, name: string): Promise<void>;
  };
  toolbar: {
    createTools(element: HTMLElement, stage: Stage): void;
    createHead(element: HTMLElement, stage: Stage): Shown;
  };
  counterparts: {
    create(nodes: PairData["nodes"]): {
      of(
        side: number,
        picked: { view: string; id: string },
        other: Seen,
      ): { view: string; id: string } | null;
      tints(seen: [Seen, Seen]): [Tints, Tints];
    };
  };
  rows: {
    create(
      element: HTMLElement,
      rows: PairRow[],
      words: string[],
      go: (to: number) => void,
    ): {
      moves: Record<string, () => void>;
      first: number | null;
      show(at: number): void;
      say(text: string): void;
    };
  };
  pair: { create(stage: Stage): void; moves(move: string): boolean };
  help: { open(): void };
  sheets: {
    create(left: HTMLElement, source: HTMLElement, right: HTMLElement): Updating;
  };
}

interface Window {
  xorexplain: Xorexplain;
}
