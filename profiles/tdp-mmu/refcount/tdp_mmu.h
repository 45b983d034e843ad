/* SPDX-License-Identifier: MIT */

#if ARGUMENTS == GET_ALONE
static inline bool kvm_tdp_mmu_get_root(struct kvm_mmu_page *root)
{
	return refcount_inc_not_zero(&root->tdp_mmu_root_count);
}
#else
static inline bool kvm_tdp_mmu_get_root(struct kvm *kvm,
					struct kvm_mmu_page *root)
{
#if UNMAP == VALID_ONLY || UNMAP == UNREFERENCED
	if (root->role.invalid)
		return false;

#endif
	return refcount_inc_not_zero(&root->tdp_mmu_root_count);
}
#endif

#if ARGUMENTS == ZAP_SHARED
static inline bool kvm_tdp_mmu_zap_gfn_range(struct kvm *kvm, int as_id,
					     gfn_t start, gfn_t end, bool flush,
					     bool shared)
{
	return __kvm_tdp_mmu_zap_gfn_range(kvm, as_id, start, end, true, flush,
					   shared);
}

/* Who zaps a table of a few entries does not yield in it. */
static inline bool kvm_tdp_mmu_zap_sp(struct kvm *kvm, struct kvm_mmu_page *sp)
{
	gfn_t end = sp->gfn + 1;

	lockdep_assert_held_write(&kvm->mmu_lock);
	return __kvm_tdp_mmu_zap_gfn_range(kvm, kvm_mmu_page_as_id(sp),
					   sp->gfn, end, false, false, false);
}
#else
static inline bool kvm_tdp_mmu_zap_gfn_range(struct kvm *kvm, int as_id,
					     gfn_t start, gfn_t end, bool flush)
{
	return __kvm_tdp_mmu_zap_gfn_range(kvm, as_id, start, end, true, flush);
}
#endif
