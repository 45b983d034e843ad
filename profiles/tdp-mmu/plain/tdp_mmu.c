// SPDX-License-Identifier: MIT
/*
 * The life of a TDP MMU root up to 5.12 and in the first steps to 5.13, in our own short words, in the order of the kernel's
 * file: whoever gets, puts, lists or frees a root holds the lock for write. The count is a plain integer, and at last one
 * that needs no lock, as the list needs none to be read: nobody makes use of that yet.
 */

void kvm_mmu_init_tdp_mmu(struct kvm *kvm)
{
	INIT_LIST_HEAD(&kvm->arch.tdp_mmu_roots);
	spin_lock_init(&kvm->arch.tdp_mmu_pages_lock);
	INIT_LIST_HEAD(&kvm->arch.tdp_mmu_pages);
}

void kvm_mmu_uninit_tdp_mmu(struct kvm *kvm)
{
	WARN_ON(!list_empty(&kvm->arch.tdp_mmu_pages));
	WARN_ON(!list_empty(&kvm->arch.tdp_mmu_roots));

	/* The callbacks that free page tables have to run before the VM is gone. */
	rcu_barrier();
}

#if REFERENCES == MMU
static void tdp_mmu_put_root(struct kvm *kvm, struct kvm_mmu_page *root)
{
	if (kvm_mmu_put_root(kvm, root))
		kvm_tdp_mmu_free_root(kvm, root);
}
#elif REFERENCES == TDP
static void tdp_mmu_put_root(struct kvm *kvm, struct kvm_mmu_page *root)
{
	if (kvm_tdp_mmu_put_root(kvm, root))
		kvm_tdp_mmu_free_root(kvm, root);
}
#else
static bool zap_gfn_range(struct kvm *kvm, struct kvm_mmu_page *root,
			  gfn_t start, gfn_t end, bool can_yield, bool flush);

void kvm_tdp_mmu_put_root(struct kvm *kvm, struct kvm_mmu_page *root)
{
	gfn_t max_gfn = 1ULL << (shadow_phys_bits - PAGE_SHIFT);

	lockdep_assert_held_write(&kvm->mmu_lock);

#if REFERENCES == REFCOUNT || REFERENCES == MAY_FAIL || REFERENCES == RCU_LIST
	if (!refcount_dec_and_test(&root->tdp_mmu_root_count))
		return;
#else
	if (--root->root_count)
		return;
#endif

	WARN_ON(!root->tdp_mmu_page);

#if REFERENCES == RCU_LIST
	spin_lock(&kvm->arch.tdp_mmu_pages_lock);
	list_del_rcu(&root->link);
	spin_unlock(&kvm->arch.tdp_mmu_pages_lock);
#else
	list_del(&root->link);
#endif

	zap_gfn_range(kvm, root, 0, max_gfn, false, false);

#if REFERENCES == RCU_LIST
	call_rcu(&root->rcu_head, tdp_mmu_free_sp_rcu_callback);
#else
	tdp_mmu_free_sp(root);
#endif
}
#endif

#if REFERENCES == MMU || REFERENCES == TDP || REFERENCES == PUT_FREES
static inline bool tdp_mmu_next_root_valid(struct kvm *kvm,
					   struct kvm_mmu_page *root)
{
	lockdep_assert_held_write(&kvm->mmu_lock);

	if (list_entry_is_head(root, &kvm->arch.tdp_mmu_roots, link))
		return false;

#if REFERENCES == MMU
	kvm_mmu_get_root(kvm, root);
#else
	kvm_tdp_mmu_get_root(kvm, root);
#endif
	return true;
}

static inline struct kvm_mmu_page *tdp_mmu_next_root(struct kvm *kvm,
						     struct kvm_mmu_page *root)
{
	struct kvm_mmu_page *next_root;

	next_root = list_next_entry(root, link);
#if REFERENCES == PUT_FREES
	kvm_tdp_mmu_put_root(kvm, root);
#else
	tdp_mmu_put_root(kvm, root);
#endif
	return next_root;
}
#else
static struct kvm_mmu_page *tdp_mmu_next_root(struct kvm *kvm,
					      struct kvm_mmu_page *prev_root)
{
	struct kvm_mmu_page *next_root;

	lockdep_assert_held_write(&kvm->mmu_lock);

#if REFERENCES == RCU_LIST
	rcu_read_lock();

