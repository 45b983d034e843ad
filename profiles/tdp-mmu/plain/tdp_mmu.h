/* SPDX-License-Identifier: MIT */

#if REFERENCES == MMU
static inline void kvm_mmu_get_root(struct kvm *kvm, struct kvm_mmu_page *sp)
{
	BUG_ON(!sp->root_count);
	lockdep_assert_held(&kvm->mmu_lock);

	++sp->root_count;
}

static inline bool kvm_mmu_put_root(struct kvm *kvm, struct kvm_mmu_page *sp)
{
	lockdep_assert_held(&kvm->mmu_lock);
	--sp->root_count;

	return !sp->root_count;
}
#elif REFERENCES == MAY_FAIL || REFERENCES == RCU_LIST
static inline bool kvm_tdp_mmu_get_root(struct kvm *kvm,
					struct kvm_mmu_page *root)
{
	return refcount_inc_not_zero(&root->tdp_mmu_root_count);
}
#elif REFERENCES == REFCOUNT
static inline void kvm_tdp_mmu_get_root(struct kvm *kvm,
					struct kvm_mmu_page *root)
{
	lockdep_assert_held(&kvm->mmu_lock);
	refcount_inc(&root->tdp_mmu_root_count);
}
#else
static inline void kvm_tdp_mmu_get_root(struct kvm *kvm,
					struct kvm_mmu_page *root)
{
	BUG_ON(!root->root_count);
	lockdep_assert_held(&kvm->mmu_lock);

	++root->root_count;
}
#endif

#if REFERENCES == TDP
static inline bool kvm_tdp_mmu_put_root(struct kvm *kvm,
					struct kvm_mmu_page *root)
{
	lockdep_assert_held(&kvm->mmu_lock);
	--root->root_count;

	return !root->root_count;
}
#endif

#if ARGUMENTS == ROOT_ONLY
static inline bool kvm_tdp_mmu_zap_gfn_range(struct kvm *kvm, gfn_t start,
					     gfn_t end)
{
	return __kvm_tdp_mmu_zap_gfn_range(kvm, start, end, true);
}
#else
static inline bool kvm_tdp_mmu_zap_gfn_range(struct kvm *kvm, int as_id,
					     gfn_t start, gfn_t end, bool flush)
{
	return __kvm_tdp_mmu_zap_gfn_range(kvm, as_id, start, end, true, flush);
}
#endif

/* Who zaps a table of a few entries does not yield in it. */
static inline bool kvm_tdp_mmu_zap_sp(struct kvm *kvm, struct kvm_mmu_page *sp)
{
	gfn_t end = sp->gfn + 1;

	lockdep_assert_held_write(&kvm->mmu_lock);
#if ARGUMENTS == ROOT_ONLY
	return __kvm_tdp_mmu_zap_gfn_range(kvm, sp->gfn, end, false);
#else
	return __kvm_tdp_mmu_zap_gfn_range(kvm, kvm_mmu_page_as_id(sp),
					   sp->gfn, end, false, false);
#endif
}
