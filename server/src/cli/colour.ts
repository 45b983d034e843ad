/** Whether a report is coloured, and how wide it may be. */
import { COLOURED, PLAIN, type TextOptions } from "../report";
import type { ColourWhen } from "./arguments";

type Environment = Readonly<Record<string, string | undefined>>;

/** NO_COLOR and FORCE_COLOR as https://no-color.org and Node itself read them; what was typed comes first. */
export function isColoured(when: ColourWhen, isTerminal: boolean, environment: Environment): boolean {
  if (when !== "auto") return when === "always";
  const { FORCE_COLOR: force, NO_COLOR: none, TERM: terminal } = environment;
  if (force !== undefined) return !["0", "false"].includes(force);
  if (none !== undefined && none !== "") return false;
  return isTerminal && terminal !== "dumb";
}

/** @param toFile the report does not go to standard output */
export function textOptions(when: ColourWhen, toFile: boolean, allTraces: boolean): TextOptions {
  const isTerminal = !toFile && process.stdout.isTTY;
  const columns = isTerminal ? process.stdout.columns : WIDEST;
  return {
    style: isColoured(when, isTerminal, process.env) ? COLOURED : PLAIN,
    width: Math.min(Math.max(columns, NARROWEST), WIDEST),
    allTraces,
  };
}

const NARROWEST = 80;
const WIDEST = 100;