	if (prev_root)
		next_root = list_next_or_null_rcu(&kvm->arch.tdp_mmu_roots,
						  &prev_root->link,
						  typeof(*prev_root), link);
	else
		next_root = list_first_or_null_rcu(&kvm->arch.tdp_mmu_roots,
						   typeof(*next_root), link);

	while (next_root && !kvm_tdp_mmu_get_root(kvm, next_root))
		next_root = list_next_or_null_rcu(&kvm->arch.tdp_mmu_roots,
						  &next_root->link,
						  typeof(*next_root), link);

	rcu_read_unlock();
#else
	if (prev_root)
		next_root = list_next_entry(prev_root, link);
	else
		next_root = list_first_entry(&kvm->arch.tdp_mmu_roots,
					     typeof(*next_root), link);

#if REFERENCES == MAY_FAIL
	while (!list_entry_is_head(next_root, &kvm->arch.tdp_mmu_roots, link) &&
	       !kvm_tdp_mmu_get_root(kvm, next_root))
		next_root = list_next_entry(next_root, link);

	if (list_entry_is_head(next_root, &kvm->arch.tdp_mmu_roots, link))
		next_root = NULL;
#else
	if (list_entry_is_head(next_root, &kvm->arch.tdp_mmu_roots, link))
		next_root = NULL;
	else
		kvm_tdp_mmu_get_root(kvm, next_root);
#endif
#endif

	if (prev_root)
		kvm_tdp_mmu_put_root(kvm, prev_root);

	return next_root;
}
#endif

/* Holds a reference to the root that it stands on, so its body may yield. */
#if ARGUMENTS == ROOT_ONLY
#define for_each_tdp_mmu_root_yield_safe(_kvm, _root) \
	for (_root = list_first_entry(&_kvm->arch.tdp_mmu_roots, \
				      typeof(*_root), link); \
	     tdp_mmu_next_root_valid(_kvm, _root); \
	     _root = tdp_mmu_next_root(_kvm, _root))

#define for_each_tdp_mmu_root(_kvm, _root) \
	list_for_each_entry(_root, &_kvm->arch.tdp_mmu_roots, link)
#elif REFERENCES == MMU || REFERENCES == TDP || REFERENCES == PUT_FREES
#define for_each_tdp_mmu_root_yield_safe(_kvm, _root, _as_id) \
	for (_root = list_first_entry(&_kvm->arch.tdp_mmu_roots, \
				      typeof(*_root), link); \
	     tdp_mmu_next_root_valid(_kvm, _root); \
	     _root = tdp_mmu_next_root(_kvm, _root)) \
		if (kvm_mmu_page_as_id(_root) != _as_id) { \
		} else
#else
#define for_each_tdp_mmu_root_yield_safe(_kvm, _root, _as_id) \
	for (_root = tdp_mmu_next_root(_kvm, NULL); \
	     _root; \
	     _root = tdp_mmu_next_root(_kvm, _root)) \
		if (kvm_mmu_page_as_id(_root) != _as_id) { \
		} else
#endif

#if ARGUMENTS != ROOT_ONLY
#define for_each_tdp_mmu_root(_kvm, _root, _as_id) \
	list_for_each_entry(_root, &_kvm->arch.tdp_mmu_roots, link) \
		if (kvm_mmu_page_as_id(_root) != _as_id) { \
		} else
#endif

#if REFERENCES == MMU || REFERENCES == TDP
static bool zap_gfn_range(struct kvm *kvm, struct kvm_mmu_page *root,
			  gfn_t start, gfn_t end, bool can_yield, bool flush);

void kvm_tdp_mmu_free_root(struct kvm *kvm, struct kvm_mmu_page *root)
{
	gfn_t max_gfn = 1ULL << (shadow_phys_bits - PAGE_SHIFT);

	lockdep_assert_held_write(&kvm->mmu_lock);

	WARN_ON(root->root_count);
	WARN_ON(!root->tdp_mmu_page);

	list_del(&root->link);

	zap_gfn_range(kvm, root, 0, max_gfn, false, false);

#if REFERENCES == MMU
	free_page((unsigned long)root->spt);
	kmem_cache_free(mmu_page_header_cache, root);
#else
	tdp_mmu_free_sp(root);
#endif
}
#endif

static union kvm_mmu_page_role page_role_for_level(struct kvm_vcpu *vcpu,
						   int level)
{
	return vcpu->arch.mmu->root_role;
}

