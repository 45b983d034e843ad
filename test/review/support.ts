/** Reviews a text as the faces do, with the real parser and no workspace. */
import path from "node:path";
import { createParser } from "../../server/src/c/parser";
import type { CParser } from "../../server/src/c/syntax";
import { AS_IT_IS, type Scale } from "../../server/src/model/scale";
import { askerOver, createReviewer, reviewDocument, Reviews } from "../../server/src/review";
import type { ReviewDocument } from "../../server/src/review/api";
import { KERNEL, PROFILES, type Kernel, type LoadedProfile } from "../../server/src/review/builtin";
import type { MemoryModel } from "../../server/src/review/memory-models";
import type { Review } from "../../server/src/review/review";
import type { Answer, Question } from "../../server/src/review/why";
import { dist } from "../support/paths";

let parser: Promise<CParser> | null = null;

export interface Given {
  readonly name?: string;
  readonly language?: "auto" | "c";
  /** Path -> text. */
  readonly workspace?: Readonly<Record<string, string>>;
  readonly lineFacts?: boolean;
  readonly maxStates?: number;
  readonly scale?: Scale;
  readonly memoryModel?: MemoryModel;
  readonly races?: boolean;
  readonly breathe?: () => Promise<boolean>;
  /** Over other profiles than those that Lastput comes with. */
  readonly reviewer?: ReviewDocument;
}

export async function review(text: string, given: Given = {}): Promise<Review> {
  let last: Review | null = null;
  for await (const each of stream(text, given)) last = each;
  if (last === null) throw new Error("the stream of reviews was empty");
  return last;
}

/** All reviews of the stream, as they come. */
export async function* stream(text: string, given: Given = {}): AsyncGenerator<Review, void, void> {
  const { name = "test.patch", language = "auto", workspace = {}, lineFacts = false, maxStates = 2_000_000 } = given;
  const {
    breathe = () => Promise.resolve(true),
    reviewer = reviewDocument,
    scale = AS_IT_IS,
    memoryModel = "sc",
    races = false,
  } = given;
  yield* reviewer(
    { name, text, language, options: { maxStates, memoryModel, races, lineFacts, scale } },
    { parser: await theParser(), workspace: { read: (file) => Promise.resolve(workspace[file]) }, breathe },
  );
}

function theParser(): Promise<CParser> {
  return (parser ??= createParser({
    runtime: path.join(dist, "web-tree-sitter.wasm"),
    grammar: path.join(dist, "tree-sitter-c.wasm"),
  }));
}

type AnswerTo<Q extends Question> = Extract<Answer, { readonly kind: Q["kind"] }>;

export type Ask = <Q extends Question>(
  text: string,
  question: Q,
  breathe?: () => Promise<boolean>,
) => Promise<AnswerTo<Q>>;

/** Asks about texts over one profile; the last answer. What was reviewed once stays known. */
export function askerFor(loaded: LoadedProfile): Ask {
  const ask = askerOver(new Reviews(KERNEL, [loaded]));
  return async <Q extends Question>(text: string, question: Q, breathe = () => Promise.resolve(true)) => {
    const options = { maxStates: 2_000_000, memoryModel: "sc", lineFacts: false } as const;
    const request = { name: "test.patch", text, language: "auto", options } as const;
    const surroundings = { parser: await theParser(), workspace: { read: () => Promise.resolve(undefined) }, breathe };
    let last: Answer | null = null;
    for await (const answer of ask(request, question, surroundings)) last = answer;
    if (last === null) throw new Error("there was no answer");
    return last as AnswerTo<Q>;
  };
}

/** `put-reader` of the id `0/put-reader/marked+...`. */
export function scenarioOf(id: string): string {
  return id.split("/")[1] ?? "";
}

/** A profile that Lastput comes with, for tests that change it. */
export function profileNamed(name: string): LoadedProfile {
  const found = PROFILES.find((loaded) => loaded.profile.name === name);
  if (found === undefined) throw new Error(`there is no profile ${name}`);
  return found;
}

/** The profile with some of its scenarios: what all of them say of known patches is tested in known-patches.test.ts. */
export function onlyScenarios(loaded: LoadedProfile, ids: readonly string[]): LoadedProfile {
  const scenarios = loaded.profile.scenarios.filter((scenario) => ids.includes(scenario.id));
  if (new Set(scenarios.map(({ id }) => id)).size !== ids.length)
    throw new Error(`the profile has not all of the scenarios ${ids.join(", ")}`);
  return { ...loaded, profile: { ...loaded.profile, scenarios } };
}

export function reviewerOver(loaded: LoadedProfile, kernel: Kernel = KERNEL): ReviewDocument {
  return createReviewer(kernel, [loaded]);
}

/** What must be the same however the code is spelt: verdicts, and which codes are found in which scenario. */
export interface Outcome {
  readonly verdicts: readonly string[];
  readonly turnsOn: readonly string[];
  readonly scenarios: readonly string[];
  readonly findings: readonly string[];
}

export function outcomeOf(found: Review): Outcome {
  return {
    verdicts: found.patches.map((patch) => `before ${patch.before}, after ${patch.verdict}`),
    turnsOn: found.patches.flatMap((p) =>
      p.turnsOn.map(({ fact, value, verdict }) => `${fact} = ${value}: ${verdict}`),
    ),
    scenarios: found.scenarios.map((s) => `${s.id}: before ${s.before?.verdict}, after ${s.after?.verdict}`).sort(),
    findings: found.findings.map((f) => `${f.scenario}: ${f.status} ${f.severity} ${f.code}`).sort(),
  };
}
