/** What command lines are taken for, and what is said of wrong ones. */
import assert from "node:assert/strict";
import test from "node:test";
import { readArguments, UsageError } from "../../server/src/cli/arguments";

const CHECK = {
  kind: "check",
  format: "text",
  colour: "auto",
  root: { folder: ".", asksGit: false },
  tree: null,
  output: null,
  allTraces: false,
  maxStates: null,
  scale: { threads: null, objects: null },
  engine: null,
  memoryModel: "sc",
  races: false,
  series: false,
  baseline: null,
  writeBaseline: null,
  repairs: false,
};

const WHY = {
  kind: "why",
  format: "text",
  colour: "auto",
  root: { folder: ".", asksGit: false },
  output: null,
  allTraces: false,
  maxStates: null,
  scale: { threads: null, objects: null },
};

const EXPORT = {
  kind: "export",
  scenario: null,
  side: "after",
  scale: { threads: null, objects: null },
  memoryModel: "sc",
  root: { folder: ".", asksGit: false },
  output: null,
};

const UNDERSTOOD: [words: string, command: object][] = [
  ["check a.patch b.eml", { ...CHECK, files: ["a.patch", "b.eml"] }],
  ["check --all-traces a", { ...CHECK, files: ["a"], allTraces: true }],
  ["check -", { ...CHECK, files: ["-"] }],
  ["check --format json -o out.json a", { ...CHECK, files: ["a"], format: "json", output: "out.json" }],
  ["check a --format=markdown", { ...CHECK, files: ["a"], format: "markdown" }],
  [
    "check --root ~/linux --max-states 1000 --color never a",
    { ...CHECK, files: ["a"], root: { folder: "~/linux", asksGit: true }, maxStates: 1000, colour: "never" },
  ],
  ["check --threads 4 --objects 2 a", { ...CHECK, files: ["a"], scale: { threads: 4, objects: 2 } }],
  ["check --tree ~/linux a", { ...CHECK, files: ["a"], root: { folder: "~/linux", asksGit: true }, tree: "~/linux" }],
  ["check --tree ~/linux", { ...CHECK, files: [], root: { folder: "~/linux", asksGit: true }, tree: "~/linux" }],
  ["check --races a", { ...CHECK, files: ["a"], races: true }],
  ["check --memory-model tso a", { ...CHECK, files: ["a"], memoryModel: "tso" }],
  ["export --memory-model tso a", { ...EXPORT, file: "a", memoryModel: "tso" }],
  ["litmus a.litmus b.litmus", { kind: "litmus", files: ["a.litmus", "b.litmus"] }],
  ["check --repairs a", { ...CHECK, files: ["a"], repairs: true }],
  ["why a.patch:12", { ...WHY, file: "a.patch", line: 12 }],
  ["why -f json c:/a.patch:12:7", { ...WHY, file: "c:/a.patch", line: 12, format: "json" }],
  ["why -", { ...WHY, file: "-", line: null }],
  ["check --engine spin a", { ...CHECK, files: ["a"], engine: { bitstate: false, cores: 1, seconds: 600 } }],
  [
    "check --engine spin:bitstate:cores=2:seconds=60 a",
    { ...CHECK, files: ["a"], engine: { bitstate: true, cores: 2, seconds: 60 } },
  ],
  ["check -- --odd-name", { ...CHECK, files: ["--odd-name"] }],
  ["demo --color always", { kind: "demo", colour: "always" }],
  ["export a.patch", { ...EXPORT, file: "a.patch" }],
  [
    "export a --format promela --before --scenario 0/put -o a.pml --root linux",
    {
      ...EXPORT,
      file: "a",
      scenario: "0/put",
      side: "before",
      root: { folder: "linux", asksGit: true },
      output: "a.pml",
    },
  ],
  ["export --objects 3 a", { ...EXPORT, file: "a", scale: { threads: null, objects: 3 } }],
  [
    "bench quiet --before a --after b",
    {
      kind: "bench",
      parts: ["quiet"],
      files: [],
      tree: null,
      releases: { before: "a", after: "b" },
      runs: 5,
      write: false,
    },
  ],
  ["server --stdio", { kind: "server" }],
  ["--help", { kind: "help" }],
  ["check --help", { kind: "help" }],
  ["help", { kind: "help" }],
  ["--version", { kind: "version" }],
];

const REFUSED: [words: string, message: RegExp][] = [
  ["", /say what to do, for example: lastput check FILE/],
  ["check", /name the files to check, or a kernel --tree; - is standard input/],
  ["check --tree linux --root . a", /leave --root out/],
  ["why --tree linux a:1", /--tree does not belong to lastput why/],
  ["check - -", /only once/],
  ["a.patch", /to check a file: lastput check a\.patch/],
  ["check --format xml a", /--format is one of text, json, markdown, not xml/],
  ["check --memory-model arm a", /--memory-model is one of sc, tso, not arm/],
  ["why --memory-model tso a:1", /--memory-model does not belong to lastput why/],
  ["litmus", /name the litmus tests/],
  ["check --color maybe a", /--color is one of auto, always, never, not maybe/],
  ["check --max-states 0 a", /--max-states is a number of 1 or more, not 0/],
  ["check --max-states 1e3 a", /not 1e3/],
  ["check --max-states=-5 a", /not -5/],
  ["check --threads 0 a", /--threads is a number of 1 or more, not 0/],
  ["check --threads 13 a", /--threads is at most 12, not 13/],
  ["export --objects 9 a", /--objects is at most 8, not 9/],
  ["demo --threads 2", /--threads does not belong to lastput demo/],
  ["check --engine cbmc a", /--engine is spin, .* not cbmc/],
  ["check --engine spin:cores=0 a", /knows bitstate, cores=N \(up to 64\) and seconds=N, not cores=0/],
  ["export --engine spin a", /--engine does not belong to lastput export/],
  ["bench quiet --before a", /two trees belong to one part/],
  ["bench scale --before a --after b", /two trees belong to one part/],
  ["check --after b a", /--after belongs to lastput bench/],
  ["check --wrong a", /--wrong/],
  ["check a --format", /--format/],
  ["why", /name one line: lastput why FILE:LINE/],
  ["why a:0", /the line is a number of 1 or more, not 0/],
  ["why --repairs a:1", /--repairs does not belong to lastput why/],
  ["demo a", /takes no files/],
  ["demo --format json", /--format does not belong to lastput demo/],
  ["server", /lastput server --stdio/],
  ["export", /name one file: lastput export FILE/],
  ["export a b", /name one file/],
  ["export --format json a", /--format is one of promela, not json/],
  ["export --all-traces a", /--all-traces does not belong to lastput export/],
  ["check --before a", /--before belongs to lastput export/],
  ["check --stdio a", /--stdio belongs to lastput server/],
];

for (const [words, command] of UNDERSTOOD) {
  test(`lastput ${words}`, () => assert.deepEqual(readArguments(split(words)), command));
}

for (const [words, message] of REFUSED) {
  test(`lastput ${words} is refused`, () => {
    assert.throws(
      () => readArguments(split(words)),
      (error) => error instanceof UsageError && message.test(error.message),
    );
  });
}

function split(words: string): string[] {
  return words === "" ? [] : words.split(" ");
}
