// SPDX-License-Identifier: MIT
/* Who calls the life cycle of a root up to 5.12 and on the way to 5.13: vCPUs, notifiers, the fast zap, the end of the VM. In the kernel's order. */

#if NOTIFIER == GFN
bool kvm_unmap_gfn_range(struct kvm *kvm, struct kvm_gfn_range *range)
{
	bool flush = false;

	if (is_tdp_mmu_enabled(kvm))
		flush |= kvm_tdp_mmu_unmap_gfn_range(kvm, range, flush);

	return flush;
}

#if PUT == PLAIN
bool kvm_age_gfn(struct kvm *kvm, struct kvm_gfn_range *range)
{
	bool young = false;

	if (is_tdp_mmu_enabled(kvm))
		young |= kvm_tdp_mmu_age_gfn_range(kvm, range);

	return young;
}
#endif
#endif

static void mmu_free_root_page(struct kvm *kvm, hpa_t *root_hpa,
			       struct list_head *invalid_list)
{
	struct kvm_mmu_page *sp;

	if (!VALID_PAGE(*root_hpa))
		return;

	sp = to_shadow_page(*root_hpa);

#if PUT != PLAIN
	if (is_tdp_mmu_page(sp))
		kvm_tdp_mmu_put_root(kvm, sp, false);
#elif REFERENCES == MMU
	if (kvm_mmu_put_root(kvm, sp)) {
		if (is_tdp_mmu_page(sp))
			kvm_tdp_mmu_free_root(kvm, sp);
	}
#elif REFERENCES == TDP
	if (is_tdp_mmu_page(sp) && kvm_tdp_mmu_put_root(kvm, sp))
		kvm_tdp_mmu_free_root(kvm, sp);
#else
	if (is_tdp_mmu_page(sp))
		kvm_tdp_mmu_put_root(kvm, sp);
#endif

	*root_hpa = INVALID_PAGE;
}

void kvm_mmu_free_roots(struct kvm *kvm, struct kvm_mmu *mmu,
			ulong roots_to_free)
{
	LIST_HEAD(invalid_list);

	if (!(roots_to_free & KVM_MMU_ROOT_CURRENT) || !VALID_PAGE(mmu->root_hpa))
		return;

	write_lock(&kvm->mmu_lock);

	mmu_free_root_page(kvm, &mmu->root_hpa, &invalid_list);

	write_unlock(&kvm->mmu_lock);
}

static int mmu_alloc_direct_roots(struct kvm_vcpu *vcpu)
{
	struct kvm_mmu *mmu = vcpu->arch.mmu;
	struct kvm_mmu_page *root;

	write_lock(&vcpu->kvm->mmu_lock);

	root = kvm_tdp_mmu_get_vcpu_root_hpa(vcpu);
	mmu->root_hpa = root;

	write_unlock(&vcpu->kvm->mmu_lock);
	return 0;
}

static int mmu_notifier_retry_hva(struct kvm *kvm, unsigned long mmu_seq)
{
	if (unlikely(kvm->mmu_notifier_count))
		return 1;
	if (kvm->mmu_notifier_seq != mmu_seq)
		return 1;

	return 0;
}

/* The page of the host is looked up; that may sleep. */
static void kvm_faultin_pfn(struct kvm_vcpu *vcpu, struct kvm_page_fault *fault)
{
	fault->pfn = vcpu->kvm->lastput_pfn;
}

static int direct_page_fault(struct kvm_vcpu *vcpu, struct kvm_page_fault *fault)
{
	unsigned long mmu_seq;
	int r;

	mmu_seq = READ_ONCE(vcpu->kvm->mmu_notifier_seq);
	smp_rmb();

	kvm_faultin_pfn(vcpu, fault);

	r = RET_PF_RETRY;

	read_lock(&vcpu->kvm->mmu_lock);

	if (mmu_notifier_retry_hva(vcpu->kvm, mmu_seq))
		goto out_unlock;

	r = kvm_tdp_mmu_map(vcpu, fault);

out_unlock:
	read_unlock(&vcpu->kvm->mmu_lock);
	return r;
}

