// SPDX-License-Identifier: MIT
/*
 * What is the same in all eras of the kernel's tdp_mmu.c, in our own short words: the pages themselves, and what a walk
 * over one root does to its entries.
 */

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
#if PUT != PLAIN
static bool kvm_lockdep_assert_mmu_lock_held(struct kvm *kvm, bool shared)
{
	if (shared)
		lockdep_assert_held_read(&kvm->mmu_lock);
	else
		lockdep_assert_held_write(&kvm->mmu_lock);

	return true;
}

static struct kvm_mmu_page *tdp_mmu_alloc_sp(struct kvm_vcpu *vcpu)
{
	struct kvm_mmu_page *sp;

	sp = kvm_mmu_memory_cache_alloc(&vcpu->arch.mmu_page_header_cache);
	sp->spt = kvm_mmu_memory_cache_alloc(&vcpu->arch.mmu_shadow_page_cache);

	return sp;
}

static void tdp_mmu_init_sp(struct kvm_mmu_page *sp, tdp_ptep_t sptep,
			    gfn_t gfn, union kvm_mmu_page_role role)
{
	sp->role = role;
	sp->gfn = gfn;
	sp->ptep = sptep;
	sp->tdp_mmu_page = true;
}
#endif

/* What an entry maps is written back (accessed, dirty) when the entry goes: that touches the page of the host. */
static void __handle_changed_spte(struct kvm *kvm, int as_id, gfn_t gfn,
				  u64 old_spte, u64 new_spte, int level,
				  bool shared)
{
	bool was_leaf = is_shadow_present_pte(old_spte) && is_last_spte(old_spte, level);
	bool is_leaf = is_shadow_present_pte(new_spte) && is_last_spte(new_spte, level);
	bool pfn_changed = spte_to_pfn(old_spte) != spte_to_pfn(new_spte);

#if READERS != BY_KIND
	if (was_leaf && (!is_leaf || pfn_changed))
		kvm_set_pfn_dirty(spte_to_pfn(old_spte));
#endif
}

#if PUT != PLAIN && ARGUMENTS != ZAP_SHARED && ARGUMENTS != GET_WITH_KVM && ARGUMENTS != GET_ALONE
/* 0 says that the entry was as the iterator saw it, and is set; before 5.18 true did. */
#if ARGUMENTS == SHARED_TRUE
static inline bool tdp_mmu_set_spte_atomic(struct kvm *kvm,
					   struct tdp_iter *iter,
					   u64 new_spte)
{
	u64 *sptep = rcu_dereference(iter->sptep);
	u64 old_spte;

	WARN_ON_ONCE(iter->yielded);

	lockdep_assert_held_read(&kvm->mmu_lock);

	old_spte = cmpxchg64(sptep, iter->old_spte, new_spte);
	if (old_spte != iter->old_spte) {
		iter->old_spte = old_spte;
		return false;
	}

	__handle_changed_spte(kvm, iter->as_id, iter->gfn, iter->old_spte,
			      new_spte, iter->level, true);

	return true;
}
#else
static inline int tdp_mmu_set_spte_atomic(struct kvm *kvm,
					  struct tdp_iter *iter,
					  u64 new_spte)
{
	u64 *sptep = rcu_dereference(iter->sptep);
	u64 old_spte;

	WARN_ON_ONCE(iter->yielded);
#if READERS == BY_KIND

	/* What is behind a mirror can only be taken away while nobody else is there. */
	if (is_mirror_sptep(iter->sptep) &&
	    KVM_BUG_ON(!is_shadow_present_pte(new_spte), kvm))
		return -EBUSY;
#endif

	lockdep_assert_held_read(&kvm->mmu_lock);

	old_spte = cmpxchg64(sptep, iter->old_spte, new_spte);
	if (old_spte != iter->old_spte) {
		iter->old_spte = old_spte;
		return -EBUSY;
	}

	__handle_changed_spte(kvm, iter->as_id, iter->gfn, iter->old_spte,
			      new_spte, iter->level, true);

	return 0;
}
#endif
#endif

