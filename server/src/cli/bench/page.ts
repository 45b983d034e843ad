/** The page that keeps the tables: each part has a section, and a run replaces those of the parts that it ran. */
import { readFile, writeFile } from "node:fs/promises";
import type { BenchPart } from "../arguments";

export interface Section {
  readonly part: BenchPart;
  readonly text: string;
}

const BEGIN = (part: BenchPart): string => `<!-- bench ${part} -->`;
const END = (part: BenchPart): string => `<!-- end of ${part} -->`;

/** @throws when the page has no place for a part: a heading is for a person to write */
export async function writeSections(page: string, sections: readonly Section[], machine: string): Promise<void> {
  let text = await readFile(page, "utf8");
  for (const { part, text: section } of sections) {
    const begin = text.indexOf(BEGIN(part));
    const end = text.indexOf(END(part));
    if (begin < 0 || end < begin) throw new Error(`${page} has no ${BEGIN(part)} with ${END(part)} behind it`);
    const command = `\`npm run bench -- ${part} --write\`, ${machine}`;
    text = `${text.slice(0, begin)}${BEGIN(part)}\n\n${section}\n${command}\n\n${text.slice(end)}`;
  }
  await writeFile(page, text);
}
