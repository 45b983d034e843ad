// SPDX-License-Identifier: MIT
/*
 * What is the same in all eras of the kernel's tdp_mmu.c, in our own short words: the pages themselves, and what a walk
 * over one root does to its entries.
 */

static bool kvm_lockdep_assert_mmu_lock_held(struct kvm *kvm, bool shared)
{
	if (shared)
		lockdep_assert_held_read(&kvm->mmu_lock);
	else
		lockdep_assert_held_write(&kvm->mmu_lock);

	return true;
}

static void tdp_mmu_free_sp(struct kvm_mmu_page *sp)
{
	free_page((unsigned long)sp->spt);
	kmem_cache_free(mmu_page_header_cache, sp);
}

static void tdp_mmu_free_sp_rcu_callback(struct rcu_head *head)
{
	struct kvm_mmu_page *sp = container_of(head, struct kvm_mmu_page, rcu_head);

	tdp_mmu_free_sp(sp);
}

static struct kvm_mmu_page *tdp_mmu_alloc_sp(struct kvm_vcpu *vcpu)
{
	struct kvm_mmu_page *sp;

	sp = kvm_mmu_memory_cache_alloc(&vcpu->arch.mmu_page_header_cache);

	return sp;
}

static void tdp_mmu_init_sp(struct kvm_mmu_page *sp, union kvm_mmu_page_role role)
{
	sp->role = role;
	sp->tdp_mmu_page = true;
}

/*
 * What an entry maps is written back (accessed, dirty) when the entry goes: that touches the page of the host. A page
 * that is mapped anew is not the one that was given back.
 */
static void __handle_changed_spte(struct kvm *kvm, struct kvm_mmu_page *sptep, u64 old_spte, u64 new_spte)
{
	if (old_spte && !new_spte)
		lastput_assert(!sptep->lastput_page_gone, "lifetime.use-after-free",
			       "the entry is zapped after the page that it maps was given back to the host");
	if (!old_spte && new_spte)
		sptep->lastput_page_gone = false;
}

#if ARGUMENTS != GET_WITH_KVM
/* 0 says that the entry was as the iterator saw it, and is set. */
static inline int tdp_mmu_set_spte_atomic(struct kvm *kvm,
					  struct tdp_iter *iter,
					  u64 new_spte)
{
	u64 old_spte;

	WARN_ON_ONCE(iter->yielded);

	lockdep_assert_held_read(&kvm->mmu_lock);

	old_spte = cmpxchg64(&iter->sptep->lastput_mapped, iter->old_spte, new_spte);
	if (old_spte != iter->old_spte) {
		iter->old_spte = old_spte;
		return -EBUSY;
	}

	__handle_changed_spte(kvm, iter->sptep, iter->old_spte, new_spte);
	if (!new_spte)
		iter->lastput_cleared = true;

	return 0;
}
#endif

static inline void tdp_mmu_set_spte(struct kvm *kvm, struct tdp_iter *iter,
				    u64 new_spte)
{
	WARN_ON_ONCE(iter->yielded);

	lockdep_assert_held_write(&kvm->mmu_lock);

	WRITE_ONCE(iter->sptep->lastput_mapped, new_spte);
	__handle_changed_spte(kvm, iter->sptep, iter->old_spte, new_spte);
	if (!new_spte)
		iter->lastput_cleared = true;
}

#define tdp_root_for_each_pte(_iter, _root, _start, _end) \
	for_each_tdp_pte(_iter, _root, _start, _end)

#define tdp_root_for_each_leaf_pte(_iter, _root, _start, _end) \
	tdp_root_for_each_pte(_iter, _root, _start, _end) \
		if (!is_shadow_present_pte(_iter.old_spte) || \
		    !is_last_spte(_iter.old_spte, _iter.level)) \
			continue; \
		else

#if PUT == UNLINK_ONLY
#define tdp_mmu_for_each_pte(_iter, _mmu, _start, _end) \
	for_each_tdp_pte(_iter, root_to_sp(_mmu->root.hpa), _start, _end)
#else
#define tdp_mmu_for_each_pte(_iter, _mmu, _start, _end) \
	for_each_tdp_pte(_iter, to_shadow_page(_mmu->root_hpa), _start, _end)
#endif

