/** SPIN as it is installed: spin writes the verifier, gcc compiles it, and it runs until it is done, stopped or too late. */
import { spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { VerifierFailure, type Verified, type Verifier } from "../simulate";
import type { SpinOptions } from "./engine";

/** Something that is needed is not installed. */
export class MissingProgram extends Error {
  override readonly name = "MissingProgram";
}

/** Steps on one way; no scenario comes near. */
const DEEPEST = 1_000_000;
const MEGABYTES = 4096;
/** Milliseconds between two looks whether to go on. */
const LOOK = 50;
/** After a polite request to end, milliseconds until an impolite one: pan has shared memory to give back. */
const PATIENCE = 250;

/**
 * @param folder where its files go
 * @throws MissingProgram
 */
export async function findSpin(options: SpinOptions, folder = tmpdir()): Promise<Verifier> {
  const version = /Spin Version (\S+)/.exec(await answerOf("spin", ["-V"]))?.[1] ?? "";
  await answerOf("gcc", ["--version"]);
  return new Spin(`SPIN ${version}${options.bitstate ? ", bitstate" : ""}`, options, folder);
}

async function answerOf(command: string, args: readonly string[]): Promise<string> {
  try {
    const ran = await run(command, args, tmpdir(), null, async () => Promise.resolve(true));
    return ran?.output ?? "";
  } catch (error) {
    if (!(error instanceof MissingProgram)) throw error;
    throw new MissingProgram(
      `--engine spin needs spin and gcc, and there is no ${command} (Debian: apt install spin gcc)`,
    );
  }
}

class Spin implements Verifier {
  readonly isExhaustive: boolean;
  readonly isMultiCore: boolean;

  constructor(
    readonly name: string,
    private readonly options: SpinOptions,
    private readonly folder: string,
  ) {
    this.isExhaustive = !options.bitstate;
    this.isMultiCore = options.cores > 1;
  }

  async verify(promela: string, trails: boolean, breathe: () => Promise<boolean>): Promise<Verified | null> {
    const folder = await mkdtemp(path.join(this.folder, "lastput-spin-"));
    try {
      await writeFile(path.join(folder, "model.pml"), promela);
      // Its own optimisations would change which steps there are.
      const written = await run("spin", ["-o1", "-o2", "-o3", "-a", "model.pml"], folder, null, breathe);
      if (written === null) return null;
      const compiled = await run("gcc", [...this.flags(trails), "-o", "pan", "pan.c"], folder, null, breathe);
      if (compiled === null) return null;
      // Every finding is told once by the model itself; an end that it does not expect as well.
      const pan = await run(
        path.join(folder, "pan"),
        ["-c0", "-E", `-m${DEEPEST}`],
        folder,
        this.options.seconds,
        breathe,
      );
      if (pan === null) return null;
      const cut = pan.isLate ? { what: `seconds of ${this.name}`, limit: this.options.seconds } : null;
      return { output: pan.output, trails: await trailsIn(folder), cut };
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  }

  private flags(trails: boolean): string[] {
    const { bitstate, cores } = this.options;
    const flags = ["-O2", "-w", "-fwrapv", "-DSAFETY", "-DNOREDUCE", `-DMEMLIM=${MEGABYTES}`];
    if (bitstate || trails) flags.push("-DBITSTATE");
    if (cores > 1 && !trails) flags.push(`-DNCORE=${cores}`);
    return flags;
  }
}

/** For whoever ended the thread that started something: ends that too, and removes the folder that it was given. */
export async function endAll(folder: string): Promise<void> {
  const names = await readdir(folder, { recursive: true });
  for (const name of names) signal(Number(/(\d+)\.pid$/.exec(name)?.[1] ?? "0") || undefined, "SIGKILL");
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

async function trailsIn(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".trail"));
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(path.join(folder, name), "utf8")] as const)),
  );
}

interface Ran {
  readonly output: string;
  readonly isLate: boolean;
}

/**
 * Null when `breathe` asked to stop. Nothing that was started is left running.
 *
 * @throws MissingProgram
 * @throws VerifierFailure when it fails
 */
async function run(
  command: string,
  args: readonly string[],
  cwd: string,
  seconds: number | null,
  breathe: () => Promise<boolean>,
): Promise<Ran | null> {
  // A group of its own: on several cores pan has children, and one signal has to reach them all.
  const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"], detached: true });
  const chunks: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
  const pid = path.join(cwd, `${child.pid}.pid`);
  if (child.pid !== undefined && cwd !== tmpdir()) writeFileSync(pid, "");
  const state = { stopped: false, isLate: false };
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", (error) => {
      const isMissing = "code" in error && error.code === "ENOENT";
      reject(isMissing ? new MissingProgram(`there is no ${command}`) : error);
    });
    child.on("close", (code) => resolve(code));
  });
  const end = (): void => {
    signal(child.pid, "SIGINT");
    setTimeout(() => signal(child.pid, "SIGKILL"), PATIENCE).unref();
  };
  const until = seconds === null ? Infinity : performance.now() + 1000 * seconds;
  const look = async (): Promise<void> => {
    const go = await breathe();
    if (state.stopped || state.isLate) return;
    state.stopped = !go;
    state.isLate = go && performance.now() > until;
    if (state.stopped || state.isLate) end();
  };
  const watch = setInterval(() => void look(), LOOK);
  try {
    const status = await ended;
    if (state.stopped) return null;
    const output = Buffer.concat(chunks).toString("utf8");
    if (status !== 0 && !state.isLate) {
      const said = `${Buffer.concat(errors).toString("utf8")}\n${output}`.trim().split("\n").slice(-5).join("; ");
      throw new VerifierFailure(`${path.basename(command)} failed (exit status ${status}): ${said}`);
    }
    return { output, isLate: state.isLate };
  } finally {
    clearInterval(watch);
    signal(child.pid, "SIGKILL");
    rmSync(pid, { force: true });
  }
}

/** To all of its group; one that has ended already needs none. */
function signal(pid: number | undefined, name: "SIGINT" | "SIGKILL"): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
