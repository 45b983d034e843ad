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

static inline bool kvm_tdp_mmu_zap_gfn_range(struct kvm *kvm, int as_id,
					     gfn_t start, gfn_t end, bool flush)
{
	return __kvm_tdp_mmu_zap_gfn_range(kvm, as_id, start, end, true, flush);
}
