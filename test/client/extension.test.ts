/** The packaged extension in a real VS Code, as a person meets it: open, look, hover, click, step. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { needs } from "../support/needs";
import { cache, fixtures } from "../support/paths";
import { packagedExtension } from "./package";
import { Story } from "./story";
import { inUntrustedWorkspace } from "./trust";
import { VsCode } from "./vscode-host";
import { clickLens, cursorLine, hover, lenses, openFile, panelPage, runCommand } from "./workbench";

const PATCH = path.join(fixtures, "client/early-free.patch");
const MAIL = path.join(fixtures, "client/proposal.eml");
const C_FILE = path.join(fixtures, "client/session.c");
/** The line that the patch adds, and where it stands. */
const ADDED = "tdp_mmu_free_sp(root)";
/** The README's picture is taken anew when LASTPUT_SCREENSHOT names its file. */
const SCREENSHOT = process.env["LASTPUT_SCREENSHOT"] ?? path.join(cache, "panel.png");
/** A review takes seconds, on a busy machine many. */
const REVIEW = { timeout: 90_000 };
const WITHOUT = /Without this line: /;
const SIMULATE = /Simulate this interleaving/;

test("the extension in a real VS Code", { timeout: 400_000 }, async (t) => {
  if (!needs(t, "e2e", "chromium")) return;
  const vscode = await VsCode.start({ extensions: [packagedExtension()], files: [PATCH, MAIL, C_FILE] });
  try {
    const story = new Story(t, vscode.page);
    await vscode.open("early-free.patch");
    await inPatch(story);
    await why(story);
    await inBase(story);
    await whileHidden(story);
    await afterEdit(story);
    await inMail(story);
    await inC(story);
    await inUntitled(story);
    await t.test("nothing went wrong unseen", () => {
      assert.doesNotMatch(vscode.log, /cannot activate|unhandled ?rejection|lastput.*error/i);
    });
  } finally {
    await vscode.close();
  }
});

// One window after the other: both would install the same VS Code at once on a machine that has none.
test("a workspace that nobody trusts, in a real VS Code", { timeout: 300_000 }, async (t) => {
  if (!needs(t, "e2e", "chromium")) return;
  await inUntrustedWorkspace(t);
});

