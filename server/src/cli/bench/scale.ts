/**
 * Whether all of a real tree can be read: every C file goes through text, c and lowering, one after the other, with
 * nothing kept of one file when the next is read.
 */
import type { CFile, CParser, FunctionDef } from "../../c/syntax";
import { lowerAlone } from "../../model/lower/programs";
import { makeCodebase } from "../../model/lower/codebase";
import { World } from "../../model/lower/world";
import type { Profile } from "../../model/profile";
import { Bases, combinations } from "../../review/bases";
import { KERNEL, PROFILES } from "../../review/builtin";
import { readDocument } from "../../text/read";

export interface FileScale {
  readonly functions: number;
  /** Without a place in them that could not be read. */
  readonly clean: number;
  /** What could not be read: the code of the problem and the text there. */
  readonly causes: readonly string[];
  /** Of all lowerings of all functions, with nothing taken out yet. */
  readonly steps: number;
  /** Milliseconds of CPU. */
  readonly reading: number;
  readonly lowering: number;
}

/** What each function is lowered for: nothing but the kernel's own types, and each profile that comes with Lastput. */
export class Scale {
  private readonly bases: Bases;
  private readonly profiles: readonly { readonly profile: Profile; readonly headers: readonly CFile[] }[];

  constructor(private readonly parser: CParser) {
    this.bases = new Bases(parser, KERNEL);
    const builtin = PROFILES.map((loaded) => {
      const base = this.bases.of(loaded, combinations(loaded.profile)[0] ?? {});
      return { profile: base.profile, headers: [...base.headers, base.kernel] };
    });
    const kernel = parser.parse("kernel.h", KERNEL.header, {});
    this.profiles = [{ profile: NOTHING, headers: [kernel] }, ...builtin];
  }

  /** What it throws is a bug of Lastput's. */
  read(path: string, text: string): FileScale {
    const start = cpu();
    const file = this.parser.parse(path, readDocument(text).code?.text ?? "", {});
    const read = cpu();
    let steps = 0;
    for (const { profile, headers } of this.profiles) {
      const codebase = makeCodebase([file, ...headers], [], this.parser, this.bases.stores);
      for (const { name } of file.functions) {
        const world = new World(profile, codebase, this.bases.ctypes);
        steps += lowerAlone(world, KERNEL.vocabulary, name)?.raw.steps.length ?? 0;
      }
    }
    const lost = file.problems.filter((p) => p.code === "c.unreadable" && p.message.startsWith("The head")).length;
    return {
      functions: file.functions.length + lost,
      clean: file.functions.filter((definition) => isClean(definition, file)).length,
      causes: file.problems.map((p) => `${p.code} ${file.text.slice(p.place.start, p.place.end)}`),
      steps,
      reading: read - start,
      lowering: cpu() - read,
    };
  }
}

/** Of this process. */
function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const NOTHING: Profile = {
  name: "nothing",
  title: "nothing but the kernel's own types",
  headers: [],
  base: [],
  harness: [],
  objects: [],
  words: [],
  lists: [],
  locks: [],
  facts: [],
  scenarios: [],
  harmless: [],
  notChecked: [],
};

function isClean(definition: FunctionDef, file: CFile): boolean {
  const { start, end } = definition.place;
  const hasProblem = file.problems.some(({ place }) => place.start < end && place.end > start);
  return !hasProblem && !hasHole(definition.body);
}

/** Whether something in it could not be read. Statements that macros take as arguments are none: their text is kept. */
function hasHole(root: unknown): boolean {
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (Array.isArray(node)) pending.push(...(node as unknown[]));
    else if (typeof node === "object" && node !== null) {
      const record = node as Record<string, unknown>;
      if (record["kind"] === "error" || record["kind"] === "gap") return true;
      const isCall = record["kind"] === "call" || record["kind"] === "macro";
      for (const [key, value] of Object.entries(record)) {
        if (SKIPPED.has(key)) continue;
        if (isCall && key === "args") pending.push(...(value as unknown[]).filter((arg) => !isBareError(arg)));
        else pending.push(value);
      }
    }
  }
  return false;
}

const SKIPPED = new Set(["place", "argTexts", "head"]);

function isBareError(arg: unknown): boolean {
  const record = arg as Record<string, unknown>;
  return record["kind"] === "error" && (record["parts"] as unknown[]).length === 0;
}
