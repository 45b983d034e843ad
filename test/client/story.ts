/** What a person does in one window, step by step: each step goes on from where the one before it left the window. */
import path from "node:path";
import type { TestContext } from "node:test";
import type { Page } from "playwright-core";
import { cache } from "../support/paths";

export class Story {
  private broken: string | null = null;

  constructor(
    private readonly t: TestContext,
    readonly page: Page,
  ) {}

  /** A subtest. When it fails there is a picture of the screen, and the steps behind it are not tried. */
  async step(name: string, body: () => Promise<void>): Promise<void> {
    await this.t.test(name, async (t) => {
      if (this.broken !== null) {
        t.skip(`not tried, because "${this.broken}" failed`);
        return;
      }
      try {
        await body();
      } catch (error) {
        this.broken = name;
        const picture = path.join(cache, `${name.replaceAll(/\W+/g, "-")}.png`);
        await this.page.screenshot({ path: picture });
        t.diagnostic(`the screen: ${picture}`);
        throw error;
      }
    });
  }
}