static struct kvm_mmu_page *alloc_tdp_mmu_page(struct kvm_vcpu *vcpu, gfn_t gfn,
					       int level)
{
	union kvm_mmu_page_role role = page_role_for_level(vcpu, level);
	struct kvm_mmu_page *sp;

	sp = kvm_mmu_memory_cache_alloc(&vcpu->arch.mmu_page_header_cache);
	sp->role.word = role.word;
	sp->gfn = gfn;
	sp->tdp_mmu_page = true;

	return sp;
}

hpa_t kvm_tdp_mmu_get_vcpu_root_hpa(struct kvm_vcpu *vcpu)
{
	union kvm_mmu_page_role role;
	struct kvm *kvm = vcpu->kvm;
	struct kvm_mmu_page *root;

	lockdep_assert_held_write(&kvm->mmu_lock);

	role = page_role_for_level(vcpu, vcpu->arch.mmu->root_role.level);

#if ARGUMENTS == ROOT_ONLY
	for_each_tdp_mmu_root(kvm, root) {
		if (root->role.word == role.word) {
			kvm_mmu_get_root(kvm, root);
			goto out;
		}
	}
#elif REFERENCES == MMU
	for_each_tdp_mmu_root(kvm, root, kvm_mmu_role_as_id(role)) {
		if (root->role.word == role.word) {
			kvm_mmu_get_root(kvm, root);
			goto out;
		}
	}
#elif REFERENCES == MAY_FAIL || REFERENCES == RCU_LIST
	for_each_tdp_mmu_root(kvm, root, kvm_mmu_role_as_id(role)) {
		if (root->role.word == role.word &&
		    kvm_tdp_mmu_get_root(kvm, root))
			goto out;
	}
#else
	for_each_tdp_mmu_root(kvm, root, kvm_mmu_role_as_id(role)) {
		if (root->role.word == role.word) {
			kvm_tdp_mmu_get_root(kvm, root);
			goto out;
		}
	}
#endif

	root = alloc_tdp_mmu_page(vcpu, 0, vcpu->arch.mmu->root_role.level);
#if REFERENCES == REFCOUNT || REFERENCES == MAY_FAIL || REFERENCES == RCU_LIST
	refcount_set(&root->tdp_mmu_root_count, 1);
#else
	root->root_count = 1;
#endif

#if REFERENCES == RCU_LIST
	spin_lock(&kvm->arch.tdp_mmu_pages_lock);
	list_add_rcu(&root->link, &kvm->arch.tdp_mmu_roots);
	spin_unlock(&kvm->arch.tdp_mmu_pages_lock);
#else
	list_add(&root->link, &kvm->arch.tdp_mmu_roots);
#endif

out:
	return __pa(root->spt);
}

static bool zap_gfn_range(struct kvm *kvm, struct kvm_mmu_page *root,
			  gfn_t start, gfn_t end, bool can_yield, bool flush)
{
	struct tdp_iter iter;

	rcu_read_lock();

	tdp_root_for_each_pte(iter, root, start, end) {
		if (can_yield &&
		    tdp_mmu_iter_cond_resched(kvm, &iter, flush)) {
			flush = false;
			continue;
		}

		if (!is_shadow_present_pte(iter.old_spte))
			continue;

		tdp_mmu_set_spte(kvm, &iter, 0);
		flush = true;
	}

	rcu_read_unlock();
	return flush;
}

#if ARGUMENTS == ROOT_ONLY
bool __kvm_tdp_mmu_zap_gfn_range(struct kvm *kvm, gfn_t start, gfn_t end,
				 bool can_yield)
{
	struct kvm_mmu_page *root;
	bool flush = false;

	for_each_tdp_mmu_root_yield_safe(kvm, root)
		flush = zap_gfn_range(kvm, root, start, end, can_yield, flush);

	return flush;
}

void kvm_tdp_mmu_zap_all(struct kvm *kvm)
{
	gfn_t max_gfn = 1ULL << (shadow_phys_bits - PAGE_SHIFT);
	bool flush;

	flush = kvm_tdp_mmu_zap_gfn_range(kvm, 0, max_gfn);
	if (flush)
		kvm_flush_remote_tlbs(kvm);
}
#else
bool __kvm_tdp_mmu_zap_gfn_range(struct kvm *kvm, int as_id, gfn_t start,
				 gfn_t end, bool can_yield, bool flush)
{
	struct kvm_mmu_page *root;

	for_each_tdp_mmu_root_yield_safe(kvm, root, as_id)
		flush = zap_gfn_range(kvm, root, start, end, can_yield, flush);

	return flush;
}

