/** How long an editor waits: a real server process, real edits, and every core busy with something else. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { whileBusy } from "./busy";
import { CONDITIONS, fileToEdit, patchToEdit, type Edited, type Range } from "./edited";
import { Editor } from "./editor";
import type { KernelFile } from "./kernel-file";
import { median, quantile, shown, type Row } from "./table";

const EDITS = 36;
const COLD_STARTS = 7;
/** Milliseconds for one series; one that takes longer is cut, after a few at the least. */
const PATIENCE = 40_000;
const FEWEST = 5;
/** Milliseconds between an answer and the next keystroke. */
const PAUSE = 60;

/** @param server the script of the server */
export async function latencies(server: string, kernel: KernelFile, told: (line: string) => void): Promise<Row[]> {
  return whileBusy(async () => {
    const rows: Row[] = [];
    for (const [what, edited] of [
      ["patch to it", patchToEdit(kernel.text)],
      ["the file itself", fileToEdit(kernel.text)],
    ] as const) {
      told(`${what}: typing`);
      const { quiet, acting } = await type(server, kernel, edited);
      rows.push(row(`edit that touches no acting line, ${what}`, quiet, 0.95, 100));
      rows.push(row(`edit of an acting line, ${what}`, acting, 0.95, 250));
    }
    told("cold starts");
    const cold = await startCold(server, kernel);
    rows.push(row("cold process to the first syntactic finding", cold.finding, 0.5, 300));
    rows.push(row("cold process to the verdicts", cold.verdicts, 0.5, 700));
    return rows;
  });
}

function row(what: string, times: readonly number[], share: number, target: number): Row {
  const others = `median ${shown(median(times))}, p95 ${shown(quantile(times, 0.95))}, worst ${shown(Math.max(...times))} of ${times.length}`;
  return { what, measured: quantile(times, share), target, aim: "at most", unit: "ms", note: others };
}

/** Milliseconds from each edit to the verdicts of the edited text. */
async function type(
  server: string,
  { tree }: KernelFile,
  edited: Edited,
): Promise<{ readonly quiet: readonly number[]; readonly acting: readonly number[] }> {
  const editor = new Editor(server);
  try {
    await editor.initialize(tree === null ? null : pathToFileURL(tree).href);
    const uri = uriOf(tree, edited);
    editor.open(uri, edited.languageId, edited.text);
    await editor.verdict(uri);
    const keystroke = async (range: Range, text: string): Promise<number> => {
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
      const start = performance.now();
      editor.change(uri, lineRange(edited.text, range), text);
      await editor.verdict(uri);
      return performance.now() - start;
    };
    const quiet = await series(EDITS, async (n) => keystroke(edited.quiet, word(n, edited.quiet.length)));
    const acting = await series(EDITS, async (n) => {
      const condition = CONDITIONS[n % CONDITIONS.length] ?? "";
      return keystroke(edited.acting, condition.padEnd(edited.acting.length));
    });
    return { quiet, acting };
  } finally {
    await editor.close();
  }
}

async function startCold(
  server: string,
  { tree, text }: KernelFile,
): Promise<{ readonly finding: readonly number[]; readonly verdicts: readonly number[] }> {
  const finding: number[] = [];
  const verdicts: number[] = [];
  const edited = patchToEdit(text, true);
  await series(COLD_STARTS, async () => {
    const start = performance.now();
    const editor = new Editor(server);
    try {
      const first = editor.published(({ diagnostics }) => diagnostics.some(({ code }) => isSyntactic(code)));
      await editor.initialize(tree === null ? null : pathToFileURL(tree).href);
      editor.open(uriOf(tree, edited), edited.languageId, edited.text);
      const complete = editor.verdict(uriOf(tree, edited)).then(() => performance.now() - start);
      const isFirst = await Promise.race([first.then(() => true), complete.then(() => false)]);
      if (!isFirst) throw new Error("the server told its verdict and no syntactic finding");
      finding.push(performance.now() - start);
      verdicts.push(await complete);
    } finally {
      await editor.close();
    }
    return performance.now() - start;
  });
  return { finding, verdicts };
}

async function series(most: number, one: (n: number) => Promise<number>): Promise<number[]> {
  const times: number[] = [];
  const until = performance.now() + PATIENCE;
  for (let n = 0; n < most && (n < FEWEST || performance.now() < until); n++) times.push(await one(n));
  return times;
}

function isSyntactic(code: unknown): boolean {
  return typeof code === "string" && code.startsWith("c.");
}

function uriOf(tree: string | null, { name }: Edited): string {
  return pathToFileURL(path.join(tree ?? "/work", name)).href;
}

/** Other letters each time, and as many. */
function word(n: number, length: number): string {
  return `Typed ${n}`.padEnd(length, ".").slice(0, length);
}

function lineRange(text: string, { start, length }: Range) {
  const line = text.slice(0, start).split("\n").length - 1;
  const character = start - (text.lastIndexOf("\n", start - 1) + 1);
  return { start: { line, character }, end: { line, character: character + length } };
}
