/* SPDX-License-Identifier: MIT */

static inline bool kvm_tdp_mmu_get_root(struct kvm *kvm,
					struct kvm_mmu_page *root)
{
#if UNMAP != ALL_ROOTS
	if (root->role.invalid)
		return false;

#endif
	return refcount_inc_not_zero(&root->tdp_mmu_root_count);
}
