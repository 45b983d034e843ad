/** What an editor gets to see of a review: squiggles, lenses, hovers and traces. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import {
  CodeActionRequest,
  DiagnosticSeverity,
  ExecuteCommandRequest,
  type Diagnostic,
  type Range,
} from "vscode-languageserver-protocol/node";
import type { Finding, Review } from "../../server/src/review/review";
import { fixtures } from "../support/paths";
import { messageOf, serverWith, type Editor } from "./editor";
import { always, facts, finding, patch, review, scenario, spanOf, step } from "./written";

const URI = "file:///work/lamp.patch";
const lamp = readFileSync(path.join(fixtures, "language/lamp.patch"), "utf8");
const whole = { start: 0, end: lamp.length };
const free = spanOf(lamp, "lamp_free(lamp)");
const log = spanOf(lamp, "lamp_log(lamp)");
const unlink = spanOf(lamp, "list_del_rcu(&lamp->link)");

/** Three steps: in the document, in a file of the profile, in a blob that nobody can open. */
const threeSteps = [
  step({ kind: "document", range: free }, { state: { "lamp 1": { users: "0" } }, changed: ["lamp 1.users"] }),
  step(
    { kind: "harness", path: "lamp/callers.c", line: 7, column: 3, endLine: 7, endColumn: 9 },
    { thread: 1, text: "look(lamp)", blocked: { "0": "waits for lamp_lock" }, state: { "lamp 1": { users: "0" } } },
  ),
  step(
    { kind: "blob", path: "lamp.h", line: 3, column: 1, endLine: 3, endColumn: 5 },
    { text: "lamp->lit", notes: ["use after free"] },
  ),
];
const scenarios = [scenario("s1", "put ∥ look"), scenario("s2", "put ∥ put")];

async function opened(parts: Partial<Review>, text = lamp, options?: unknown): Promise<Editor> {
  const editor = serverWith(
    always(() => review({ patches: [patch(whole, { verdict: parts.verdict ?? "safe" })], scenarios, ...parts })),
  );
  await editor.initialize(options);
  await editor.open(URI, text);
  return editor;
}

async function diagnosticsOf(...findings: Finding[]): Promise<Diagnostic[]> {
  const editor = await opened({ verdict: "violated", findings });
  const diagnostics = await editor.diagnostics(URI);
  await editor.quit();
  return diagnostics;
}

test("a finding is a squiggle at its characters, counted in UTF-16", async () => {
  const [diagnostic] = await diagnosticsOf(finding(free, { steps: threeSteps }));
  const line = lamp.slice(0, free.start).split("\n").length - 1;
  const character = "+\t/* 灯 🏮 */ ".length;
  assert.deepEqual(diagnostic?.range, {
    start: { line, character },
    end: { line, character: character + "lamp_free(lamp)".length },
  });
  assert.equal(diagnostic?.severity, DiagnosticSeverity.Error);
  assert.equal(diagnostic?.code, "lifetime.use-after-free");
  assert.equal(diagnostic?.source, "lastput");
  assert.equal(diagnostic?.message, "lamp 1 is used after it was freed\nInterleaving of 3 steps: put ∥ look.");
});

test("each step is a related location, wherever it stands", async () => {
  const [diagnostic] = await diagnosticsOf(finding(free, { steps: threeSteps }));
  const related = diagnostic?.relatedInformation ?? [];
  assert.deepEqual(
    related.map(({ message }) => message),
    [
      "1. CPU 0: put: free(lamp) [lamp 1: users = 0]",
      "2. CPU 1: look: look(lamp)",
      "3. CPU 0: put: lamp->lit (blob: lamp.h:3)",
    ],
  );
  assert.deepEqual(
    related.map(({ location }) => location.uri),
    [URI, "file:///profiles/lamp/callers.c", URI],
  );
  assert.deepEqual(related[1]?.location.range, {
    start: { line: 6, character: 2 },
    end: { line: 6, character: 8 },
  });
});

