/** `npm run bench`: how fast it is, in tables that docs/bench.md keeps. */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { availableParallelism, cpus, totalmem } from "node:os";
import path from "node:path";
import type { CParser } from "../../c/syntax";
import example from "../../../../examples/put-root.patch";
import ownFile from "../../../../profiles/tdp-mmu/tdp_mmu.c";
import type { BenchCommand, BenchPart } from "../arguments";
import { standardOutput } from "../output";
import { STATUS } from "../status";
import { compareWithSpin } from "./compare";
import { measureOurs } from "./ours";
import { kernelFile, kernelFolders } from "./kernel-file";
import { latencies } from "./latency";
import { writeSections, type Section } from "./page";
import { quietTables } from "./quiet";
import { FOLDERS, scaleTables } from "./scale-table";
import { stageTable } from "./stages";
import { targetTable } from "./table";

export interface BenchHost {
  readonly createParser: () => Promise<CParser>;
  /** The script of the language server. */
  readonly server: string;
  /** The script of the command line. */
  readonly script: string;
}

/** Where `--write` keeps the tables, from the root of the repository. */
const PAGE = "docs/bench.md";

export async function bench(command: BenchCommand, host: BenchHost): Promise<number> {
  const output = standardOutput();
  const sections: Section[] = [];
  for (const part of command.parts) {
    const section = { part, text: await PARTS[part](command, host, told) };
    await output.write(`${section.text}\n`);
    sections.push(section);
  }
  await output.write(`${machine()}\n`);
  if (command.write) await writeSections(PAGE, sections, machine());
  return STATUS.nothingWrong;
}

type Part = (command: BenchCommand, host: BenchHost, told: (line: string) => void) => Promise<string>;

const PARTS: Readonly<Record<BenchPart, Part>> = { latency, spin, stages, scale, quiet, ours };

async function stages({ files }: BenchCommand, { createParser }: BenchHost): Promise<string> {
  const start = performance.now();
  const parser = await createParser();
  const loaded = `The grammar is loaded in ${Math.round(performance.now() - start)} ms.`;
  const inputs = await Promise.all(
    (files.length === 0 ? await patches() : files).map(async (file) => ({
      name: path.basename(file),
      text: await readFile(file, "utf8"),
    })),
  );
  const table = stageTable(inputs.length === 0 ? [{ name: "put-root.patch", text: example }] : inputs, parser);
  return `${table}\n${loaded}\n`;
}

/** Those of the repository, when it is here. */
async function patches(): Promise<string[]> {
  const found: string[] = [];
  for (const folder of ["examples", "test/fixtures/patches"]) {
    if (!existsSync(folder)) continue;
    const names = await readdir(folder);
    found.push(...names.filter((name) => name.endsWith(".patch")).map((name) => path.join(folder, name)));
  }
  return found.toSorted();
}

async function latency({ tree }: BenchCommand, { server }: BenchHost, told: (line: string) => void): Promise<string> {
  const kernel = await kernelFile(tree, ownFile);
  try {
    const table = targetTable(await latencies(server, kernel, told));
    return `${table}\nOn ${kernel.source}, with ${availableParallelism()} children that keep every core busy.\n`;
  } finally {
    await kernel.close();
  }
}

async function spin(command: BenchCommand, host: BenchHost, say: (line: string) => void): Promise<string> {
  return compareWithSpin(await host.createParser(), host.script, command.files, command.runs, say);
}

async function scale(
  { tree }: BenchCommand,
  { createParser }: BenchHost,
  say: (line: string) => void,
): Promise<string> {
  const kernel = await kernelFolders(tree, FOLDERS);
  try {
    return `${await scaleTables(kernel.tree ?? "", await createParser(), say)}\nOf ${kernel.source}.\n`;
  } finally {
    await kernel.close();
  }
}

async function quiet(
  { releases }: BenchCommand,
  { createParser }: BenchHost,
  say: (line: string) => void,
): Promise<string> {
  if (releases === null) throw new Error("name two trees with --before and --after");
  const { before, after } = releases;
  const table = await quietTables(before, after, createParser, say);
  return `${table}\nFrom ${path.basename(before)} to ${path.basename(after)}.\n`;
}

/** One line of JSON. */
async function ours({ files, runs }: BenchCommand, { createParser }: BenchHost): Promise<string> {
  return JSON.stringify(await measureOurs(await createParser(), files, runs));
}

function machine(): string {
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${availableParallelism()} cores of ${model}, ${memory} GB, Node ${process.versions.node}, ${process.platform}.`;
}

/** A bench takes long: what it is at goes to standard error. */
function told(line: string): void {
  process.stderr.write(`bench: ${line}\n`);
}
