/** Reads the parameters of our own requests, which anybody may send in any shape. */
import { ErrorCodes, ResponseError } from "vscode-languageserver";
import type { CheckParams, TraceParams } from "./protocol";

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

function text(params: unknown, name: string, request: string): string {
  const value = (params as Record<string, unknown> | null | undefined)?.[name];
  if (typeof value === "string") return value;
  throw new ResponseError(ErrorCodes.InvalidParams, `${request} needs a parameter "${name}" that is a string.`);
}