int kvm_tdp_page_fault(struct kvm_vcpu *vcpu, struct kvm_page_fault *fault)
{
	return direct_page_fault(vcpu, fault);
}

/* The other MMU's pages; there are none. */
static void kvm_zap_obsolete_pages(struct kvm *kvm)
{
}

static void kvm_mmu_zap_all_fast(struct kvm *kvm)
{
	lockdep_assert_held(&kvm->slots_lock);

	write_lock(&kvm->mmu_lock);

	kvm->arch.mmu_valid_gen = kvm->arch.mmu_valid_gen ? 0 : 1;

#if FAST_ZAP != ZAP_ALL
	if (is_tdp_mmu_enabled(kvm))
		kvm_tdp_mmu_invalidate_all_roots(kvm);
#endif

	kvm_reload_remote_mmus(kvm);

	kvm_zap_obsolete_pages(kvm);

#if FAST_ZAP == ZAP_ALL
	if (is_tdp_mmu_enabled(kvm))
		kvm_tdp_mmu_zap_all(kvm);
#endif

	write_unlock(&kvm->mmu_lock);

#if FAST_ZAP == LIST_WALK
	if (is_tdp_mmu_enabled(kvm)) {
		read_lock(&kvm->mmu_lock);
		kvm_tdp_mmu_zap_invalidated_roots(kvm);
		read_unlock(&kvm->mmu_lock);
	}
#endif
}

void kvm_mmu_uninit_vm(struct kvm *kvm)
{
	kvm_mmu_uninit_tdp_mmu(kvm);
}

void kvm_zap_gfn_range(struct kvm *kvm, gfn_t gfn_start, gfn_t gfn_end)
{
	int i;
	bool flush = false;

	write_lock(&kvm->mmu_lock);
	for (i = 0; i < KVM_ADDRESS_SPACE_NUM; i++) {
#if ARGUMENTS == AS_ID
		if (is_tdp_mmu_enabled(kvm))
			flush = kvm_tdp_mmu_zap_gfn_range(kvm, i, gfn_start,
							  gfn_end, flush);
#endif
	}

	if (flush)
		kvm_flush_remote_tlbs_with_address(kvm, gfn_start, gfn_end);

#if ARGUMENTS == ROOT_ONLY
	if (is_tdp_mmu_enabled(kvm)) {
		flush = kvm_tdp_mmu_zap_gfn_range(kvm, gfn_start, gfn_end);
		if (flush)
			kvm_flush_remote_tlbs(kvm);
	}
#endif

	write_unlock(&kvm->mmu_lock);

#if ARGUMENTS == ZAP_SHARED
	if (is_tdp_mmu_enabled(kvm)) {
		flush = false;

		read_lock(&kvm->mmu_lock);
		for (i = 0; i < KVM_ADDRESS_SPACE_NUM; i++)
			flush = kvm_tdp_mmu_zap_gfn_range(kvm, i, gfn_start,
							  gfn_end, flush, true);
		if (flush)
			kvm_flush_remote_tlbs_with_address(kvm, gfn_start, gfn_end);

		read_unlock(&kvm->mmu_lock);
	}
#endif
}

int kvm_mmu_max_mapping_level(struct kvm *kvm,
			      const struct kvm_memory_slot *slot, gfn_t gfn,
			      kvm_pfn_t pfn, int max_level)
{
	return PG_LEVEL_2M;
}

