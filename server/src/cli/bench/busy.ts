/** Children that do nothing but keep the processor busy. */
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";

/** Ends by itself when whoever started it has ended, however that was. */
const SPIN = `
  process.on("disconnect", () => process.exit());
  const spin = () => {
    const until = performance.now() + 200;
    while (performance.now() < until);
    setImmediate(spin);
  };
  spin();
`;

/** One for each core, until the work is done or failed. */
export async function whileBusy<T>(work: () => Promise<T>): Promise<T> {
  const stdio = ["ignore", "ignore", "ignore", "ipc"] as const;
  const spinning = Array.from({ length: availableParallelism() }, () =>
    spawn(process.execPath, ["-e", SPIN], { stdio: [...stdio] }),
  );
  try {
    return await work();
  } finally {
    for (const child of spinning) child.kill("SIGKILL");
  }
}
