/**
 * The second pass: among the shortest paths to each finding, one with the fewest context switches.
 *
 * Every prefix of a shortest path is a shortest path itself, so only moves from one depth to the next count. The
 * states are known already; they are expanded once more in the order in which they were found.
 */
import type { Compiled } from "../machine/compile";
import type { Finding } from "../machine/machine";
import type { Sighting } from "./explorer";
import type { Step } from "./path";
import type { Search } from "./search";

const UNREACHED = 0xffff;

export class SwitchPass {
  private readonly threads: number;
  private readonly limit: number;
  /** By state and the thread that moved last: context switches, the state before and the thread that moved there. */
  private readonly cost: Uint16Array;
  private readonly before: Int32Array;
  private readonly beforeThread: Uint8Array;
  /** Depth and cost of the best sighting of each finding so far. */
  private readonly best = new Map<string, { depth: number; cost: number; last: number }>();
  private next = 0;
  private depth = 0;
  private current = { state: 0, thread: -1, cost: 0, last: 0 };

  constructor(
    private readonly compiled: Compiled,
    private readonly search: Search,
    private readonly sightings: Map<string, Sighting>,
    private readonly stuck: (state: number) => void,
  ) {
    this.threads = compiled.threads.length;
    const deepest = Math.max(...[...sightings.values()].map(({ state }) => state));
    for (const [key, { state }] of sightings) {
      this.best.set(key, { depth: this.depthOf(state), cost: UNREACHED, last: 0 });
    }
    const { starts, count } = search;
    this.limit = Math.min(starts[this.depthOf(deepest) + 1] ?? count, count);
    this.cost = new Uint16Array(this.limit * this.threads).fill(UNREACHED);
    this.before = new Int32Array(this.limit * this.threads);
    this.beforeThread = new Uint8Array(this.limit * this.threads);
  }

  /** True when done; the sightings have their paths then. */
  advance(count: number): boolean {
    for (let done = 0; done < count; done++) {
      if (this.next >= this.limit) {
        this.finish();
        return true;
      }
      this.expand(this.next++);
    }
    return false;
  }

  report({ key, severity }: Finding, finding: number): void {
    const best = this.best.get(key);
    if (!best || !this.sightings.has(key) || best.depth !== this.depth || best.cost <= this.current.cost) return;
    best.cost = this.current.cost;
    best.last = this.current.last;
    // The same key may be another object's finding on this path.
    const { state, thread } = this.current;
    this.sightings.set(key, { finding, severity, state, thread, path: null });
  }

  private expand(state: number): void {
    const { search } = this;
    const { starts } = search;
    while (state >= (starts[this.depth + 1] ?? Infinity)) this.depth++;
    const first = starts[this.depth + 1] ?? Infinity;
    const end = Math.min(starts[this.depth + 2] ?? search.count, this.limit);
    const moved = search.revisit(
      state,
      (thread) => this.enter(state, thread),
      (other) => {
        if (other >= first && other < end) this.relax(other);
      },
    );
    if (moved) return;
    this.enter(state, -1);
    this.stuck(state);
  }

  /** Finds the cheapest way to have come here, if the thread is to move next. */
  private enter(state: number, thread: number): void {
    let cost = state === 0 ? 0 : UNREACHED;
    let last = Math.max(thread, 0);
    if (state !== 0) {
      for (let other = 0; other < this.threads; other++) {
        const known = this.cost[state * this.threads + other] as number;
        const now = known === UNREACHED ? UNREACHED : known + (other === thread || thread < 0 ? 0 : 1);
        if (now < cost) {
          cost = now;
          last = other;
        }
      }
    }
    this.current = { state, thread, cost, last };
  }

  private relax(state: number): void {
    const at = state * this.threads + this.current.thread;
    if ((this.cost[at] as number) <= this.current.cost) return;
    this.cost[at] = this.current.cost;
    this.before[at] = this.current.state;
    this.beforeThread[at] = this.current.last;
  }

  private finish(): void {
    for (const [key, sighting] of this.sightings) {
      const best = this.best.get(key);
      if (best && best.cost < UNREACHED) sighting.path = this.pathTo(sighting.state, best.last);
    }
  }

  private pathTo(state: number, last: number): readonly Step[] {
    const moves: Step[] = [];
    let at = state;
    let thread = last;
    while (at !== 0) {
      moves.push({ thread, to: at });
      const index = at * this.threads + thread;
      thread = this.beforeThread[index] as number;
      at = this.before[index] as number;
    }
    return moves.reverse();
  }

  private depthOf(state: number): number {
    const { starts } = this.search;
    let depth = 0;
    while (state >= (starts[depth + 1] ?? Infinity)) depth++;
    return depth;
  }
}
