/** The JSON of the command line against its schema file. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020";
import { root } from "./paths";

/** What is wrong, one line each; empty when the report is as the schema says. */
export function schemaErrors(report: unknown): string[] {
  return errorsOf(validateReport, report);
}

/** The same for what `lastput why` prints. */
export function whySchemaErrors(report: unknown): string[] {
  return errorsOf(validateWhy, report);
}

/** The same for what `--write-baseline` writes. */
export function baselineSchemaErrors(baseline: unknown): string[] {
  return errorsOf(validateBaseline, baseline);
}

function errorsOf(validate: ValidateFunction, report: unknown): string[] {
  validate(report);
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath || "/", message ?? "", JSON.stringify(params)].join(" "),
  );
}

const ajv = new Ajv2020({ allErrors: true, strict: true });
const validateReport = ajv.compile(schema("lastput.schema.json"));
const validateWhy = ajv.compile(schema("lastput-why.schema.json"));
const validateBaseline = ajv.compile(schema("lastput-baseline.schema.json"));

function schema(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path.join(root, "schema", name), "utf8")) as Record<string, unknown>;
}