test("what is quoted is quieter; what was there before, or is fixed, is a hint", async () => {
  const found = await diagnosticsOf(
    finding(free, { origin: "quoted", fingerprint: "a" }),
    finding(log, { status: "persists", fingerprint: "b" }),
    finding(unlink, { status: "fixed", fingerprint: "c", steps: threeSteps }),
    finding(log, {
      severity: "info",
      code: "zap.cannot-yield",
      introducedBy: "3/7",
      fixedBy: "5/7",
      fixedAt: { patch: 0, range: free },
    }),
  );
  assert.deepEqual(
    found.map(({ severity }) => severity),
    [DiagnosticSeverity.Warning, DiagnosticSeverity.Hint, DiagnosticSeverity.Hint, DiagnosticSeverity.Information],
  );
  const marks = ["(quoted)", "(also before this patch)", "Fixes: lamp 1", "(introduced by 3/7, gone since 5/7)"];
  for (const [index, mark] of marks.entries()) assert.ok(messageOf(found[index]).includes(mark), mark);
  assert.match(messageOf(found[2]), /Not possible any more: the interleaving of 3 steps/);
  assert.equal(found[2]?.relatedInformation?.length, 3);
  const [end, ...others] = found[3]?.relatedInformation ?? [];
  assert.deepEqual([end?.message, end?.location.range, others], ["gone since 5/7", found[0]?.range, []]);
});

test("a code leads to its page, and is shown as loud as the person set", async () => {
  const severity = { "zap.cannot-yield": "off", "lifetime.use-after-free": "hint", "no.such-code": "off" };
  const findings = [
    finding(free, { fingerprint: "a" }),
    finding(log, { fingerprint: "b", severity: "info", code: "zap.cannot-yield" }),
    finding(unlink, { fingerprint: "c", code: "list.double-del" }),
  ];
  const editor = await opened({ verdict: "violated", findings }, lamp, { severity });
  const found = await editor.diagnostics(URI);
  await editor.quit();
  const shown = found.map((each) => [each.code, each.severity, each.codeDescription?.href]);
  assert.deepEqual(shown, [
    ["lifetime.use-after-free", DiagnosticSeverity.Hint, "file:///findings.md#lifetime.use-after-free"],
    ["list.double-del", DiagnosticSeverity.Error, "file:///findings.md#list.double-del"],
  ]);
});

test("one mistake in several scenarios is told once, by its shortest interleaving", async () => {
  const found = await diagnosticsOf(
    finding(free, { steps: threeSteps }),
    finding(free, { scenario: "s2", fingerprint: "short", steps: threeSteps.slice(1) }),
  );
  assert.equal(found.length, 1);
  assert.match(messageOf(found[0]), /Interleaving of 2 steps: put ∥ put\.\nAlso in put ∥ look\./);
  assert.deepEqual(found[0]?.data, { fingerprint: "short" });
});

test("a finding that only one base has says so", async () => {
  const turnsOn = [
    { fact: "owner", value: "list", title: "the walk owns the gift", verdict: "violated" },
    { fact: "owner", value: "queue", title: "the queue owns it", verdict: "safe" },
  ] as const;
  const editor = await opened({
    verdict: "depends",
    patches: [patch(whole, { verdict: "depends", turnsOn, statement: "depends on who owns the gift" })],
    findings: [finding(free, { base: { owner: "list" }, steps: threeSteps })],
  });
  const [diagnostic] = await editor.diagnostics(URI);
  assert.match(messageOf(diagnostic), /^Only if owner = list \(the walk owns the gift\)\.$/m);
  const lenses = await editor.lenses(URI);
  assert.deepEqual(
    lenses?.map(({ command }) => command?.title),
    ["Simulate this interleaving: put ∥ look: use-after-free in 3 steps", "Lastput: depends on who owns the gift"],
  );
  await editor.quit();
});

test("what could not be read is told without noise, and not without end", async () => {
  const problems = Array.from({ length: 500 }, (_, index) => ({
    code: "text.hunk-counts",
    message: `problem ${index}`,
    range: index === 0 ? null : log,
  }));
  const editor = await opened({ problems });
  const found = await editor.diagnostics(URI);
  assert.ok(found.every(({ severity }) => severity === DiagnosticSeverity.Information));
  assert.deepEqual(found[0]?.range.start, { line: 0, character: 0 });
  assert.equal(found.length, 51);
  assert.match(messageOf(found.at(-1)), /^450 more are not shown/);
  await editor.quit();
});

