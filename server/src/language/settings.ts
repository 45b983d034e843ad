/** What the person has set: `lastput.bounds.states`, `.threads` and `.objects`, `lastput.memoryModel`, `lastput.races`, `lastput.baseline`, from the initialization options or the editor's configuration. */
import { DidChangeConfigurationNotification, type ClientCapabilities, type Connection } from "vscode-languageserver";
import { CODES } from "../model/codes";
import { MOST_OBJECTS, MOST_THREADS } from "../model/scale";
import { DEFAULT_OPTIONS, type ReviewOptions } from "../review/api";
import type { Level } from "./diagnostics";

/** Fewer find nothing, more do not fit into memory. */
const FEWEST_STATES = 1_000;
const MOST_STATES = 100_000_000;

export class Settings {
  private current: ReviewOptions;
  private lens: boolean;
  private shownAs: ReadonlyMap<string, Level>;
  private accepted: string | null;
  private kernel: string | null;
  private changed: () => void = () => undefined;

  constructor(
    private readonly connection: Connection,
    initializationOptions: unknown,
  ) {
    this.current = optionsFrom(initializationOptions);
    this.lens = lensFrom(initializationOptions);
    this.shownAs = levelsFrom(initializationOptions);
    this.accepted = baselineFrom(initializationOptions);
    this.kernel = treeFrom(initializationOptions);
  }

  /** The URI of a kernel tree outside the workspace. */
  get tree(): string | null {
    return this.kernel;
  }

  /** The file of accepted findings, relative to a workspace folder. */
  get baseline(): string | null {
    return this.accepted;
  }

  /** How findings of a code are shown, where the person set that: `lastput.severity`. */
  get levels(): ReadonlyMap<string, Level> {
    return this.shownAs;
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
    const levels = levelsFrom(settings);
    const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
    const accepted = baselineFrom(settings);
    const tree = treeFrom(settings);
    const isShownAlike = lens === this.lens && isSame([...levels], [...this.shownAs]) && accepted === this.accepted;
    if (isSame(options, this.current) && isShownAlike && tree === this.kernel) return;
    this.kernel = tree;
    this.accepted = accepted;
    this.current = options;
    this.lens = lens;
    this.shownAs = levels;
    this.changed();
  }
}

const LEVELS: ReadonlySet<unknown> = new Set<Level>(["error", "warning", "information", "hint", "off"]);

/** `{severity: {"race.plain-access": "off"}}`; what is neither a code nor a level is left alone. */
function levelsFrom(settings: unknown): ReadonlyMap<string, Level> {
  const given =
    (settings as { severity?: Readonly<Record<string, unknown>> | null } | null | undefined)?.severity ?? {};
  return new Map(
    Object.entries(given).flatMap(([code, level]) =>
      Object.hasOwn(CODES, code) && LEVELS.has(level) ? [[code, level as Level] as const] : [],
    ),
  );
}

/** `{baseline: "lastput-baseline.json"}`. */
function baselineFrom(settings: unknown): string | null {
  const path = (settings as { baseline?: unknown } | null | undefined)?.baseline;
  return typeof path === "string" && path.trim() !== "" ? path.trim() : null;
}

/** `{tree: "/home/somebody/linux"}`, or a file URI; a relative path has no place that it would start from. */
function treeFrom(settings: unknown): string | null {
  const given = (settings as { tree?: unknown } | null | undefined)?.tree;
  const path = typeof given === "string" ? given.trim().replaceAll("\\", "/") : "";
  if (path.startsWith("file://")) return path;
  const absolute = /^[A-Za-z]:\//.test(path) ? `/${path}` : path;
  return absolute.startsWith("/") ? `file://${absolute.split("/").map(encodeURIComponent).join("/")}` : null;
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
