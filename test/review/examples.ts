/**
 * The smallest code that goes wrong in a certain way, one file for each code of finding, and beside it (`.safe.c`) the
 * smallest change that makes it right. The first lines of a file say what runs:
 *
 *     // box 1: count 2, listed, busy 1, 1 kept by a sleeping reader
 *     // CPU 0: put(box)
 *     // CPU 1: look()
 *
 * (`..., called as it asserts`: the function itself is where the thread begins), or `// profile tdp-mmu: put-reader` for what is said in the words of that profile, in its scenarios. What is to be
 * found stands under the line, as `//   ^^^ code`.
 */
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import type { InitialObjectProfile, Profile, ScenarioThread } from "../../server/src/model/profile";
import { createReviewer } from "../../server/src/review";
import { KERNEL, type LoadedProfile } from "../../server/src/review/builtin";
import type { Finding, Review } from "../../server/src/review/review";
import { fixtures } from "../support/paths";
import { onlyScenarios, profileNamed, review } from "./support";

export interface Example {
  readonly code: string;
  readonly isSafe: boolean;
  readonly file: string;
  readonly text: string;
  /** `LINE code`, sorted. */
  readonly marks: readonly string[];
}

const folder = path.join(fixtures, "codes");

export function examples(): readonly Example[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(".c"));
  return files.sort().map((file) => {
    const text = readFileSync(path.join(folder, file), "utf8");
    const isSafe = file.endsWith(".safe.c");
    return { code: file.slice(0, isSafe ? -".safe.c".length : -".c".length), isSafe, file, text, marks: marksOf(text) };
  });
}

export function reviewExample({ code, file, text }: Example): Promise<Review> {
  const inWords = /^\/\/ profile ([\w-]+): (.+)$/m.exec(text);
  const profile =
    inWords === null ? boxes(text) : onlyScenarios(profileNamed(inWords[1] ?? ""), inWords[2]?.split(", ") ?? []);
  // Races are looked for when they are asked for.
  const races = code.startsWith("race.");
  return review(text, { name: file, language: "c", reviewer: createReviewer(KERNEL, [profile]), races });
}

/** `LINE code`, sorted: what a review found, whatever its severity. */
export function found({ text }: Example, findings: readonly Finding[]): readonly string[] {
  const lines = findings.map(({ code, range }) => `${text.slice(0, range.start).split("\n").length} ${code}`);
  return [...new Set(lines)].sort();
}

/** Without the lines that are there for the test. */
export function shownText({ text }: Example): string {
  const lines = text.split("\n").filter((line) => !/^\/\/\s/.test(line));
  return lines.join("\n").trim();
}

function marksOf(text: string): readonly string[] {
  const marks: string[] = [];
  let code = 0;
  for (const [index, line] of text.split("\n").entries()) {
    const mark = /^\/\/\s+\^\^\^ (\S+)$/.exec(line);
    if (mark) marks.push(`${code} ${mark[1]}`);
    else code = index + 1;
  }
  return marks.sort();
}

/** One scenario over the profile of boxes, as the first lines say. */
function boxes(text: string): LoadedProfile {
  const read = (name: string): string => readFileSync(path.join(folder, "box", name), "utf8");
  const profile = JSON.parse(read("profile.json")) as Profile;
  const head = /^(?:\/\/ .*\n)*/.exec(text)?.[0] ?? "";
  const initial = [...head.matchAll(/^\/\/ box \d+: (.*)$/gm)].map(([, said = ""]) => boxAsSaid(said));
  const calls = [...head.matchAll(/^\/\/ (CPU \d+): (\w+)\((\w*)\)(, called as it asserts)?$/gm)];
  const threads = calls.map(([, cpu = "", name = "", argument = "", asIs]): ScenarioThread => ({
    name: `${cpu}: ${name}()`,
    entry: asIs === undefined ? `run_${name}` : name,
    args: argument === "" ? {} : { box: Number(/\d+$/.exec(argument)?.[0] ?? 1) },
  }));
  const entries = calls.map(([, , name = "", argument = ""]) =>
    argument === ""
      ? `void run_${name}(void)\n{\n\t${name}();\n}\n`
      : `void run_${name}(struct box *box)\n{\n\t${name}(box);\n}\n`,
  );
  return {
    profile: {
      ...profile,
      scenarios: [
        {
          id: "example",
          title: "the example",
          threads,
          pools: { "struct box": { size: Math.max(2, initial.length), initial } },
        },
      ],
    },
    texts: {
      "box.h": read("box.h"),
      // What an example is laid on is the example: there is nothing that it does not show.
      "box.c": text,
      "harness.c": [...new Set(entries)].join("\n"),
    },
  };
}

function boxAsSaid(said: string): InitialObjectProfile {
  const values: Record<string, number> = {};
  let keeps = 0;
  let keptBy: string | null = null;
  for (const word of said.split(", ")) {
    const kept = /^(\d+) kept by (.*)$/.exec(word);
    const value = /^([\w.]+) (\d+)$/.exec(word);
    if (kept) [keeps, keptBy] = [Number(kept[1]), kept[2] ?? ""];
    else if (value) values[value[1] ?? ""] = Number(value[2]);
  }
  return { values, keeps, ...(keptBy === null ? {} : { keptBy }), lists: said.includes("listed") };
}
