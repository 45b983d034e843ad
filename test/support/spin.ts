/** Runs SPIN on a model: real spin, real gcc, and the verifier that they make. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

export interface Verified {
  /** What pan calls "states, stored". */
  readonly states: number;
  /** Numbers of the findings that it passed. */
  readonly found: readonly number[];
  /** There is a state from which nothing can move though somebody has not ended. */
  readonly deadlock: boolean;
  /** Each in milliseconds. */
  readonly times: { readonly spin: number; readonly gcc: number; readonly pan: number };
}

export interface HowToVerify {
  /** With SPIN's own partial-order reduction; without, every state is stored. */
  readonly reduce?: boolean;
  /** `-O0` is quick to compile, `-O2` quick to run. */
  readonly optimise?: "-O0" | "-O2";
}

const run = promisify(execFile);

/** Depth of the search: more steps than any of the models takes. */
const DEEPEST = 2_000_000;

/** @throws when one of the three programs fails, or pan did not go through all states */
export async function verify(promela: string, how: HowToVerify = {}): Promise<Verified> {
  const folder = await mkdtemp(path.join(tmpdir(), "lastput-spin-"));
  const program = async (command: string, args: readonly string[]): Promise<{ text: string; time: number }> => {
    const start = performance.now();
    const { stdout } = await run(command, args, { cwd: folder, maxBuffer: 1 << 28 });
    return { text: stdout, time: performance.now() - start };
  };
  try {
    await writeFile(path.join(folder, "model.pml"), promela);
    // Without its own optimisations every control state is one of ours, and every variable keeps its value.
    const spin = await program("spin", ["-DCOLLECT", "-o1", "-o2", "-o3", "-a", "model.pml"]);
    const flags = [how.optimise ?? "-O0", "-w", "-fwrapv", "-DSAFETY", "-DNOFAIR"];
    if (how.reduce !== true) flags.push("-DNOREDUCE");
    const gcc = await program("gcc", [...flags, "-o", "pan", "pan.c"]);
    const pan = await program(path.join(folder, "pan"), ["-c0", `-m${DEEPEST}`, "-w20"]);
    return { ...read(pan.text), times: { spin: spin.time, gcc: gcc.time, pan: pan.time } };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function read(text: string): Omit<Verified, "times"> {
  const stored = /^\s*([\d.e+]+) states, stored/m.exec(text)?.[1];
  if (stored === undefined || /^error:|Search not completed/m.test(text)) {
    throw new Error(`pan did not go through all states:\n${text.slice(0, 2000)}`);
  }
  return {
    states: Number(stored),
    found: [...text.matchAll(/^found (\d+)$/gm)].map((match) => Number(match[1])),
    deadlock: /^pan:\d+: invalid end state/m.test(text),
  };
}