void kvm_mmu_zap_collapsible_sptes(struct kvm *kvm,
				   const struct kvm_memory_slot *memslot)
{
	struct kvm_memory_slot *slot = (struct kvm_memory_slot *)memslot;
	bool flush;

	write_lock(&kvm->mmu_lock);
	flush = slot_handle_leaf(kvm, slot, kvm_mmu_zap_collapsible_spte, true);

#if ARGUMENTS != ROOT_ONLY && WALKERS == WRITE_LOCK
	if (is_tdp_mmu_enabled(kvm))
		flush = kvm_tdp_mmu_zap_collapsible_sptes(kvm, slot, flush);
#endif
	if (flush)
		kvm_arch_flush_remote_tlbs_memslot(kvm, slot);

#if ARGUMENTS == ROOT_ONLY
	if (is_tdp_mmu_enabled(kvm))
		kvm_tdp_mmu_zap_collapsible_sptes(kvm, slot);
#endif
	write_unlock(&kvm->mmu_lock);

#if WALKERS != WRITE_LOCK
	if (is_tdp_mmu_enabled(kvm)) {
		flush = false;
		read_lock(&kvm->mmu_lock);
		flush = kvm_tdp_mmu_zap_collapsible_sptes(kvm, slot, flush);
		if (flush)
			kvm_arch_flush_remote_tlbs_memslot(kvm, slot);
		read_unlock(&kvm->mmu_lock);
	}
#endif
}

void kvm_mmu_slot_remove_write_access(struct kvm *kvm,
				      struct kvm_memory_slot *memslot,
				      int start_level)
{
	bool flush;

	write_lock(&kvm->mmu_lock);
	flush = slot_handle_leaf(kvm, memslot, slot_rmap_write_protect, false);
#if WALKERS != READ_LOCK
	if (is_tdp_mmu_enabled(kvm))
		flush |= kvm_tdp_mmu_wrprot_slot(kvm, memslot, start_level);
#endif
	write_unlock(&kvm->mmu_lock);

#if WALKERS == READ_LOCK
	if (is_tdp_mmu_enabled(kvm)) {
		read_lock(&kvm->mmu_lock);
		flush |= kvm_tdp_mmu_wrprot_slot(kvm, memslot, start_level);
		read_unlock(&kvm->mmu_lock);
	}
#endif

	if (flush)
		kvm_arch_flush_remote_tlbs_memslot(kvm, memslot);
}

void kvm_mmu_slot_leaf_clear_dirty(struct kvm *kvm,
				   struct kvm_memory_slot *memslot)
{
	bool flush;

	write_lock(&kvm->mmu_lock);
	flush = slot_handle_leaf(kvm, memslot, __rmap_clear_dirty, false);
#if WALKERS != READ_LOCK
	if (is_tdp_mmu_enabled(kvm))
		flush |= kvm_tdp_mmu_clear_dirty_slot(kvm, memslot);
#endif
	write_unlock(&kvm->mmu_lock);

#if WALKERS == READ_LOCK
	if (is_tdp_mmu_enabled(kvm)) {
		read_lock(&kvm->mmu_lock);
		flush |= kvm_tdp_mmu_clear_dirty_slot(kvm, memslot);
		read_unlock(&kvm->mmu_lock);
	}
#endif

	if (flush)
		kvm_arch_flush_remote_tlbs_memslot(kvm, memslot);
}

/* Tables that could be larger pages again; there is none but the root's own. */
static void kvm_recover_nx_lpages(struct kvm *kvm)
{
	struct kvm_mmu_page *sp;

	write_lock(&kvm->mmu_lock);

	sp = list_first_entry_or_null(&kvm->arch.tdp_mmu_roots, struct kvm_mmu_page, link);
	if (sp && kvm_tdp_mmu_zap_sp(kvm, sp))
		kvm_flush_remote_tlbs(kvm);

	write_unlock(&kvm->mmu_lock);
}

void kvm_mmu_zap_all(struct kvm *kvm)
{
	write_lock(&kvm->mmu_lock);

	if (is_tdp_mmu_enabled(kvm))
		kvm_tdp_mmu_zap_all(kvm);

	write_unlock(&kvm->mmu_lock);
}
