/** States from which no thread can move: the end, or a deadlock. */
import type { Compiled } from "../machine/compile";
import { readVariable } from "./evaluate";

export class Deadlocks {
  private readonly known = new Map<string, number>();

  constructor(private readonly compiled: Compiled) {}

  /** The finding, for a state in which nothing moves and somebody has not ended. */
  judge(words: Int32Array): "ended" | "abandoned" | number {
    const { threads, layout, machine } = this.compiled;
    const blocked: { readonly thread: number; readonly place: number }[] = [];
    for (const [index, thread] of threads.entries()) {
      const pc = readVariable(layout, words, thread.pc);
      const rest = thread.atRest[pc];
      // Without free choices some ways are not gone; what happens behind them is not known.
      if (rest === "abandoned") return "abandoned";
      if (rest === "busy") blocked.push({ thread: index, place: thread.rests[pc] ?? 0 });
    }
    if (blocked.length === 0) return "ended";
    const waits = blocked.map(({ thread, place }) => {
      const compiledThread = threads[thread];
      const step = compiledThread?.places.stepOf(place);
      const text = step ? compiledThread?.program.steps[step.step]?.text : undefined;
      return `${machine.model.threads[thread]?.name ?? `thread ${thread}`} waits in ${text ?? "its code"}`;
    });
    const key = `lock.deadlock ${blocked.map(({ thread, place }) => `${thread}:${place}`).join(" ")}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const message = `deadlock: ${waits.join("; ")}`;
    const finding = machine.findings.length;
    machine.addFinding({ code: "lock.deadlock", message, severity: "error", thread: -1, step: -1, object: null, key });
    this.known.set(key, finding);
    return finding;
  }
}
