/**
 * `npm run corpus`: reviews every mail of the folder, prints the table and writes it to docs/corpus.md.
 * `npm run corpus -- WORD...` only those whose path holds one of the words; then no page is written, nor with `--print`.
 */
import { fork } from "node:child_process";
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { findFolder, page, readFolder, type Listed } from "./folder";
import { judge, scoreOf } from "./judge";
import { outcomeOf, type Outcome } from "./outcome";
import { groupsOf, pageOf, sentenceOf, tableOf } from "./page";

const { folder, why } = findFolder();
if (folder === null) {
  console.error(`corpus: ${why}`);
  process.exitCode = 2;
} else if (process.send !== undefined) {
  work(readFolder(folder));
} else {
  void main(folder, process.argv.slice(2));
}

async function main(folder: string, given: readonly string[]): Promise<void> {
  const words = given.filter((word) => !word.startsWith("--"));
  const listed = readFolder(folder);
  for (const { entry, mail } of listed) {
    if (mail === null) console.error(`corpus: the index names ${entry.file}, which is not there`);
  }
  const wanted = listed.filter(
    ({ entry, mail }) => mail !== null && (words.length === 0 || words.some((word) => entry.file.includes(word))),
  );
  const outcomes = await reviewAll(wanted.map(({ entry }) => entry.file));
  const rows = wanted.flatMap(({ entry, expected }) => {
    const outcome = outcomes.get(entry.file);
    return outcome === undefined ? [] : [judge(entry, expected, outcome)];
  });
  if (words.length === 0 && !given.includes("--print")) writeFileSync(page, pageOf(rows));
  for (const [name, some] of groupsOf(rows)) console.log(`${name}\n${tableOf(some)}\n${sentenceOf(scoreOf(some))}\n`);
}

/** On all CPUs; a mail at a time, so that one that takes long keeps no other waiting. */
async function reviewAll(files: readonly string[]): Promise<Map<string, Outcome>> {
  const left = [...files];
  const outcomes = new Map<string, Outcome>();
  const worker = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = fork(__filename, { stdio: "inherit" });
      const next = (): void => {
        const file = left.shift();
        if (file === undefined) child.disconnect();
        else child.send(file);
      };
      child.on("message", (outcome: Outcome) => {
        outcomes.set(outcome.file, outcome);
        next();
      });
      child.on("error", reject);
      child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))));
      next();
    });
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), files.length) }, worker));
  return outcomes;
}

function work(listed: readonly Listed[]): void {
  const mails = listed.flatMap(({ mail }) => mail ?? []);
  process.on("message", (file) => {
    const mail = mails.find(({ entry }) => entry.file === file);
    if (mail === undefined) throw new Error(`no mail ${String(file)}`);
    void outcomeOf(mail, mails).then((outcome) => process.send?.(outcome));
  });
}
