/** Finite directed graphs, as two arrays of ends. */

export class Edges {
  private from = new Int32Array(1 << 12);
  private to = new Int32Array(1 << 12);
  count = 0;

  add(from: number, to: number): void {
    if (this.count === this.from.length) {
      this.from = doubled(this.from);
      this.to = doubled(this.to);
    }
    this.from[this.count] = from;
    this.to[this.count++] = to;
  }

  /** 1 for each node from which one of `ends` can be reached. */
  reaching(ends: Uint8Array): Uint8Array {
    const { starts, others } = rows(this.to, this.from, this.count, ends.length);
    const reach = ends.slice();
    const work: number[] = [];
    for (const [node, isEnd] of ends.entries()) if (isEnd !== 0) work.push(node);
    for (let node = work.pop(); node !== undefined; node = work.pop()) {
      for (let at = starts[node] ?? 0; at < (starts[node + 1] ?? 0); at++) {
        const before = others[at] as number;
        if (reach[before] !== 0) continue;
        reach[before] = 1;
        work.push(before);
      }
    }
    return reach;
  }

  /**
   * A strongly connected part that can be reached from the node and out of which no edge leads: with Tarjan's algorithm
   * the first one that is complete.
   */
  sinkFrom(first: number, nodes: number): readonly number[] {
    let sink: readonly number[] = [];
    this.visitParts([first], nodes, (part) => {
      sink = part;
      return false;
    });
    return sink;
  }

  /** The number of each node's strongly connected part. */
  parts(nodes: number): Int32Array {
    const parts = new Int32Array(nodes);
    let number = 0;
    this.visitParts(Array.from(parts.keys()), nodes, (part) => {
      for (const node of part) parts[node] = number;
      number++;
      return true;
    });
    return parts;
  }

  /** The parts that can be reached from some nodes, each after those that it leads to, until `visit` says false. */
  private visitParts(from: Iterable<number>, nodes: number, visit: (part: readonly number[]) => boolean): void {
    const { starts, others } = rows(this.from, this.to, this.count, nodes);
    const order = new Int32Array(nodes).fill(-1);
    const lowest = new Int32Array(nodes);
    const isOpen = new Uint8Array(nodes);
    const open: number[] = [];
    const way: { readonly node: number; edge: number }[] = [];
    let entered = 0;
    const enter = (node: number): void => {
      order[node] = lowest[node] = entered++;
      isOpen[node] = 1;
      open.push(node);
      way.push({ node, edge: starts[node] as number });
    };
    for (const first of from) {
      if ((order[first] as number) >= 0) continue;
      enter(first);
      for (let top = way.at(-1); top; top = way.at(-1)) {
        const { node } = top;
        if (top.edge < (starts[node + 1] as number)) {
          const to = others[top.edge++] as number;
          if ((order[to] as number) < 0) enter(to);
          else if (isOpen[to] !== 0) lowest[node] = Math.min(lowest[node] as number, order[to] as number);
          continue;
        }
        way.pop();
        const before = way.at(-1)?.node ?? node;
        lowest[before] = Math.min(lowest[before] as number, lowest[node] as number);
        if (lowest[node] !== order[node]) continue;
        const part = open.splice(open.lastIndexOf(node));
        for (const one of part) isOpen[one] = 0;
        if (!visit(part)) return;
      }
    }
  }
}

/** The edges sorted by one of their ends: those of node n lie from starts[n] on. */
function rows(
  by: Int32Array,
  other: Int32Array,
  count: number,
  nodes: number,
): { readonly starts: Int32Array; readonly others: Int32Array } {
  const starts = new Int32Array(nodes + 1);
  for (let edge = 0; edge < count; edge++) {
    const node = (by[edge] as number) + 1;
    starts[node] = (starts[node] as number) + 1;
  }
  for (let node = 0; node < nodes; node++) starts[node + 1] = (starts[node + 1] as number) + (starts[node] as number);
  const next = starts.slice();
  const others = new Int32Array(count);
  for (let edge = 0; edge < count; edge++) {
    const node = by[edge] as number;
    const place = next[node] as number;
    others[place] = other[edge] as number;
    next[node] = place + 1;
  }
  return { starts, others };
}

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
