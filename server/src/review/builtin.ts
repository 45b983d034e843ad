/** The profiles that Lastput comes with, as the bundler puts them in. A new profile is a folder and an entry here. */
import kernelHeader from "../../../profiles/kernel/kernel.h";
import options from "../../../profiles/kernel/options.json";
import types from "../../../profiles/kernel/types.json";
import vocabulary from "../../../profiles/kernel/vocabulary.json";
import krefHarness from "../../../profiles/kref-list/harness.c";
import krefHeader from "../../../profiles/kref-list/kref-list.h";
import krefProfile from "../../../profiles/kref-list/profile.json";
import krefSession from "../../../profiles/kref-list/session.c";
import tdpCallers from "../../../profiles/tdp-mmu/callers.h";
import tdpHarness from "../../../profiles/tdp-mmu/harness.c";
import tdpHvaMmu from "../../../profiles/tdp-mmu/hva/mmu_hva.c";
import tdpHva from "../../../profiles/tdp-mmu/hva/tdp_mmu_hva.c";
import tdpKvmMain from "../../../profiles/tdp-mmu/kvm_main.c";
import tdpKvm from "../../../profiles/tdp-mmu/kvm.h";
import tdpMirrorHeader from "../../../profiles/tdp-mmu/mirror/tdp_mmu.h";
import tdpMmu from "../../../profiles/tdp-mmu/mmu.c";
import tdpParallel from "../../../profiles/tdp-mmu/parallel/tdp_mmu.c";
import tdpPlainMmu from "../../../profiles/tdp-mmu/plain/mmu.c";
import tdpPlain from "../../../profiles/tdp-mmu/plain/tdp_mmu.c";
import tdpPlainHeader from "../../../profiles/tdp-mmu/plain/tdp_mmu.h";
import tdpPreservedMmu from "../../../profiles/tdp-mmu/preserved/mmu.c";
import tdpPreserved from "../../../profiles/tdp-mmu/preserved/tdp_mmu.c";
import tdpProfile from "../../../profiles/tdp-mmu/profile.json";
import tdpRefcount from "../../../profiles/tdp-mmu/refcount/tdp_mmu.c";
import tdpRefcountHeader from "../../../profiles/tdp-mmu/refcount/tdp_mmu.h";
import tdpIter from "../../../profiles/tdp-mmu/tdp_iter.h";
import tdpTdpMmu from "../../../profiles/tdp-mmu/tdp_mmu.c";
import tdpCommon from "../../../profiles/tdp-mmu/tdp_mmu_common.c";
import tdpHeader from "../../../profiles/tdp-mmu/tdp_mmu.h";
import type { KernelTypes, Profile, Vocabulary } from "../model/profile";

export interface LoadedProfile {
  readonly profile: Profile;
  /** File name -> text, for all files that the profile names. */
  readonly texts: Readonly<Record<string, string>>;
}

/** What every profile shares: the kernel's primitives and what is composed of them. */
export interface Kernel {
  readonly vocabulary: Vocabulary;
  readonly types: KernelTypes;
  readonly header: string;
  /** Kernel option -> why code is run with it one way only; null where what is reviewed is not built the other way. */
  readonly options: Readonly<Record<string, string | null>>;
}

export const KERNEL: Kernel = {
  vocabulary: vocabulary as unknown as Vocabulary,
  types: types as KernelTypes,
  header: kernelHeader,
  options,
};

export const PROFILES: readonly LoadedProfile[] = [
  {
    profile: tdpProfile,
    texts: {
      "callers.h": tdpCallers,
      "harness.c": tdpHarness,
      "kvm_main.c": tdpKvmMain,
      "kvm.h": tdpKvm,
      "mmu.c": tdpMmu,
      "parallel/tdp_mmu.c": tdpParallel,
      "plain/mmu.c": tdpPlainMmu,
      "plain/tdp_mmu.c": tdpPlain,
      "mirror/tdp_mmu.h": tdpMirrorHeader,
      "plain/tdp_mmu.h": tdpPlainHeader,
      "hva/mmu_hva.c": tdpHvaMmu,
      "hva/tdp_mmu_hva.c": tdpHva,
      "preserved/mmu.c": tdpPreservedMmu,
      "preserved/tdp_mmu.c": tdpPreserved,
      "refcount/tdp_mmu.c": tdpRefcount,
      "refcount/tdp_mmu.h": tdpRefcountHeader,
      "tdp_iter.h": tdpIter,
      "tdp_mmu.c": tdpTdpMmu,
      "tdp_mmu_common.c": tdpCommon,
      "tdp_mmu.h": tdpHeader,
    },
  },
  {
    profile: krefProfile,
    texts: { "harness.c": krefHarness, "kref-list.h": krefHeader, "session.c": krefSession },
  },
];
