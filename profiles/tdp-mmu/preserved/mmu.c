// SPDX-License-Identifier: MIT
/* Who calls the life cycle of a root from 6.4 on: vCPUs, the fast zap, the end of the VM. In the order of the kernel's file. */

static void mmu_free_root_page(struct kvm *kvm, hpa_t *root_hpa,
			       struct list_head *invalid_list)
{
	struct kvm_mmu_page *sp;

	if (!VALID_PAGE(*root_hpa))
		return;

	sp = root_to_sp(*root_hpa);
	if (WARN_ON_ONCE(!sp))
		return;

#if VCPU == READ_LOCK
	if (is_tdp_mmu_page(sp)) {
		lockdep_assert_held_read(&kvm->mmu_lock);
		kvm_tdp_mmu_put_root(kvm, sp);
	} else {
		lockdep_assert_held_write(&kvm->mmu_lock);
		if (!--sp->root_count && sp->role.invalid)
			kvm_mmu_prepare_zap_page(kvm, sp, invalid_list);
	}
#else
#if ARGUMENTS == SHARED
	if (is_tdp_mmu_page(sp))
		kvm_tdp_mmu_put_root(kvm, sp, false);
#else
	if (is_tdp_mmu_page(sp))
		kvm_tdp_mmu_put_root(kvm, sp);
#endif
	else if (!--sp->root_count && sp->role.invalid)
		kvm_mmu_prepare_zap_page(kvm, sp, invalid_list);
#endif

	*root_hpa = INVALID_PAGE;
}

void kvm_mmu_free_roots(struct kvm *kvm, struct kvm_mmu *mmu,
			ulong roots_to_free)
{
#if VCPU == READ_LOCK
	bool is_tdp_mmu = tdp_mmu_enabled && mmu->root_role.direct;
#endif
	int i;
	LIST_HEAD(invalid_list);
	bool free_active_root;

	free_active_root = (roots_to_free & KVM_MMU_ROOT_CURRENT)
		&& VALID_PAGE(mmu->root.hpa);

	if (!free_active_root) {
		for (i = 0; i < KVM_MMU_NUM_PREV_ROOTS; i++)
			if ((roots_to_free & KVM_MMU_ROOT_PREVIOUS(i)) &&
			    VALID_PAGE(mmu->prev_roots[i].hpa))
				break;

		if (i == KVM_MMU_NUM_PREV_ROOTS)
			return;
	}

#if VCPU == READ_LOCK
	if (is_tdp_mmu)
		read_lock(&kvm->mmu_lock);
	else
		write_lock(&kvm->mmu_lock);
#else
	write_lock(&kvm->mmu_lock);
#endif

	for (i = 0; i < KVM_MMU_NUM_PREV_ROOTS; i++)
		if (roots_to_free & KVM_MMU_ROOT_PREVIOUS(i))
			mmu_free_root_page(kvm, &mmu->prev_roots[i].hpa,
					   &invalid_list);

	if (free_active_root) {
		mmu_free_root_page(kvm, &mmu->root.hpa, &invalid_list);
		mmu->root.hpa = INVALID_PAGE;
	}

#if VCPU == READ_LOCK
	if (is_tdp_mmu) {
		read_unlock(&kvm->mmu_lock);
	} else {
		kvm_mmu_commit_zap_page(kvm, &invalid_list);
		write_unlock(&kvm->mmu_lock);
	}
#else
	kvm_mmu_commit_zap_page(kvm, &invalid_list);
	write_unlock(&kvm->mmu_lock);
#endif
}

#if READERS == BY_KIND
static int mmu_alloc_direct_roots(struct kvm_vcpu *vcpu)
{
	struct kvm_mmu *mmu = vcpu->arch.mmu;

	/* A vCPU keeps its mirror for as long as there is that vCPU. */
	if (kvm_has_mirrored_tdp(vcpu->kvm) &&
	    !VALID_PAGE(mmu->mirror_root_hpa))
		kvm_tdp_mmu_alloc_root(vcpu, true);
	kvm_tdp_mmu_alloc_root(vcpu, false);
	return 0;
}
#elif VCPU != WRITE_LOCK
static int mmu_alloc_direct_roots(struct kvm_vcpu *vcpu)
{
	return kvm_tdp_mmu_alloc_root(vcpu);
}
#else
static int mmu_alloc_direct_roots(struct kvm_vcpu *vcpu)
{
	struct kvm_mmu *mmu = vcpu->arch.mmu;
	struct kvm_mmu_page *root;

	write_lock(&vcpu->kvm->mmu_lock);

	root = kvm_tdp_mmu_get_vcpu_root_hpa(vcpu);
	mmu->root.hpa = root;

	write_unlock(&vcpu->kvm->mmu_lock);
	return 0;
}
#endif

static bool is_obsolete_sp(struct kvm *kvm, struct kvm_mmu_page *sp)
{
	return sp->role.invalid;
}

static int mmu_invalidate_retry_gfn(struct kvm *kvm, unsigned long mmu_seq)
{
	if (unlikely(kvm->mmu_notifier_count))
		return 1;
	if (kvm->mmu_notifier_seq != mmu_seq)
		return 1;

	return 0;
}

/* The root went invalid, or the page is being taken back or has been since it was looked up. */
static bool is_page_fault_stale(struct kvm_vcpu *vcpu,
				struct kvm_page_fault *fault)
{
	struct kvm_mmu_page *sp = root_to_sp(vcpu->arch.mmu->root.hpa);