static inline void tdp_mmu_set_spte(struct kvm *kvm, struct tdp_iter *iter,
				    u64 new_spte)
{
#if WALK == RESTARTS
	WARN_ON_ONCE(iter->yielded);

#endif
	lockdep_assert_held_write(&kvm->mmu_lock);

	iter->old_spte = kvm_tdp_mmu_write_spte(iter->sptep, iter->old_spte, new_spte, iter->level);
	__handle_changed_spte(kvm, iter->as_id, iter->gfn, iter->old_spte,
			      new_spte, iter->level, false);
}

#if PUT == PLAIN || ARGUMENTS == ZAP_SHARED || ARGUMENTS == GET_WITH_KVM
/* Which pages the guest wrote to is nothing to us. */
static inline void tdp_mmu_set_spte_no_dirty_log(struct kvm *kvm,
						 struct tdp_iter *iter,
						 u64 new_spte)
{
	tdp_mmu_set_spte(kvm, iter, new_spte);
}

static inline bool tdp_mmu_set_spte_atomic_no_dirty_log(struct kvm *kvm,
							struct tdp_iter *iter,
							u64 new_spte)
{
	return tdp_mmu_set_spte_atomic(kvm, iter, new_spte);
}

/* Nobody is hindered from filling the entry before TLBs are flushed: they are not ours. */
static inline bool tdp_mmu_zap_spte_atomic(struct kvm *kvm,
					   struct tdp_iter *iter)
{
	return tdp_mmu_set_spte_atomic(kvm, iter, 0);
}
#endif

#if READERS == BY_KIND
#define tdp_root_for_each_pte(_iter, _kvm, _root, _start, _end) \
	for_each_tdp_pte(_iter, _kvm, _root, _start, _end)

#define tdp_root_for_each_leaf_pte(_iter, _kvm, _root, _start, _end) \
	tdp_root_for_each_pte(_iter, _kvm, _root, _start, _end) \
		if (!is_shadow_present_pte(_iter.old_spte) || \
		    !is_last_spte(_iter.old_spte, _iter.level)) \
			continue; \
		else

#define tdp_mmu_for_each_pte(_iter, _kvm, _root, _start, _end) \
	for_each_tdp_pte(_iter, _kvm, _root, _start, _end)
#else
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
#endif

/* True says that everything may have changed and that the entry has to be read again. */
#if PUT == PLAIN
static inline bool tdp_mmu_iter_cond_resched(struct kvm *kvm,
					     struct tdp_iter *iter, bool flush)
{
	if (iter->next_last_level_gfn == iter->yielded_gfn)
		return false;

	if (need_resched() || rwlock_needbreak(&kvm->mmu_lock)) {
		rcu_read_unlock();

		if (flush)
			kvm_flush_remote_tlbs(kvm);

		cond_resched_rwlock_write(&kvm->mmu_lock);
		rcu_read_lock();

		WARN_ON(iter->gfn > iter->next_last_level_gfn);

#if WALK == RESTARTS
		iter->yielded = true;
		return true;
#else
		tdp_iter_restart(iter);

		return true;
#endif
	}

	return false;
}
#else
static inline bool tdp_mmu_iter_cond_resched(struct kvm *kvm,
					     struct tdp_iter *iter,
					     bool flush, bool shared)
{
#if WALK == RESTARTS
	WARN_ON(iter->yielded);

#endif
	if (iter->next_last_level_gfn == iter->yielded_gfn)
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

		WARN_ON(iter->gfn > iter->next_last_level_gfn);

#if WALK == RESTARTS
		iter->yielded = true;
#else
		tdp_iter_restart(iter);

		return true;
#endif
	}

#if WALK == RESTARTS
	return iter->yielded;
#else
	return false;
#endif
}
#endif

