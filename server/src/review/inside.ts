/** Which paths may be asked for: the first of the two places that decide it; whoever opens files is the other. */

/** A path out of a diff is somebody else's text: only plain relative ones are asked for. */
export function isInside(path: string): boolean {
  if (path === "" || /^[/\\~]|^[A-Za-z]:|\0/.test(path)) return false;
  return !path.split(/[/\\]/).includes("..");
}
