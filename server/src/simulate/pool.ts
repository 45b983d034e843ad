/**
 * Explores in several threads. Most models are done before they could be handed to another one, so each begins here; one
 * that takes longer than a slice goes to a thread that is free, and this one turns to the next model.
 */
import type { Model } from "../model/ir";
import { HERE, SLICE, type Engine } from "./engine";
import type { ExploreOptions } from "./explore";
import type { Exploration } from "./result";
import { Explorer } from "./run/explorer";

/** All of it can be cloned. */
export type ToExplorer =
  | { readonly kind: "explore"; readonly model: Model; readonly options: ExploreOptions }
  /** Answered with a `done` that holds nothing. */
  | { readonly kind: "stop" };

/** One for each model. `failure` is the trace of an error of ours. */
export interface FromExplorer {
  readonly kind: "done";
  readonly exploration: Exploration | null;
  readonly failure: string | null;
}

/** A thread as this one sees it. */
export interface ExplorerHandle {
  send(message: ToExplorer): void;
  listen(receive: (message: FromExplorer) => void): void;
  /** Called when the thread ended by itself: out of memory, for instance. */
  onEnd(ended: () => void): void;
}

export class Pool implements Engine {
  readonly width: number;
  private readonly idle: Helper[] = [];
  private started = 0;

  /** @param threads how many may be started beside this one */
  constructor(
    private readonly threads: number,
    private readonly start: () => ExplorerHandle,
  ) {
    this.width = threads + 1;
  }

  async explore(model: Model, options: ExploreOptions, breathe: () => Promise<boolean>): Promise<Exploration | null> {
    const begun = await this.begin(model, options, breathe);
    // Others may have done theirs; without a pause their messages would wait until all is done here.
    if (this.idle.length < this.started) await pause(0);
    if (!(begun instanceof Helper)) return begun;
    const exploration = await begun.explore(model, options, breathe);
    if (exploration === "lost") return HERE.explore(model, options, breathe);
    this.idle.push(begun);
    return exploration;
  }

  /** The result, or who is to find it out. */
  private async begin(
    model: Model,
    options: ExploreOptions,
    breathe: () => Promise<boolean>,
  ): Promise<Exploration | Helper | null> {
    const run = new Explorer(model, options);
    while (!run.advance(SLICE)) {
      await pause(0);
      if (!(await breathe())) return null;
      const helper = this.free();
      if (helper !== null) return helper;
    }
    return run.result();
  }

  private free(): Helper | null {
    const idle = this.idle.pop();
    if (idle !== undefined) return idle;
    if (this.started >= this.threads) return null;
    this.started++;
    return new Helper(this.start());
  }
}

/** One thread; it explores one model at a time. */
class Helper {
  private answer: (message: FromExplorer | "lost") => void = () => undefined;
  private isLost = false;

  constructor(private readonly thread: ExplorerHandle) {
    thread.listen((message) => this.answer(message));
    thread.onEnd(() => {
      this.isLost = true;
      this.answer("lost");
    });
  }

  /** "lost" when the thread ended before it had a result. */
  async explore(
    model: Model,
    options: ExploreOptions,
    breathe: () => Promise<boolean>,
  ): Promise<Exploration | "lost" | null> {
    // It may have ended while nobody asked it anything.
    if (this.isLost) return "lost";
    const answer = new Promise<FromExplorer | "lost">((resolve) => (this.answer = resolve));
    const isOver = answer.then(() => true);
    this.thread.send({ kind: "explore", model, options });
    while (!(await Promise.race([isOver, pause(SLICE).then(() => false)]))) {
      if (await breathe()) continue;
      this.thread.send({ kind: "stop" });
      break;
    }
    const message = await answer;
    if (message === "lost") return "lost";
    if (message.failure !== null) throw new Error(message.failure);
    return message.exploration;
  }
}

async function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
