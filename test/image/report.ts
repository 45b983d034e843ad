/** All that images hold as text, for the expectations of the fixtures. */
import type { FileImages, Image, PatchImages } from "../../server/src/image/image";

export function reportOf(images: PatchImages): string {
  const problems = images.problems.map(({ code, message }) => `problem ${code}: ${message}`);
  const loose = images.loose.map(({ code, authorship }) => `loose (${authorship}):\n${code.text.trimEnd()}`);
  return `${[...problems, ...images.files.map(reportOfFile), ...loose].join("\n\n")}\n`;
}

function reportOfFile({ path, source, revision, changed, fit, assumptions, before, after }: FileImages): string {
  const functions = changed.map(({ name, before: old, after: now }) => `${name} (${sides(old, now)})`);
  return [
    `===== ${path}, from ${revision ?? source}`,
    `changed: ${functions.join(", ") || "nothing"}`,
    `fit: ${fit.matched} of ${fit.shown} matched, ${fit.varied} in other words, ${fit.contradicted} contradicted`,
    ...fit.contradictions.map((text) => `  ${text}`),
    ...assumptions.map(({ kind, function: name, text }) => `${kind}${name === null ? "" : ` in ${name}`}: ${text}`),
    "----- before",
    textOf(before),
    "----- after",
    textOf(after),
  ].join("\n");
}

function sides(before: boolean, after: boolean): string {
  if (before && after) return "before and after";
  return before ? "before" : "after";
}

/** A carriage return and a missing line end are shown. */
function textOf(image: Image | null): string {
  if (image === null) return "(no such file)";
  const text = image.code.text.replaceAll("\r", "<CR>");
  return text === "" ? "(empty)" : text.endsWith("\n") ? text.slice(0, -1) : `${text}<no line end>`;
}