test("a lens opens the interleaving that a squiggle tells of", async () => {
  const editor = await opened({ verdict: "violated", findings: [finding(free, { steps: threeSteps })] });
  const [lens, ...others] = (await editor.lenses(URI)) ?? [];
  assert.deepEqual(others, []);
  assert.deepEqual(lens?.range.start, { line: 10, character: 0 });
  assert.deepEqual(lens?.command, {
    title: "Simulate this interleaving: put ∥ look: use-after-free in 3 steps",
    command: "lastput.openTrace",
    arguments: [{ uri: URI, fingerprint: `f${free.start}` }],
  });
  const trace = await editor.trace(lens?.command?.arguments?.[0]);
  assert.deepEqual(trace?.objects, ["lamp 1"]);
  assert.deepEqual(trace?.threads, ["CPU 0: put", "CPU 1: look"]);
  assert.deepEqual([trace?.title, trace?.code], ["put ∥ look", "lifetime.use-after-free"]);
  assert.deepEqual(
    trace?.steps.map(({ location }) => location?.label),
    ["line 11", "harness: lamp/callers.c:7", undefined],
  );
  assert.deepEqual(trace?.steps[1]?.blocked, [{ thread: 0, reason: "waits for lamp_lock" }]);
  assert.deepEqual(trace?.steps[0]?.changed, ["lamp 1.users"]);
  assert.deepEqual(trace?.steps[2]?.text, "lamp->lit\nuse after free");
  const unknown = await editor.trace({ uri: URI, fingerprint: "gone" });
  assert.equal(unknown, null);
  await editor.quit();
});

test("the actions at a squiggle: the lens's, and what would remove it", async () => {
  const editor = await opened({ verdict: "violated", findings: [finding(free, { steps: threeSteps }), finding(log)] });
  const [diagnostic] = await editor.diagnostics(URI);
  const [lens] = (await editor.lenses(URI)) ?? [];
  const command = lens?.command;
  assert.ok(diagnostic !== undefined && command !== undefined);
  const ask = async (range: Range) =>
    editor.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri: URI },
      range,
      context: { diagnostics: [diagnostic] },
    });
  const [first, question] = (await ask(diagnostic.range)) ?? [];
  assert.deepEqual(first, { title: command.title, command });
  assert.equal(question?.title, "Lastput: Which single change removes this (lifetime.use-after-free)?");
  const elsewhere = { start: { line: 11, character: 0 }, end: { line: 12, character: 0 } };
  assert.deepEqual(await ask(elsewhere), []);
  await editor.quit();
});

test("an editor without a panel runs the lens's command on the server", async () => {
  const editor = serverWith(always(() => review({ scenarios, findings: [finding(free, { steps: threeSteps })] })));
  const { capabilities } = await editor.initialize({});
  await editor.open(URI, lamp);
  const [lens] = (await editor.lenses(URI)) ?? [];
  const command = lens?.command;
  assert.ok(command !== undefined && capabilities.executeCommandProvider?.commands.includes(command.command));
  const shown: unknown = await editor.connection.sendRequest(ExecuteCommandRequest.type, {
    command: command.command,
    arguments: command.arguments ?? [],
  });
  assert.equal(shown, "free(lamp)\nlook(lamp)\nlamp->lit");
  await editor.until(() => editor.messages.some((message) => message.includes("look(lamp)")), "the table");
  await editor.quit();
});

test("a patch without findings has one quiet lens that says what was done", async () => {
  const editor = await opened({});
  assert.deepEqual(await editor.lenses(URI), [
    {
      range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
      command: { title: "Lastput: no violation in 2 scenarios", command: "" },
    },
  ]);
  assert.deepEqual(await editor.diagnostics(URI), []);
  await editor.quit();
});

test("a patch that touches no lifecycle has one quiet line, and what could not be read in it is a hint", async () => {
  const none = patch(whole, { verdict: "not-applicable", statement: "" });
  const problems = [{ code: "c.unread", message: "not C", range: log }];
  const editor = await opened({ verdict: "not-applicable", patches: [none, none], problems });
  assert.deepEqual(
    (await editor.lenses(URI))?.map(({ command }) => command?.title),
    ["Lastput: touches no lifecycle that has a profile (there is: lamp lifecycle)"],
  );
  assert.deepEqual(
    (await editor.diagnostics(URI)).map(({ severity }) => severity),
    [DiagnosticSeverity.Hint],
  );
  await editor.quit();
});

