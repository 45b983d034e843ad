/**
 * Headers that stand beside a C file, as `#include "session.h"` names them. They are read through the workspace like all
 * else, and so never from outside of it.
 */
import type { Workspace } from "./api";
import { isInside } from "./inside";

/** No more than this many headers are read for one document. */
const MOST = 50;

export interface LocalHeaders {
  /** By their paths, in the order in which they are included. */
  readonly texts: ReadonlyMap<string, string>;
  /** What the file itself includes from outside of the workspace. */
  readonly outside: readonly Include[];
}

export interface Include {
  readonly name: string;
  /** In the text of the file that includes it. */
  readonly start: number;
  readonly end: number;
}

export const NO_HEADERS: LocalHeaders = { texts: new Map(), outside: [] };

/**
 * What the file includes, and what that includes in turn.
 *
 * @param name of the file: a path in the workspace, or all of its path, or its URI
 */
export async function readLocalHeaders(name: string, text: string, workspace: Workspace): Promise<LocalHeaders> {
  const path = plainPath(name);
  const texts = new Map<string, string>();
  const outside: Include[] = [];
  const pending = [{ path, text }];
  for (let file = pending.shift(); file !== undefined; file = pending.shift()) {
    for (const include of includesOf(file.text)) {
      const wanted = besides(file.path, include.name);
      if (wanted === null && file.path === path) outside.push(include);
      if (wanted === null || wanted === path || texts.has(wanted) || texts.size >= MOST) continue;
      const found = await workspace.read(wanted);
      if (found === undefined) continue;
      texts.set(wanted, found);
      pending.push({ path: wanted, text: found });
    }
  }
  return { texts, outside };
}

/** Without the scheme and the root: a workspace knows the names of the folders that it lies in. */
function plainPath(name: string): string {
  const isUri = /^[a-z][a-z0-9+.-]+:\/\//i.test(name);
  const path = isUri ? decoded(name.replace(/^[^:]+:\/\/[^/]*/, "")) : name.replaceAll("\\", "/");
  return path.replace(/^\/+/, "");
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // Whoever wrote it did not encode it.
    return path;
  }
}

function includesOf(text: string): Include[] {
  return [...text.matchAll(/^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)"/gm)].map((match) => {
    const end = match.index + match[0].length;
    return { name: match[1] ?? "", start: end - (match[1]?.length ?? 0) - 2, end };
  });
}

/** The path of what a file includes; null when it leads out of the top folder, or is none. */
function besides(file: string, name: string): string | null {
  const parts = file.split("/").slice(0, -1);
  if (name.startsWith("/")) return null;
  for (const part of name.split(/[/\\]/)) {
    if (part === ".." && parts.pop() === undefined) return null;
    if (part !== ".." && part !== "." && part !== "") parts.push(part);
  }
  const path = parts.join("/");
  return isInside(path) ? path : null;
}