#if PUT != PLAIN && ARGUMENTS != ZAP_SHARED && ARGUMENTS != GET_WITH_KVM && ARGUMENTS != GET_ALONE
static int tdp_mmu_map_handle_target_level(struct kvm_vcpu *vcpu,
					   struct kvm_page_fault *fault,
					   struct tdp_iter *iter)
{
	struct kvm_mmu_page *sp = sptep_to_sp(rcu_dereference(iter->sptep));
	u64 new_spte;
	int ret = RET_PF_FIXED;

	make_spte(vcpu, sp, fault->slot, ACC_ALL, iter->gfn, fault->pfn, iter->old_spte,
		  fault->prefetch, true, fault->map_writable, &new_spte);

#if ARGUMENTS == SHARED_TRUE
	if (new_spte == iter->old_spte)
		ret = RET_PF_SPURIOUS;
	else if (!tdp_mmu_set_spte_atomic(vcpu->kvm, iter, new_spte))
		return RET_PF_RETRY;
#else
	if (new_spte == iter->old_spte)
		ret = RET_PF_SPURIOUS;
	else if (tdp_mmu_set_spte_atomic(vcpu->kvm, iter, new_spte))
		return RET_PF_RETRY;
#endif

	return ret;
}
#endif

#if READERS == BY_KIND
int kvm_tdp_mmu_map(struct kvm_vcpu *vcpu, struct kvm_page_fault *fault)
{
	struct kvm_mmu_page *root = tdp_mmu_get_root_for_fault(vcpu, fault);
	struct kvm *kvm = vcpu->kvm;
	struct tdp_iter iter;
	struct kvm_mmu_page *sp;
	int ret = RET_PF_RETRY;

	kvm_mmu_hugepage_adjust(vcpu, fault);

	trace_kvm_mmu_spte_requested(fault);

	rcu_read_lock();

	for_each_tdp_pte(iter, kvm, root, fault->gfn, fault->gfn + 1) {
		if (iter.level == fault->goal_level)
			goto map_target_level;
	}

	/* The walk ends early where the entry was frozen by somebody else. */
	goto retry;

map_target_level:
	ret = tdp_mmu_map_handle_target_level(vcpu, fault, &iter);

retry:
	rcu_read_unlock();
	return ret;
}
#else
int kvm_tdp_mmu_map(struct kvm_vcpu *vcpu, struct kvm_page_fault *fault)
{
	struct kvm_mmu *mmu = vcpu->arch.mmu;
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
#endif

#if PUT != PLAIN && ARGUMENTS != ZAP_SHARED && ARGUMENTS != GET_WITH_KVM && ARGUMENTS != GET_ALONE
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
		    !is_last_spte(iter.old_spte, iter.level) ||
		    !(iter.old_spte & PT_WRITABLE_MASK))
			continue;

		new_spte = iter.old_spte & ~PT_WRITABLE_MASK;

#if ARGUMENTS == SHARED_TRUE
		if (!tdp_mmu_set_spte_atomic(kvm, &iter, new_spte))
			goto retry;
#else
		if (tdp_mmu_set_spte_atomic(kvm, &iter, new_spte))
			goto retry;
#endif

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

#if PUT != PLAIN
/* As write protection does where the hardware keeps no dirty bits. */
#if ARGUMENTS != ZAP_SHARED
static bool clear_dirty_gfn_range(struct kvm *kvm, struct kvm_mmu_page *root,
				  gfn_t start, gfn_t end)
{
	return wrprot_gfn_range(kvm, root, start, end, PG_LEVEL_4K);
}
#endif

