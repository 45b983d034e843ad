/** What the run over a real tree found, folder by folder. */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { CParser } from "../../c/syntax";
import { Scale, type FileScale } from "./scale";
import { markdownTable } from "./table";

/** Small ones first: the memory of a process only grows. */
export const FOLDERS = ["virt", "arch/x86/kvm", "net", "fs"];

export async function scaleTables(tree: string, parser: CParser, told: (line: string) => void): Promise<string> {
  const scale = new Scale(parser);
  const rows: string[][] = [];
  const causes = new Map<string, number>();
  const thrown: string[] = [];
  for (const folder of FOLDERS) {
    told(folder);
    const names = (await readdir(path.join(tree, folder), { recursive: true })).filter((name) => name.endsWith(".c"));
    const sum = { files: 0, functions: 0, clean: 0, steps: 0, reading: 0, lowering: 0, early: 0, peak: 0 };
    for (const name of names.toSorted()) {
      const file = path.join(folder, name);
      try {
        const found = scale.read(file, await readFile(path.join(tree, file), "utf8"));
        add(sum, found);
        for (const cause of found.causes) causes.set(kindOf(cause), (causes.get(kindOf(cause)) ?? 0) + 1);
      } catch (error) {
        thrown.push(`${file}: ${String(error)}`);
      }
      sum.files++;
      sum.peak = Math.max(sum.peak, process.memoryUsage().rss);
      if (sum.files * 4 <= names.length) sum.early = sum.peak;
    }
    rows.push([
      folder,
      whole(sum.files),
      whole(sum.functions),
      `${((100 * sum.clean) / sum.functions).toFixed(2)} %`,
      (sum.reading / 1000).toFixed(1),
      (sum.lowering / 1000).toFixed(1),
      whole(sum.steps),
      whole(sum.early / 2 ** 20),
      whole(sum.peak / 2 ** 20),
    ]);
  }
  const commonest = [...causes].toSorted(([, a], [, b]) => b - a).slice(0, MOST_CAUSES);
  const exceptions = thrown.length === 0 ? "No file led to an exception." : thrown.join("\n");
  return [
    markdownTable(HEAD, rows),
    exceptions,
    "",
    markdownTable(
      ["what could not be read", "how often"],
      commonest.map(([kind, count]) => [`\`${kind}\``, whole(count)]),
    ),
  ].join("\n");
}

const HEAD = [
  "folder",
  "files",
  "functions",
  "read without a hole",
  "reading, s of CPU",
  "lowering, s of CPU",
  "steps",
  "MB in the first quarter",
  "MB at most",
];
const MOST_CAUSES = 12;

type Sum = { -readonly [Key in Exclude<keyof FileScale, "causes">]: number };

function add(sum: Sum, found: FileScale): void {
  sum.functions += found.functions;
  sum.clean += found.clean;
  sum.steps += found.steps;
  sum.reading += found.reading;
  sum.lowering += found.lowering;
}

/** The code of the problem and the first words of the text. */
function kindOf(cause: string): string {
  const words = cause.replace(/\s+/g, " ").replaceAll("|", "/").replaceAll("`", "'");
  return /^\S+ [^(]{0,40}\(?/.exec(words)?.[0] ?? words.slice(0, 40);
}

function whole(number: number): string {
  return Math.round(number).toLocaleString("en-US");
}