/* True says that everything may have changed and that the entry has to be read again. */
static inline bool tdp_mmu_iter_cond_resched(struct kvm *kvm,
					     struct tdp_iter *iter,
					     bool flush, bool shared)
{
	WARN_ON(iter->yielded);

	iter->lastput_may_yield = true;

	if (iter->gfn == iter->yielded_gfn)
		return false;

	if (need_resched() || rwlock_needbreak(&kvm->mmu_lock)) {
		if (flush)
			kvm_flush_remote_tlbs(kvm);

		rcu_read_unlock();

		if (shared)
			cond_resched_rwlock_read(&kvm->mmu_lock);
		else
			cond_resched_rwlock_write(&kvm->mmu_lock);

		rcu_read_lock();

		iter->yielded = true;
	}

	return iter->yielded;
}

/* An entry that maps the page that the fault had looked up. */
static u64 lastput_make_spte(struct kvm_vcpu *vcpu, struct kvm_page_fault *fault)
{
	lastput_assert(fault->lastput_generation == vcpu->kvm->lastput_page_generation, "lifetime.use-after-free",
		       "the fault maps a page that was given back to the host after it had been looked up");
	return 1;
}

#if ARGUMENTS != GET_WITH_KVM
static int tdp_mmu_map_handle_target_level(struct kvm_vcpu *vcpu,
					   struct kvm_page_fault *fault,
					   struct tdp_iter *iter)
{
	u64 new_spte = lastput_make_spte(vcpu, fault);
	int ret = RET_PF_FIXED;

	if (new_spte == iter->old_spte)
		ret = RET_PF_SPURIOUS;
	else if (tdp_mmu_set_spte_atomic(vcpu->kvm, iter, new_spte))
		return RET_PF_RETRY;

	return ret;
}
#endif

int kvm_tdp_mmu_map(struct kvm_vcpu *vcpu, struct kvm_page_fault *fault)
{
	struct kvm_mmu *mmu = &vcpu->arch.root_mmu;
	struct tdp_iter iter;
	int ret;

	rcu_read_lock();

	tdp_mmu_for_each_pte(iter, mmu, fault->gfn, fault->gfn + 1) {
		if (iter.level == fault->goal_level)
			break;
	}

	ret = tdp_mmu_map_handle_target_level(vcpu, fault, &iter);
	rcu_read_unlock();

	return ret;
}

#if ARGUMENTS != GET_WITH_KVM
static bool wrprot_gfn_range(struct kvm *kvm, struct kvm_mmu_page *root,
			     gfn_t start, gfn_t end, int min_level)
{
	struct tdp_iter iter;
	u64 new_spte;
	bool spte_set = false;

	rcu_read_lock();

	for_each_tdp_pte_min_level(iter, root, min_level, start, end) {
retry:
		if (tdp_mmu_iter_cond_resched(kvm, &iter, false, true))
			continue;

		if (!is_shadow_present_pte(iter.old_spte) ||
		    !is_last_spte(iter.old_spte, iter.level))
			continue;

		/* Whether it is writable is not in our bit: it stays what it was. */
		new_spte = iter.old_spte;

		if (tdp_mmu_set_spte_atomic(kvm, &iter, new_spte))
			goto retry;

		spte_set = true;
	}

	rcu_read_unlock();
	return spte_set;
}

static int tdp_mmu_split_huge_pages_root(struct kvm *kvm,
					 struct kvm_mmu_page *root,
					 gfn_t start, gfn_t end,
					 int target_level, bool shared)
{
	struct tdp_iter iter;

#if PUT == UNLINK_ONLY
	/* A root turns invalid only while nobody reads, so a walk over valid roots cannot come by one that is not. */
	lastput_assert(!root->role.invalid, "reader.takes-invalid",
		       "a walk that only valid roots are for has taken an invalid one", "error");
#endif
	rcu_read_lock();

	for_each_tdp_pte_min_level(iter, root, target_level + 1, start, end) {
		if (tdp_mmu_iter_cond_resched(kvm, &iter, false, shared))
			continue;

		if (!is_shadow_present_pte(iter.old_spte))
			continue;

		if (lastput_choose("no memory is left for the split")) {
			rcu_read_unlock();
			return -ENOMEM;
		}
	}

	rcu_read_unlock();

	return 0;
}
#endif
