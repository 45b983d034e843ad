/* SPDX-License-Identifier: MIT */

/* There is one memslot, whose addresses are its frames. */
#define __kvm_memslots(_kvm, _as_id) NULL
#define kvm_for_each_memslot(_memslot, _slots) if (1)
#define hva_to_gfn_memslot(_hva, _memslot) (_hva)

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