test("what a patch fixes has one lens", async () => {
  const fixed = { status: "fixed", steps: threeSteps } as const;
  const editor = await opened({ findings: [finding(free, fixed), finding(unlink, fixed)] });
  assert.deepEqual(
    (await editor.lenses(URI))?.map(({ command }) => command?.title),
    ["Step through what this fixes: put ∥ look: use-after-free in 3 steps", "Lastput: no violation in 2 scenarios"],
  );
  await editor.quit();
});

test("a hover tells what the innermost statement does and when it can run", async () => {
  const line = spanOf(lamp, "\t/* 灯 🏮 */ lamp_free(lamp);");
  const editor = await opened({
    lines: [
      facts(line, { does: ["something of the whole line"] }),
      facts(free, {
        does: ["Frees the object (`lamp_free`)"],
        states: [
          { users: "0", flags: "LIT|HOT" },
          { users: "0", flags: "<none>" },
          { flags: "<none>", users: "0" },
        ],
        moreStates: true,
        meanwhile: ["CPU 1: look"],
        side: "after",
      }),
      facts(log, { executed: false }),
    ],
    findings: [finding(free, { steps: threeSteps })],
  });
  const hover = await editor.hover(URI, 10, 16);
  assert.deepEqual(hover?.contents, {
    kind: "markdown",
    value: [
      "- error: lamp 1 is used after it was freed (put ∥ look, 3 steps)",
      "**lamp_put() after the patch**",
      "- Frees the object (\\`lamp_free\\`)",
      "Runs when the object is in one of these states (and more):",
      "| flags |\n| --- |\n| LIT\\|HOT |\n| \\<none\\> |",
      "In all of them: users = 0.",
      "Meanwhile under way: CPU 1: look.",
    ].join("\n\n"),
  });
  assert.deepEqual(hover?.range?.start, { line: 10, character: 13 });
  const other = await editor.hover(URI, 11, 4);
  assert.match(JSON.stringify(other), /No scenario ran this line/);
  assert.equal(await editor.hover(URI, 2, 0), null);
  assert.equal(await editor.hover(URI, 4000, 9), null);
  await editor.quit();
});

test("a review that cannot be shown is told as a failure, and the server goes on", async () => {
  const editor = serverWith(
    always((text) => (text.includes("odd") ? { ...review(), findings: null as unknown as Finding[] } : review())),
  );
  await editor.initialize();
  await editor.open(URI, "odd;");
  assert.match(messageOf((await editor.diagnostics(URI))[0]), /^Lastput failed/);
  await editor.change(URI, { text: "even;" });
  assert.deepEqual(await editor.diagnostics(URI), []);
  await editor.quit();
});

test("the first line of a patch tells all that its lens has no room for", async () => {
  const statement = `no violation in 2 scenarios; not checked: ${"this and that, ".repeat(20)}end`;
  const assumptions = Array.from({ length: 20 }, (_, index) => ({
    id: `a${index}`,
    kind: "gap" as const,
    text: `assumption <${index}>`,
    range: index === 0 ? null : free,
  }));
  const patches = [
    patch(whole, { statement, subject: "lamp: [drop] later", beforeStatement: "violated", base: "lamps" }),
  ];
  const editor = await opened({ patches, assumptions });
  const [lens] = (await editor.lenses(URI)) ?? [];
  const title = lens?.command?.title ?? "";
  assert.match(title, /^Lastput: no violation in 2 scenarios; not checked: this and that.* …$/);
  assert.ok(title.length < 140);
  const value = JSON.stringify(await editor.hover(URI, 0, 3));
  for (const part of [
    "lamp: \\\\[drop\\\\] later",
    "and that, end",
    "Before it: violated",
    "Base: lamps",
    "assumption \\\\<0\\\\>",
  ]) {
    assert.ok(value.includes(part), `${part} in ${value}`);
  }
  assert.match(value, /and 8 more/);
  await editor.quit();
});
