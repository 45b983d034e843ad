/** C files of profiles, imported as text by the bundler. */
declare module "*.c" {
  const text: string;
  export default text;
}

declare module "*.h" {
  const text: string;
  export default text;
}

/** The example that `lastput demo` checks. */
declare module "*.patch" {
  const text: string;
  export default text;
}
