/** What SPIN costs on the same models: writing the verifier, compiling it, running it. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import type { Model } from "../../model/ir";
import { plainOnes } from "../../simulate/reduce/reductions";
import { writePromela } from "../../simulate/promela/write";
import { median } from "./table";

/** One way to give a model to SPIN. Milliseconds of CPU. */
export interface TheirRun {
  readonly spin: number;
  readonly gcc: Readonly<Record<Optimise, number>>;
  readonly pan: Readonly<Record<Optimise, number>>;
  /** To the first counterexample, compiled with -O2; null when the model has none. */
  readonly first: number | null;
  readonly states: number;
  /** Of pan itself, as it tells. */
  readonly bytes: number;
  /** It was not done when it was stopped: times and states are at least these. */
  readonly cut: boolean;
}

export interface Theirs {
  /** Every step as it is, with SPIN's own reduction and optimisations. */
  readonly plain: TheirRun;
  /** After our fusing of local steps and resetting of dead locals, with the same. */
  readonly fused: TheirRun;
}

export type Optimise = "-O0" | "-O2";

/** Seconds of CPU for one run of pan. */
const PATIENCE = 20;
const DEEPEST = 2_000_000;
const MEGABYTES = 4096;

export async function measureTheirs(model: Model, name: string, runs: number): Promise<Theirs> {
  const plain = await measure(writePromela(model, { reduce: false, freeChoices: true }, name).text, runs);
  const fused = await measure(writePromela(model, { reduce: plainOnes(true), freeChoices: true }, name).text, runs);
  return { plain, fused };
}

async function measure(promela: string, runs: number): Promise<TheirRun> {
  const folder = await mkdtemp(path.join(tmpdir(), "lastput-bench-"));
  try {
    await writeFile(path.join(folder, "model.pml"), promela);
    const often = async (words: readonly string[]): Promise<number> => {
      const times: number[] = [];
      for (let run = 0; run < runs; run++) times.push((await timed(words, folder)).cpu);
      return median(times);
    };
    const gcc = (how: Optimise, pan: string): string[] => [
      "gcc",
      how,
      "-w",
      "-fwrapv",
      "-DSAFETY",
      "-DNOFAIR",
      `-DMEMLIM=${MEGABYTES}`,
      "-o",
      pan,
      "pan.c",
    ];
    const spin = await often(["spin", "-DCOLLECT", "-a", "model.pml"]);
    const compiled = { "-O0": await often(gcc("-O0", "pan0")), "-O2": await often(gcc("-O2", "pan2")) };
    const pan = async (file: string, more: readonly string[]): Promise<Pan> => runPan(folder, file, more, runs);
    const fast = await pan("pan2", ["-c0"]);
    // What is stopped when it is compiled well is stopped when it is not.
    const slow = fast.cut ? fast : await pan("pan0", ["-c0"]);
    let first: number | null = null;
    if (fast.found) {
      await timed(["spin", "-a", "model.pml"], folder);
      await timed(gcc("-O2", "pan1"), folder);
      first = (await pan("pan1", [])).cpu;
    }
    return {
      spin,
      gcc: compiled,
      pan: { "-O0": slow.cpu, "-O2": fast.cpu },
      first,
      states: fast.states,
      bytes: fast.bytes,
      cut: fast.cut || slow.cut,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Pan {
  readonly cpu: number;
  readonly states: number;
  readonly bytes: number;
  readonly found: boolean;
  readonly cut: boolean;
}

async function runPan(folder: string, file: string, more: readonly string[], runs: number): Promise<Pan> {
  const all: Pan[] = [];
  for (let run = 0; run < runs; run++) {
    const { cpu, output } = await timed([path.join(folder, file), ...more, `-m${DEEPEST}`, "-w22"], folder, PATIENCE);
    const number = (what: RegExp): number => Number(what.exec(output)?.[1] ?? Number.NaN);
    const pan = {
      cpu,
      states: number(/^\s*([\d.e+]+) states, stored/m),
      bytes: 2 ** 20 * number(/([\d.]+)\s+total actual memory usage/),
      found: /^found \d+$/m.test(output),
      cut: !/states, stored/.test(output) || /Search not completed|too small|out of memory/.test(output),
    };
    all.push(pan);
    // One that takes that long tells enough in one run.
    if (pan.cut) break;
  }
  const [one] = all;
  if (one === undefined) throw new Error("pan was not run");
  return { ...one, cpu: median(all.map(({ cpu }) => cpu)) };
}

/** Milliseconds of CPU of a program and all that it starts, as the shell tells. A time limit ends it without a failure. */
export async function timed(
  words: readonly string[],
  cwd: string,
  seconds: number | null = null,
): Promise<{ readonly cpu: number; readonly output: string }> {
  const limit = seconds === null ? "" : `ulimit -t ${seconds}; `;
  // The times go to a file descriptor that the program does not have.
  const script = `${limit}TIMEFORMAT="CPU %U %S"; { time "$@" 3>&- ; } 2>&3; exit 0`;
  const { stdout } = await promisify(execFile)("bash", ["-c", `exec 3>&1; ${script}`, "bash", ...words], {
    cwd,
    maxBuffer: 1 << 28,
  });
  const [, user = "NaN", system = "NaN"] = /CPU ([\d.]+) ([\d.]+)/.exec(stdout) ?? [];
  return { cpu: 1000 * (Number(user) + Number(system)), output: stdout };
}
