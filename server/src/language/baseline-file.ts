/** The file of accepted findings that the setting `lastput.baseline` names, as the workspace has it. */
import { MessageType, ShowMessageNotification, type Connection } from "vscode-languageserver";
import { type Baseline, isBaselineError, readBaseline, withoutAccepted } from "../review/baseline";
import type { Review } from "../review/review";
import { isInside } from "../review/inside";
import type { WorkspaceFiles } from "./workspace-files";

export class BaselineFile {
  private path: string | null = null;
  private baseline: Baseline | null = null;
  /** What was complained of last: nobody wants to read it at every keystroke. */
  private told = "";

  constructor(
    private readonly connection: Connection,
    private readonly files: WorkspaceFiles,
  ) {}

  /** @param mayRead false in a workspace that nobody trusts: such a file could hide what is wrong with it */
  async use(path: string | null, mayRead: boolean): Promise<void> {
    this.path = mayRead ? path : null;
    this.baseline = this.path === null ? null : await this.load(this.path);
  }

  /** Whether it is the file at the URI. */
  isAt(uri: string): boolean {
    return this.path !== null && this.files.isAt(this.path, uri);
  }

  /** The review without what is accepted. */
  shown(review: Review): Review {
    return this.baseline === null ? review : withoutAccepted(review, this.baseline);
  }

  private async load(path: string): Promise<Baseline | null> {
    if (!isInside(path)) return this.complain(path, "this is no relative path inside the workspace");
    const text = await this.files.read(path);
    if (text === undefined) return this.complain(path, "there is no such file in the workspace");
    const read = readBaseline(text);
    if (isBaselineError(read)) return this.complain(`${path}:${read.line}`, read.message);
    this.told = "";
    return read;
  }

  private complain(where: string, what: string): null {
    const message = `lastput.baseline: ${where}: ${what}; nothing is hidden.`;
    if (message === this.told) return null;
    this.told = message;
    void this.connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Warning, message });
    return null;
  }
}
