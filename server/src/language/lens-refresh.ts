/** Makes the editor ask for code lenses again when those that it has are not the present ones. */
import { CodeLensRefreshRequest, type CodeLens, type Connection } from "vscode-languageserver";

export class LensRefresh {
  private readonly last = new Map<string, string>();

  constructor(
    private readonly connection: Connection,
    private readonly supported: boolean,
  ) {}

  /** These were the answer to the editor's own request. */
  answered(uri: string, lenses: readonly CodeLens[]): void {
    this.last.set(uri, JSON.stringify(lenses));
  }

  /** These are the present ones. */
  async present(uri: string, lenses: readonly CodeLens[]): Promise<void> {
    const text = JSON.stringify(lenses);
    if (!this.supported || this.last.get(uri) === text) return;
    await this.connection.sendRequest(CodeLensRefreshRequest.type);
  }

  forget(uri: string): void {
    this.last.delete(uri);
  }
}