async function inPatch(story: Story): Promise<void> {
  const { page } = story;
  await story.step("a patch has a lens and a squiggle", async () => {
    await lenses(page).filter({ hasText: SIMULATE }).first().waitFor(REVIEW);
    await page
      .locator(".squiggly-error")
      .first()
      .waitFor({ ...REVIEW, state: "attached" });
  });

  await story.step("the command tells what was found when all is done", async () => {
    await runCommand(page, "Lastput: Check This Document");
    await page.locator(".notification-toast", { hasText: "Lastput: " }).waitFor(REVIEW);
    await runCommand(page, "Notifications: Clear All Notifications");
  });

  await story.step("a line of the patch has a hover", async () => {
    const shown = await hover(page, page.locator(".view-line span", { hasText: ADDED }).last());
    assert.match(await shown.innerText(), /root/);
    await page.keyboard.press("Escape");
  });

  await story.step("the lens opens the panel, one column a thread", async () => {
    await clickLens(page, SIMULATE);
    const panel = panelPage(page);
    await panel.getByRole("grid").waitFor();
    const heads = await panel.getByRole("columnheader").allInnerTexts();
    assert.ok(heads.filter((head) => head.trim().length > 1).length >= 2, heads.join(" | "));
    assert.match(await panel.locator(".position").innerText(), /^Step 1 of \d+$/);
  });

  await story.step("buttons and keys walk along the trace", async () => {
    const panel = panelPage(page);
    const position = panel.locator(".position");
    const count = Number(/of (\d+)/.exec(await position.innerText())?.[1]);
    assert.ok(count > 2);
    const at = async (step: number) => {
      await panel.locator(".position", { hasText: new RegExp(`^Step ${step} of ${count}$`) }).waitFor();
      const selected = panel.getByRole("row", { selected: true });
      assert.equal(await selected.count(), 1);
      assert.equal(await selected.getByRole("rowheader").innerText(), String(step));
    };
    for (const [name, step] of [
      ["Forward", 2],
      ["Back", 1],
      ["Last", count],
      ["First", 1],
    ] as const) {
      await panel.getByRole("button", { name, exact: true }).click();
      await at(step);
    }
    for (const [key, step] of [
      ["ArrowDown", 2],
      ["j", 3],
      ["k", 2],
      ["ArrowUp", 1],
      ["End", count],
      ["Home", 1],
    ] as const) {
      await panel.locator("body").press(key);
      await at(step);
    }
  });

  await story.step("no key is lost when they come fast", async () => {
    const panel = panelPage(page);
    for (let pressed = 0; pressed < 5; pressed++) await page.keyboard.press("j");
    await panel.locator(".position", { hasText: /^Step 6 of/ }).waitFor();
  });

  await story.step("the state stands beside the steps, and a step marks what it changed", async () => {
    const panel = panelPage(page);
    assert.ok((await panel.locator(".state dt").count()) > 0);
    const forward = panel.getByRole("button", { name: "Forward", exact: true });
    for (let step = 0; step < 100 && (await panel.locator(".state .changed").count()) === 0; step++)
      await forward.click();
    assert.ok((await panel.locator(".state .changed").count()) > 0);
  });

  await story.step("a step in the patch shows its line in the editor", async () => {
    const panel = panelPage(page);
    const place = panel.locator(".place:not(.elsewhere)").last();
    const line = Number(/line (\d+)$/.exec(await place.innerText())?.[1]);
    await place.click();
    await page.locator("#status\\.editor\\.selection", { hasText: `Ln ${line},` }).waitFor();
    assert.equal(await cursorLine(page), line);
    await takePicture(story);
  });
}

async function why(story: Story): Promise<void> {
  const { page } = story;
  const unlinked = page.locator(".view-line span", { hasText: "list_del_rcu" }).last();
  await story.step("the command tells why a line is there: the interleaving, then a lens", async () => {
    await unlinked.click();
    await runCommand(page, "Lastput: Why Is This Line Here?");
    await panelPage(page).locator(".message", { hasText: "without this line (list_del_rcu" }).waitFor(REVIEW);
    await panelPage(page).locator(".position", { hasText: "Step 1 of" }).waitFor();
    // Where the interleaving begins may be in another file.
    await page.locator(".tab", { hasText: "early-free.patch" }).click();
    await page.keyboard.press("Control+Home");
    await lenses(page).filter({ hasText: WITHOUT }).first().waitFor(REVIEW);
    // What follows is about the finding.
    await clickLens(page, SIMULATE);
    await panelPage(page).locator(".message", { hasNotText: "without this line" }).waitFor();
    await panelPage(page).locator(".position", { hasText: "Step 1 of" }).click();
  });
}

/** One step before the last one in the patch: something changes there, and the end of the trace is in sight. */
async function takePicture({ page }: Story): Promise<void> {
  await runCommand(page, "View: Toggle Primary Side Bar Visibility");
  await panelPage(page).getByRole("button", { name: "Back", exact: true }).click();
  await panelPage(page).locator(".state .changed").first().waitFor();
  await page.mouse.move(700, 600);
  await page.screenshot({ path: SCREENSHOT });
}

async function inBase(story: Story): Promise<void> {
  const { page } = story;
  await story.step("a step in the built-in base shows it, and nobody can edit it", async () => {
    const place = panelPage(page).locator(".place.elsewhere", { hasText: "base:" }).last();
    const name = /([^/]+):\d+$/.exec(await place.innerText())?.[1] ?? "";
    await place.click();
    const editor = page.locator(".editor-group-container.active");
    await editor.locator(".tab.active", { hasText: name }).waitFor();
    await page.keyboard.press("Control+A");
    await page.keyboard.press("Delete");
    await editor.locator(".view-line", { hasText: /\S/ }).first().waitFor();
    assert.equal(await page.locator(".tab.dirty").count(), 0);
    await page.locator(".tab", { hasText: "early-free.patch" }).click();
  });
}

