/** Reads the parameters of our own requests, which anybody may send in any shape. */
import { ErrorCodes, Range, ResponseError } from "vscode-languageserver";
import type { CheckParams, TraceParams, WhyParams } from "./protocol";

/** @throws ResponseError that says what is missing */
export function checkParams(params: unknown): CheckParams {
  const uri = text(params, "uri", "lastput/check");
  const languageId = (params as { languageId?: unknown }).languageId;
  if (languageId === undefined || languageId === null) return { uri };
  return { uri, languageId: text(params, "languageId", "lastput/check") };
}

/** @throws ResponseError that says what is missing */
export function traceParams(params: unknown, request: string): TraceParams {
  return { uri: text(params, "uri", request), fingerprint: text(params, "fingerprint", request) };
}

/** @throws ResponseError that says what is missing */
export function whyParams(params: unknown, request: string): WhyParams {
  const uri = text(params, "uri", request);
  const { range } = params as { readonly range?: unknown };
  if (range === undefined || range === null) return { uri };
  if (Range.is(range)) return { uri, range };
  throw new ResponseError(ErrorCodes.InvalidParams, `The parameter "range" of ${request} is not a range.`);
}

function text(params: unknown, name: string, request: string): string {
  const value = (params as Record<string, unknown> | null | undefined)?.[name];
  if (typeof value === "string") return value;
  throw new ResponseError(ErrorCodes.InvalidParams, `${request} needs a parameter "${name}" that is a string.`);
}
