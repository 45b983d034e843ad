/** What a person does in the workbench, by the selectors that its DOM has. */
import type { FrameLocator, Locator, Page } from "playwright-core";

/** Runs a command by the title that the palette shows, `Lastput: Check This Document` for one. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await pick(page, "F1", `>${title}`, title);
}

/** Opens a file of the workspace by its name. */
export async function openFile(page: Page, name: string): Promise<void> {
  await pick(page, "Control+P", name, name);
  await page.locator(".editor-group-container.active .tab.active").filter({ hasText: name }).waitFor();
}

/** The quick input closes when an editor that was asked for before comes up; then it is opened again. */
async function pick(page: Page, key: string, typed: string, row: string): Promise<void> {
  const input = page.locator(".quick-input-widget input.input");
  const rows = page.locator(".quick-input-list .monaco-list-row");
  for (let attempt = 1; ; attempt++) {
    await page.keyboard.press(key);
    try {
      await input.fill(typed, { timeout: 5000 });
      await rows.filter({ hasText: row }).first().click({ timeout: 5000 });
      return;
    } catch (error) {
      if (attempt === 5) throw error;
    }
  }
}

/** The code lenses of the editor that has the focus. */
export function lenses(page: Page): Locator {
  return page.locator(".editor-group-container.active .codelens-decoration a");
}

/** Newer workbenches show a lens as clickable only while the editor's text has the focus. */
export async function clickLens(page: Page, text: string | RegExp): Promise<void> {
  await page.locator(".editor-group-container .monaco-editor .view-line").first().click();
  await lenses(page).filter({ hasText: text }).first().click();
}

export async function hover(page: Page, over: Locator): Promise<Locator> {
  await over.hover();
  const shown = page.locator(".monaco-hover:not(.hidden)").first();
  await shown.waitFor();
  return shown;
}

/** The page inside a panel: the workbench shows it in a frame of a frame. */
export function panelPage(page: Page): FrameLocator {
  return page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");
}

/** The status bar's `Ln 12, Col 3`. */
export async function cursorLine(page: Page): Promise<number> {
  const text = await page.locator("#status\\.editor\\.selection").innerText();
  return Number(/Ln (\d+)/.exec(text)?.[1]);
}