async function whileHidden(story: Story): Promise<void> {
  const { page } = story;
  await story.step("a panel that was hidden comes back at the same step", async () => {
    await panelPage(page).getByRole("button", { name: "First" }).click();
    await panelPage(page).getByRole("button", { name: "Forward" }).click();
    await page.locator(".tab", { hasText: "Lastput" }).click();
    await openFile(page, "proposal.eml");
    await page.locator("iframe.webview.ready").waitFor({ state: "detached" });
    await page.locator(".tab", { hasText: "Lastput" }).click();
    await panelPage(page).locator(".position", { hasText: "Step 2 of" }).waitFor();
  });
}

async function afterEdit(story: Story): Promise<void> {
  const { page } = story;
  await story.step("the panel says when the finding was edited away, and has it again when it is back", async () => {
    await page.locator(".tab", { hasText: "early-free.patch" }).click();
    await page.locator(".editor-group-container.active .view-line").first().click();
    await page.keyboard.press("Control+A");
    await page.keyboard.press("Delete");
    await panelPage(page).getByRole("status").filter({ hasText: "no longer has this finding" }).waitFor();
    await page.keyboard.press("Control+Z");
    await panelPage(page).locator(".position").waitFor(REVIEW);
  });
}

async function inMail(story: Story): Promise<void> {
  const { page } = story;
  await story.step("a mail is a language of its own, and is checked", async () => {
    await openFile(page, "proposal.eml");
    await page.locator("#status\\.editor\\.mode", { hasText: "Mail with Patches" }).waitFor();
    await lenses(page).filter({ hasText: SIMULATE }).first().waitFor(REVIEW);
    await page
      .locator(".squiggly-error")
      .first()
      .waitFor({ ...REVIEW, state: "attached" });
  });

  await story.step("headers, quotes and added lines of a mail have colours of their own", async () => {
    const editor = page.locator(".editor-group-container.active .view-lines");
    const classOf = async (text: string) => editor.locator("span span", { hasText: text }).last().getAttribute("class");
    const prose = await classOf("Because I thought");
    for (const text of ["Subject", "Why does this not wait", ADDED]) assert.notEqual(await classOf(text), prose, text);
    await page.screenshot({ path: path.join(cache, "mail.png") });
  });
}

async function inC(story: Story): Promise<void> {
  const { page } = story;
  await story.step("a C file is checked when the person asks for it, and only then", async () => {
    await openFile(page, "session.c");
    await page.locator(".view-line", { hasText: "kref_get" }).waitFor();
    assert.equal(await lenses(page).count(), 0);
    await runCommand(page, "Lastput: Check This Document");
    await lenses(page).filter({ hasText: SIMULATE }).first().waitFor(REVIEW);
    await page.locator(".notification-toast", { hasText: "Lastput: " }).waitFor(REVIEW);
  });
}

async function inUntitled(story: Story): Promise<void> {
  const { page } = story;
  await story.step("an untitled buffer is checked when the person asks for it", async () => {
    await runCommand(page, "File: New Untitled Text File");
    await page.locator(".tab.active", { hasText: "Untitled-1" }).waitFor();
    // Neither a diff nor a mail by its first line, so that only the command makes it a matter for Lastput.
    const patch = readFileSync(PATCH, "utf8");
    await page.keyboard.insertText(`What about this?\n\n${patch.slice(patch.indexOf("diff --git"))}`);
    await page.locator(".view-line", { hasText: ADDED }).first().waitFor();
    assert.equal(await lenses(page).count(), 0);
    await runCommand(page, "Lastput: Check This Document");
    await lenses(page).filter({ hasText: SIMULATE }).first().waitFor(REVIEW);
  });
}
