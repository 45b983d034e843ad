/** What the person has set: `lastput.bounds.states`, `.threads` and `.objects`, `lastput.memoryModel` and `lastput.races`, from the initialization options or the editor's configuration. */
import { DidChangeConfigurationNotification, type ClientCapabilities, type Connection } from "vscode-languageserver";
import { MOST_OBJECTS, MOST_THREADS } from "../model/scale";
import { DEFAULT_OPTIONS, type ReviewOptions } from "../review/api";

/** Fewer find nothing, more do not fit into memory. */
const FEWEST_STATES = 1_000;
const MOST_STATES = 100_000_000;

export class Settings {
  private current: ReviewOptions;
  private lens: boolean;
  private changed: () => void = () => undefined;

  constructor(
    private readonly connection: Connection,
    initializationOptions: unknown,
  ) {
    this.current = optionsFrom(initializationOptions);
    this.lens = lensFrom(initializationOptions);
  }

  /** Whether functions have a lens that asks what their lines are there for. */
  get whyLens(): boolean {
    return this.lens;
  }

  get options(): ReviewOptions {
    return this.current;
  }

  /** Follows the editor's configuration from now on. */
  async listen(capabilities: ClientCapabilities, changed: () => void): Promise<void> {
    this.changed = changed;
    const pull = capabilities.workspace?.configuration === true;
    this.connection.onDidChangeConfiguration(({ settings }) => {
      if (pull) void this.pull();
      else this.set((settings as { lastput?: unknown } | null | undefined)?.lastput);
    });
    if (capabilities.workspace?.didChangeConfiguration?.dynamicRegistration === true) {
      await this.connection.client.register(DidChangeConfigurationNotification.type, { section: "lastput" });
    }
    if (pull) await this.pull();
  }

  private async pull(): Promise<void> {
    const settings: unknown = await this.connection.workspace.getConfiguration("lastput");
    // An editor without such a section answers null; what it said at the beginning then stands.
    if (settings !== null && settings !== undefined) this.set(settings);
  }

  private set(settings: unknown): void {
    const options = optionsFrom(settings);
    const lens = lensFrom(settings);
    if (JSON.stringify(options) === JSON.stringify(this.current) && lens === this.lens) return;
    this.current = options;
    this.lens = lens;
    this.changed();
  }
}

/** `{lenses: {why: false}}` leaves them out. */
function lensFrom(settings: unknown): boolean {
  return (settings as { lenses?: { why?: unknown } | null } | null | undefined)?.lenses?.why !== false;
}

/** `{bounds: {states: N, threads: N, objects: N}}`; anything else leaves the default, and so does a 0 for the last two. */
function optionsFrom(settings: unknown): ReviewOptions {
  const bounds = (settings as { bounds?: Readonly<Record<string, unknown>> | null } | null | undefined)?.bounds ?? {};
  const { memoryModel, races } = (settings ?? {}) as { memoryModel?: unknown; races?: unknown };
  const within = (name: string, fewest: number, most: number): number | null => {
    const number = bounds[name];
    if (typeof number !== "number" || !Number.isFinite(number)) return null;
    return Math.min(Math.max(Math.round(number), fewest), most);
  };
  const more = (name: string, most: number): number | null => {
    const number = within(name, 0, most);
    return number === 0 ? null : number;
  };
  return {
    ...DEFAULT_OPTIONS,
    races: races === true,
    memoryModel: memoryModel === "tso" ? "tso" : DEFAULT_OPTIONS.memoryModel,
    maxStates: within("states", FEWEST_STATES, MOST_STATES) ?? DEFAULT_OPTIONS.maxStates,
    scale: { threads: more("threads", MOST_THREADS), objects: more("objects", MOST_OBJECTS) },
  };
}