bool kvm_tdp_mmu_clear_dirty_slot(struct kvm *kvm,
				  const struct kvm_memory_slot *slot)
{
	struct kvm_mmu_page *root;
	bool spte_set = false;

#if WALKERS == READ_LOCK
	lockdep_assert_held_read(&kvm->mmu_lock);
#endif

#if WALKERS != READ_LOCK
	for_each_tdp_mmu_root_yield_safe(kvm, root, slot->as_id, false)
		spte_set |= clear_dirty_gfn_range(kvm, root, slot->base_gfn,
						  slot->base_gfn + slot->npages);
#elif ARGUMENTS == KVM_AND_ROOT
	for_each_valid_tdp_mmu_root_yield_safe(kvm, root, slot->as_id)
		spte_set |= clear_dirty_gfn_range(kvm, root, slot->base_gfn,
						  slot->base_gfn + slot->npages);
#elif FAST_ZAP == ZAP_ALL || (ARGUMENTS == GET_WITH_KVM || ARGUMENTS == ZAP_SHARED) && UNMAP != ALL_ROOTS
	for_each_tdp_mmu_root_yield_safe(kvm, root, slot->as_id, true)
		spte_set |= clear_dirty_gfn_range(kvm, root, slot->base_gfn,
						  slot->base_gfn + slot->npages);
#else
	for_each_valid_tdp_mmu_root_yield_safe(kvm, root, slot->as_id, true)
		spte_set |= clear_dirty_gfn_range(kvm, root, slot->base_gfn,
						  slot->base_gfn + slot->npages);
#endif

	return spte_set;
}

static void clear_dirty_pt_masked(struct kvm *kvm, struct kvm_mmu_page *root,
				  gfn_t gfn, unsigned long mask, bool wrprot)
{
	struct tdp_iter iter;

	lockdep_assert_held_write(&kvm->mmu_lock);

	rcu_read_lock();

#if READERS == BY_KIND
	tdp_root_for_each_leaf_pte(iter, kvm, root, gfn, gfn + 1)
		tdp_mmu_set_spte(kvm, &iter, iter.old_spte & ~PT_WRITABLE_MASK);
#else
	tdp_root_for_each_leaf_pte(iter, root, gfn, gfn + 1)
		tdp_mmu_set_spte(kvm, &iter, iter.old_spte & ~PT_WRITABLE_MASK);
#endif

	rcu_read_unlock();
}

void kvm_tdp_mmu_clear_dirty_pt_masked(struct kvm *kvm,
				       struct kvm_memory_slot *slot,
				       gfn_t gfn, unsigned long mask,
				       bool wrprot)
{
	struct kvm_mmu_page *root;

#if VCPU != WRITE_LOCK
	for_each_valid_tdp_mmu_root(kvm, root, slot->as_id)
		clear_dirty_pt_masked(kvm, root, gfn, mask, wrprot);
#else
	for_each_tdp_mmu_root(kvm, root, slot->as_id)
		clear_dirty_pt_masked(kvm, root, gfn, mask, wrprot);
#endif
}

static bool write_protect_gfn(struct kvm *kvm, struct kvm_mmu_page *root,
			      gfn_t gfn, int min_level)
{
	struct tdp_iter iter;
	bool spte_set = false;

	rcu_read_lock();

	for_each_tdp_pte_min_level(iter, root, min_level, gfn, gfn + 1) {
		if (!is_shadow_present_pte(iter.old_spte) ||
		    !is_last_spte(iter.old_spte, iter.level))
			continue;

		tdp_mmu_set_spte(kvm, &iter, iter.old_spte & ~PT_WRITABLE_MASK);
		spte_set = true;
	}

	rcu_read_unlock();

	return spte_set;
}

bool kvm_tdp_mmu_write_protect_gfn(struct kvm *kvm,
				   struct kvm_memory_slot *slot, gfn_t gfn,
				   int min_level)
{
	struct kvm_mmu_page *root;
	bool spte_set = false;

	lockdep_assert_held_write(&kvm->mmu_lock);
#if VCPU != WRITE_LOCK
	for_each_valid_tdp_mmu_root(kvm, root, slot->as_id)
		spte_set |= write_protect_gfn(kvm, root, gfn, min_level);
#else
	for_each_tdp_mmu_root(kvm, root, slot->as_id)
		spte_set |= write_protect_gfn(kvm, root, gfn, min_level);
#endif

	return spte_set;
}
#endif
