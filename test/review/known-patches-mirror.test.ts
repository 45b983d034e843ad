/** Patches for the releases from 6.14 on. */
import { testPatches } from "./known-patches";

testPatches("expect-mirror.json");
