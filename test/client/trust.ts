/** A workspace that nobody trusts in a real VS Code: its files say nothing there, until the person trusts it. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { TestContext } from "node:test";
import { fixtures, root } from "../support/paths";
import { packagedExtension } from "./package";
import { Story } from "./story";
import { VsCode } from "./vscode-host";
import { lenses, runCommand } from "./workbench";

const PATCH = path.join(fixtures, "client/early-free.patch");
/** A lens that runs nothing when it is clicked, so no link. */
const HIDDEN = /accepted findings? (is|are) not shown/;
const REVIEW = { timeout: 90_000 };

export async function inUntrustedWorkspace(t: TestContext): Promise<void> {
  const settings = { "security.workspace.trust.enabled": true, "security.workspace.trust.startupPrompt": "never" };
  const vscode = await VsCode.start({ extensions: [packagedExtension()], files: [PATCH], settings });
  try {
    acceptAll(vscode.workspace);
    const story = new Story(t, vscode.page);
    await vscode.open("early-free.patch");
    await untrusted(story);
    await trusted(story);
  } finally {
    await vscode.close();
  }
}

/** A baseline that would hide what is wrong, as the settings of the workspace name it: whoever wrote the patch may have written both. */
function acceptAll(workspace: string): void {
  const patch = path.join(workspace, path.basename(PATCH));
  const accepted = path.join(workspace, "accepted.json");
  const cli = path.join(root, "dist/cli.js");
  execFileSync(process.execPath, [cli, "check", "--write-baseline", accepted, patch], { stdio: "pipe" });
  mkdirSync(path.join(workspace, ".vscode"));
  writeFileSync(path.join(workspace, ".vscode/settings.json"), JSON.stringify({ "lastput.baseline": "accepted.json" }));
}

async function untrusted(story: Story): Promise<void> {
  const { page } = story;
  await story.step("the patch is checked, and nothing of it is hidden", async () => {
    await page.locator("#status\\.workspaceTrust").or(page.getByText("Restricted Mode").first()).first().waitFor();
    await lenses(page)
      .filter({ hasText: /Simulate this interleaving/ })
      .first()
      .waitFor(REVIEW);
    assert.equal(await page.locator(".codelens-decoration", { hasText: HIDDEN }).count(), 0);
    await page
      .locator(".squiggly-error")
      .first()
      .waitFor({ ...REVIEW, state: "attached" });
  });
}

async function trusted(story: Story): Promise<void> {
  const { page } = story;
  await story.step("once the person trusts it, what it accepts is hidden, and that it is", async () => {
    await runCommand(page, "Workspaces: Manage Workspace Trust");
    await page
      .locator(".workspace-trust-editor .monaco-button", { hasText: /^Trust$/ })
      .first()
      .click();
    await page.locator(".tab", { hasText: "early-free.patch" }).click();
    await page.locator(".codelens-decoration", { hasText: HIDDEN }).first().waitFor(REVIEW);
    await page
      .locator(".squiggly-error")
      .first()
      .waitFor({ ...REVIEW, state: "detached" });
  });
}
