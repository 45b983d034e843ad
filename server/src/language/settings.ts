/** What the person has set: `lastput.bounds.states`, from the initialization options or the editor's configuration. */
import { DidChangeConfigurationNotification, type ClientCapabilities, type Connection } from "vscode-languageserver";
import { DEFAULT_OPTIONS, type ReviewOptions } from "../review/api";

/** Fewer find nothing, more do not fit into memory. */
const FEWEST_STATES = 1_000;
const MOST_STATES = 100_000_000;

export class Settings {
  private current: ReviewOptions;
  private changed: () => void = () => undefined;

  constructor(
    private readonly connection: Connection,
    initializationOptions: unknown,
  ) {
    this.current = optionsFrom(initializationOptions);
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
    if (options.maxStates === this.current.maxStates) return;
    this.current = options;
    this.changed();
  }
}

/** `{bounds: {states: N}}`; anything else leaves the default. */
function optionsFrom(settings: unknown): ReviewOptions {
  const states = (settings as { bounds?: { states?: unknown } | null } | null | undefined)?.bounds?.states;
  if (typeof states !== "number" || !Number.isFinite(states)) return DEFAULT_OPTIONS;
  return { ...DEFAULT_OPTIONS, maxStates: Math.min(Math.max(Math.round(states), FEWEST_STATES), MOST_STATES) };
}