void kvm_tdp_mmu_zap_all(struct kvm *kvm)
{
	gfn_t max_gfn = 1ULL << (shadow_phys_bits - PAGE_SHIFT);
	bool flush = false;
	int i;

	for (i = 0; i < KVM_ADDRESS_SPACE_NUM; i++)
		flush = kvm_tdp_mmu_zap_gfn_range(kvm, i, 0, max_gfn, flush);

	if (flush)
		kvm_flush_remote_tlbs(kvm);
}
#endif

/* True says that the entry was as the iterator saw it, and is set. */
static inline bool tdp_mmu_set_spte_atomic(struct kvm *kvm,
					   struct tdp_iter *iter,
					   u64 new_spte)
{
	u64 *sptep = rcu_dereference(iter->sptep);
	u64 old_spte;

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

static int tdp_mmu_map_handle_target_level(struct kvm_vcpu *vcpu,
					   struct kvm_page_fault *fault,
					   struct tdp_iter *iter)
{
	struct kvm_mmu_page *sp = sptep_to_sp(rcu_dereference(iter->sptep));
	u64 new_spte;
	int ret = RET_PF_FIXED;

	make_spte(vcpu, sp, fault->slot, ACC_ALL, iter->gfn, fault->pfn, iter->old_spte,
		  fault->prefetch, true, fault->map_writable, &new_spte);

	if (new_spte == iter->old_spte)
		ret = RET_PF_SPURIOUS;
	else if (!tdp_mmu_set_spte_atomic(vcpu->kvm, iter, new_spte))
		return RET_PF_RETRY;

	return ret;
}

#if NOTIFIER == GFN
/* Does not yield, so it needs no reference. */
bool kvm_tdp_mmu_unmap_gfn_range(struct kvm *kvm, struct kvm_gfn_range *range,
				 bool flush)
{
	struct kvm_mmu_page *root;

	for_each_tdp_mmu_root(kvm, root, range->slot->as_id)
		flush |= zap_gfn_range(kvm, root, range->start, range->end,
				       false, flush);

	return flush;
}

typedef bool (*tdp_handler_t)(struct kvm *kvm, struct tdp_iter *iter,
			      struct kvm_gfn_range *range);

static __always_inline bool kvm_tdp_mmu_handle_gfn(struct kvm *kvm,
						   struct kvm_gfn_range *range,
						   tdp_handler_t handler)
{
	struct kvm_mmu_page *root;
	struct tdp_iter iter;
	bool ret = false;

	rcu_read_lock();

	for_each_tdp_mmu_root(kvm, root, range->slot->as_id) {
		tdp_root_for_each_leaf_pte(iter, root, range->start, range->end)
			ret |= handler(kvm, &iter, range);
	}

	rcu_read_unlock();

	return ret;
}

static bool age_gfn_range(struct kvm *kvm, struct tdp_iter *iter,
			  struct kvm_gfn_range *range)
{
	return is_shadow_present_pte(iter->old_spte);
}

bool kvm_tdp_mmu_age_gfn_range(struct kvm *kvm, struct kvm_gfn_range *range)
{
	return kvm_tdp_mmu_handle_gfn(kvm, range, age_gfn_range);
}
#endif

static bool wrprot_gfn_range(struct kvm *kvm, struct kvm_mmu_page *root,
			     gfn_t start, gfn_t end, int min_level)
{
	struct tdp_iter iter;
	u64 new_spte;
	bool spte_set = false;

	rcu_read_lock();

	for_each_tdp_pte_min_level(iter, root, min_level, start, end) {
		if (tdp_mmu_iter_cond_resched(kvm, &iter, false))
			continue;

		if (!is_shadow_present_pte(iter.old_spte) ||
		    !is_last_spte(iter.old_spte, iter.level) ||
		    !(iter.old_spte & PT_WRITABLE_MASK))
			continue;

		new_spte = iter.old_spte & ~PT_WRITABLE_MASK;

		tdp_mmu_set_spte_no_dirty_log(kvm, &iter, new_spte);
		spte_set = true;
	}

	rcu_read_unlock();
	return spte_set;
}

bool kvm_tdp_mmu_wrprot_slot(struct kvm *kvm, struct kvm_memory_slot *slot,
			     int min_level)
{
	struct kvm_mmu_page *root;
#if ARGUMENTS == ROOT_ONLY
	int root_as_id;
#endif
	bool spte_set = false;

#if ARGUMENTS == ROOT_ONLY
	for_each_tdp_mmu_root_yield_safe(kvm, root) {
		root_as_id = kvm_mmu_page_as_id(root);
		if (root_as_id != slot->as_id)
			continue;

		spte_set |= wrprot_gfn_range(kvm, root, slot->base_gfn,
			     slot->base_gfn + slot->npages, min_level);
	}
#else
	for_each_tdp_mmu_root_yield_safe(kvm, root, slot->as_id)
		spte_set |= wrprot_gfn_range(kvm, root, slot->base_gfn,
			     slot->base_gfn + slot->npages, min_level);
#endif

	return spte_set;
}

static bool clear_dirty_gfn_range(struct kvm *kvm, struct kvm_mmu_page *root,
				  gfn_t start, gfn_t end)
{
	struct tdp_iter iter;
	u64 new_spte;
	bool spte_set = false;

	rcu_read_lock();

	tdp_root_for_each_leaf_pte(iter, root, start, end) {
		if (tdp_mmu_iter_cond_resched(kvm, &iter, false))
			continue;

		if (spte_ad_need_write_protect(iter.old_spte)) {
			if (is_writable_pte(iter.old_spte))
				new_spte = iter.old_spte & ~PT_WRITABLE_MASK;
			else
				continue;
		} else {
			if (iter.old_spte & shadow_dirty_mask)
				new_spte = iter.old_spte & ~shadow_dirty_mask;
			else
				continue;
		}

		tdp_mmu_set_spte_no_dirty_log(kvm, &iter, new_spte);
		spte_set = true;
	}

	rcu_read_unlock();
	return spte_set;
}

bool kvm_tdp_mmu_clear_dirty_slot(struct kvm *kvm, struct kvm_memory_slot *slot)
{
	struct kvm_mmu_page *root;
#if ARGUMENTS == ROOT_ONLY
	int root_as_id;
#endif
	bool spte_set = false;

#if ARGUMENTS == ROOT_ONLY
	for_each_tdp_mmu_root_yield_safe(kvm, root) {
		root_as_id = kvm_mmu_page_as_id(root);
		if (root_as_id != slot->as_id)
			continue;

		spte_set |= clear_dirty_gfn_range(kvm, root, slot->base_gfn,
				slot->base_gfn + slot->npages);
	}
#else
	for_each_tdp_mmu_root_yield_safe(kvm, root, slot->as_id)
		spte_set |= clear_dirty_gfn_range(kvm, root, slot->base_gfn,
				slot->base_gfn + slot->npages);
#endif

	return spte_set;
}

static void clear_dirty_pt_masked(struct kvm *kvm, struct kvm_mmu_page *root,
				  gfn_t gfn, unsigned long mask, bool wrprot)
{
	struct tdp_iter iter;

	rcu_read_lock();

	tdp_root_for_each_leaf_pte(iter, root, gfn, gfn + 1)
		tdp_mmu_set_spte(kvm, &iter, iter.old_spte & ~PT_WRITABLE_MASK);

	rcu_read_unlock();
}

void kvm_tdp_mmu_clear_dirty_pt_masked(struct kvm *kvm,
				       struct kvm_memory_slot *slot,
				       gfn_t gfn, unsigned long mask,
				       bool wrprot)
{
	struct kvm_mmu_page *root;
#if ARGUMENTS == ROOT_ONLY
	int root_as_id;
#endif

	lockdep_assert_held_write(&kvm->mmu_lock);
#if ARGUMENTS == ROOT_ONLY
	for_each_tdp_mmu_root(kvm, root) {
		root_as_id = kvm_mmu_page_as_id(root);
		if (root_as_id != slot->as_id)
			continue;

		clear_dirty_pt_masked(kvm, root, gfn, mask, wrprot);
	}
#else
	for_each_tdp_mmu_root(kvm, root, slot->as_id)
		clear_dirty_pt_masked(kvm, root, gfn, mask, wrprot);
#endif
}

/* Entries that could be larger ones go. */
#if ARGUMENTS == ROOT_ONLY
static void zap_collapsible_spte_range(struct kvm *kvm,
				       struct kvm_mmu_page *root,
				       struct kvm_memory_slot *slot)
{
	gfn_t start = slot->base_gfn;
	gfn_t end = start + slot->npages;
	struct tdp_iter iter;
	kvm_pfn_t pfn;
	bool spte_set = false;

	rcu_read_lock();

	tdp_root_for_each_pte(iter, root, start, end) {
		if (tdp_mmu_iter_cond_resched(kvm, &iter, spte_set)) {
			spte_set = false;
			continue;
		}

		if (!is_shadow_present_pte(iter.old_spte) ||
		    !is_last_spte(iter.old_spte, iter.level))
			continue;

		pfn = spte_to_pfn(iter.old_spte);
		if (kvm_is_reserved_pfn(pfn) ||
		    iter.level >= kvm_mmu_max_mapping_level(kvm, slot, iter.gfn,
							    pfn, PG_LEVEL_NUM))
			continue;

		tdp_mmu_set_spte(kvm, &iter, 0);

		spte_set = true;
	}

	rcu_read_unlock();
	if (spte_set)
		kvm_flush_remote_tlbs(kvm);
}

void kvm_tdp_mmu_zap_collapsible_sptes(struct kvm *kvm,
				       struct kvm_memory_slot *slot)
{
	struct kvm_mmu_page *root;
	int root_as_id;

	for_each_tdp_mmu_root_yield_safe(kvm, root) {
		root_as_id = kvm_mmu_page_as_id(root);
		if (root_as_id != slot->as_id)
			continue;

		zap_collapsible_spte_range(kvm, root, slot);
	}
}
#else
static bool zap_collapsible_spte_range(struct kvm *kvm,
				       struct kvm_mmu_page *root,
				       struct kvm_memory_slot *slot,
				       bool flush)
{
	gfn_t start = slot->base_gfn;
	gfn_t end = start + slot->npages;
	struct tdp_iter iter;
	kvm_pfn_t pfn;

	rcu_read_lock();

	tdp_root_for_each_pte(iter, root, start, end) {
		if (tdp_mmu_iter_cond_resched(kvm, &iter, flush)) {
			flush = false;
			continue;
		}

		if (!is_shadow_present_pte(iter.old_spte) ||
		    !is_last_spte(iter.old_spte, iter.level))
			continue;

		pfn = spte_to_pfn(iter.old_spte);
		if (kvm_is_reserved_pfn(pfn) ||
		    iter.level >= kvm_mmu_max_mapping_level(kvm, slot, iter.gfn,
							    pfn, PG_LEVEL_NUM))
			continue;

		tdp_mmu_set_spte(kvm, &iter, 0);
		flush = true;
	}

	rcu_read_unlock();

	return flush;
}

bool kvm_tdp_mmu_zap_collapsible_sptes(struct kvm *kvm,
				       struct kvm_memory_slot *slot, bool flush)
{
	struct kvm_mmu_page *root;

	for_each_tdp_mmu_root_yield_safe(kvm, root, slot->as_id)
		flush = zap_collapsible_spte_range(kvm, root, slot, flush);

	return flush;
}
#endif

static bool write_protect_gfn(struct kvm *kvm, struct kvm_mmu_page *root,
			      gfn_t gfn)
{
	struct tdp_iter iter;
	bool spte_set = false;

	rcu_read_lock();

	tdp_root_for_each_leaf_pte(iter, root, gfn, gfn + 1) {
		tdp_mmu_set_spte(kvm, &iter, iter.old_spte & ~PT_WRITABLE_MASK);
		spte_set = true;
	}

	rcu_read_unlock();

	return spte_set;
}

bool kvm_tdp_mmu_write_protect_gfn(struct kvm *kvm,
				   struct kvm_memory_slot *slot, gfn_t gfn)
{
	struct kvm_mmu_page *root;
#if ARGUMENTS == ROOT_ONLY
	int root_as_id;
#endif
	bool spte_set = false;

	lockdep_assert_held_write(&kvm->mmu_lock);
#if ARGUMENTS == ROOT_ONLY
	for_each_tdp_mmu_root(kvm, root) {
		root_as_id = kvm_mmu_page_as_id(root);
		if (root_as_id != slot->as_id)
			continue;

		spte_set |= write_protect_gfn(kvm, root, gfn);
	}
#else
	for_each_tdp_mmu_root(kvm, root, slot->as_id)
		spte_set |= write_protect_gfn(kvm, root, gfn);
#endif

	return spte_set;
}