	if (sp && is_obsolete_sp(vcpu->kvm, sp))
		return true;

	return mmu_invalidate_retry_gfn(vcpu->kvm, fault->mmu_seq);
}

/* The page of the host is looked up; that may sleep. */
static void kvm_faultin_pfn(struct kvm_vcpu *vcpu, struct kvm_page_fault *fault)
{
	fault->pfn = lastput_page_of(vcpu, fault);
}

static int kvm_tdp_mmu_page_fault(struct kvm_vcpu *vcpu,
				  struct kvm_page_fault *fault)
{
	int r;

	fault->mmu_seq = READ_ONCE(vcpu->kvm->mmu_notifier_seq);
	smp_rmb();

	kvm_faultin_pfn(vcpu, fault);

	r = RET_PF_RETRY;

	read_lock(&vcpu->kvm->mmu_lock);

	if (is_page_fault_stale(vcpu, fault))
		goto out_unlock;

	r = kvm_tdp_mmu_map(vcpu, fault);

out_unlock:
	read_unlock(&vcpu->kvm->mmu_lock);
	return r;
}

int kvm_tdp_page_fault(struct kvm_vcpu *vcpu, struct kvm_page_fault *fault)
{
	return kvm_tdp_mmu_page_fault(vcpu, fault);
}

/* The other MMU's pages; there are none. */
static void kvm_zap_obsolete_pages(struct kvm *kvm)
{
}

/* Takes the lock for read by itself, if it needs it. */
static void kvm_mmu_zap_all_fast(struct kvm *kvm)
{
	lockdep_assert_held(&kvm->slots_lock);

	write_lock(&kvm->mmu_lock);

#if READERS == BY_KIND
	/* What the guest keeps to itself stays: no fast zap goes for it. */
	if (tdp_mmu_enabled)
		kvm_tdp_mmu_invalidate_roots(kvm, KVM_DIRECT_ROOTS);
#else
	if (tdp_mmu_enabled)
		kvm_tdp_mmu_invalidate_all_roots(kvm);
#endif

	kvm_make_all_cpus_request(kvm, KVM_REQ_MMU_FREE_OBSOLETE_ROOTS);

	kvm_zap_obsolete_pages(kvm);

	write_unlock(&kvm->mmu_lock);

#if READERS == BY_KIND
	if (tdp_mmu_enabled)
		kvm_tdp_mmu_zap_invalidated_roots(kvm, true);
#else
	if (tdp_mmu_enabled)
		kvm_tdp_mmu_zap_invalidated_roots(kvm);
#endif
}

void kvm_mmu_uninit_vm(struct kvm *kvm)
{
	if (tdp_mmu_enabled)
		kvm_mmu_uninit_tdp_mmu(kvm);
}

bool kvm_unmap_gfn_range(struct kvm *kvm, struct kvm_gfn_range *range)
{
	bool flush = false;

	if (tdp_mmu_enabled)
		flush = kvm_tdp_mmu_unmap_gfn_range(kvm, range, flush);

	return flush;
}

bool kvm_age_gfn(struct kvm *kvm, struct kvm_gfn_range *range)
{
	bool young = false;

	if (tdp_mmu_enabled)
		young |= kvm_tdp_mmu_age_gfn_range(kvm, range);

	return young;
}

/* For what the host does not take back: the type of its memory changes, say. Faults wait meanwhile. */
void kvm_zap_gfn_range(struct kvm *kvm, gfn_t gfn_start, gfn_t gfn_end)
{
	bool flush = false;

	write_lock(&kvm->mmu_lock);

#if ARGUMENTS == KVM_AND_ROOT
	kvm_mmu_invalidate_begin(kvm);
	kvm_mmu_invalidate_range_add(kvm, gfn_start, gfn_end);
#else
	kvm_mmu_invalidate_begin(kvm, 0, -1ul);
#endif

#if FAST_ZAP == QUEUE
	flush = kvm_tdp_mmu_zap_leafs(kvm, 0, gfn_start, gfn_end, true, flush);
#else
	if (tdp_mmu_enabled)
		flush = kvm_tdp_mmu_zap_leafs(kvm, gfn_start, gfn_end, flush);
#endif

#if ARGUMENTS == KVM_AND_ROOT
	kvm_mmu_invalidate_end(kvm);
#else
	kvm_mmu_invalidate_end(kvm, 0, -1ul);
#endif

	write_unlock(&kvm->mmu_lock);
}

void kvm_mmu_zap_all(struct kvm *kvm)
{
	write_lock(&kvm->mmu_lock);

	if (tdp_mmu_enabled)
		kvm_tdp_mmu_zap_all(kvm);

	write_unlock(&kvm->mmu_lock);
}

#if READERS == BY_KIND
/* A vCPU goes, and with it what it kept longer than its other roots. */
void kvm_mmu_destroy(struct kvm_vcpu *vcpu)
{
	kvm_mmu_unload(vcpu);
	if (tdp_mmu_enabled) {
		read_lock(&vcpu->kvm->mmu_lock);
		mmu_free_root_page(vcpu->kvm, &vcpu->arch.mmu->mirror_root_hpa, NULL);
		read_unlock(&vcpu->kvm->mmu_lock);
	}
}
#endif
