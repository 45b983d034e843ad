// SPDX-License-Identifier: MIT
/*
 * The life of a TDP MMU root in the releases up to 6.3 and in what was proposed on the way, in our own short words, in
 * the order of the kernel's file. The facts of profile.json choose among the forms that it had.
 */

bool kvm_mmu_init_tdp_mmu(struct kvm *kvm)
{
	INIT_LIST_HEAD(&kvm->arch.tdp_mmu_roots);
	spin_lock_init(&kvm->arch.tdp_mmu_pages_lock);
	INIT_LIST_HEAD(&kvm->arch.tdp_mmu_pages);
#if FAST_ZAP == QUEUE
	kvm->arch.tdp_mmu_zap_wq = alloc_workqueue("kvm", 0, 0);
#endif

	return true;
}

void kvm_mmu_uninit_tdp_mmu(struct kvm *kvm)
{
#if PUT == MARKED_QUEUE
	/* Waits for the items, which put roots. */
	flush_workqueue(kvm->arch.tdp_mmu_zap_wq);
	destroy_workqueue(kvm->arch.tdp_mmu_zap_wq);
#endif

	WARN_ON(!list_empty(&kvm->arch.tdp_mmu_pages));
	WARN_ON(!list_empty(&kvm->arch.tdp_mmu_roots));

#if PUT != MARKED_QUEUE && FAST_ZAP == QUEUE
	flush_workqueue(kvm->arch.tdp_mmu_zap_wq);
#endif

	/* The callbacks that free roots have to run before the VM is gone. */
	rcu_barrier();

#if PUT != MARKED_QUEUE && FAST_ZAP == QUEUE
	destroy_workqueue(kvm->arch.tdp_mmu_zap_wq);
#endif
}

static void tdp_mmu_zap_root(struct kvm *kvm, struct kvm_mmu_page *root,
			     bool shared);

#if FAST_ZAP == QUEUE
/* The item owns one reference to its root. */
static void tdp_mmu_zap_root_work(struct work_struct *work)
{
	struct kvm_mmu_page *root = container_of(work, struct kvm_mmu_page, tdp_mmu_async_work);
	struct kvm *kvm = root->tdp_mmu_async_data;

	read_lock(&kvm->mmu_lock);

	tdp_mmu_zap_root(kvm, root, true);
	kvm_tdp_mmu_put_root(kvm, root, true);

	read_unlock(&kvm->mmu_lock);
}

static void tdp_mmu_schedule_zap_root(struct kvm *kvm, struct kvm_mmu_page *root)
{
	root->tdp_mmu_async_data = kvm;
	INIT_WORK(&root->tdp_mmu_async_work, tdp_mmu_zap_root_work);
	queue_work(kvm->arch.tdp_mmu_zap_wq, &root->tdp_mmu_async_work);
}
#elif PUT == MARKED
/* Nobody queues it in this form. For proposals that do and leave it out: the item owns a reference to the VM as well. */
static void tdp_mmu_zap_root_work(struct work_struct *work)
{
	struct kvm_mmu_page *root = container_of(work, struct kvm_mmu_page, tdp_mmu_async_work);
	struct kvm *kvm = root->tdp_mmu_async_data;

	read_lock(&kvm->mmu_lock);

	tdp_mmu_zap_root(kvm, root, true);
	kvm_tdp_mmu_put_root(kvm, root, true);

	read_unlock(&kvm->mmu_lock);

	kvm_put_kvm(kvm);
}
#endif

#if PUT != UNLINK_FIRST || FAST_ZAP == QUEUE
/* Sets the bit and tells whether it was set before. */
static inline bool kvm_tdp_root_mark_invalid(struct kvm_mmu_page *page)
{
	union kvm_mmu_page_role role = page->role;
	role.invalid = true;

	role.word = xchg(&page->role.word, role.word);
	return role.invalid;
}
#endif

void kvm_tdp_mmu_put_root(struct kvm *kvm, struct kvm_mmu_page *root,
			  bool shared)
{
	kvm_lockdep_assert_mmu_lock_held(kvm, shared);

	if (!refcount_dec_and_test(&root->tdp_mmu_root_count))
		return;

	WARN_ON(!root->tdp_mmu_page);

#if PUT == UNLINK_FIRST
	spin_lock(&kvm->arch.tdp_mmu_pages_lock);
	list_del_rcu(&root->link);
	spin_unlock(&kvm->arch.tdp_mmu_pages_lock);

	/* Nobody finds the root from here on, a notifier neither. */
	tdp_mmu_zap_root(kvm, root, shared);

	call_rcu(&root->rcu_head, tdp_mmu_free_sp_rcu_callback);
#else
	/* Only the put that turns the root invalid brings it back to 1 and has it zapped. */
	if (!kvm_tdp_root_mark_invalid(root)) {
		refcount_set(&root->tdp_mmu_root_count, 1);
#if PUT == MARKED_QUEUE
		/* The item takes over the reference. */
		if (likely(refcount_read(&kvm->users_count))) {
			tdp_mmu_schedule_zap_root(kvm, root);
			return;
		}

#endif
		tdp_mmu_zap_root(kvm, root, shared);

		if (!refcount_dec_and_test(&root->tdp_mmu_root_count))
			return;
	}

	spin_lock(&kvm->arch.tdp_mmu_pages_lock);
	list_del_rcu(&root->link);
	spin_unlock(&kvm->arch.tdp_mmu_pages_lock);
	call_rcu(&root->rcu_head, tdp_mmu_free_sp_rcu_callback);
#endif
}

/* An iterator that yields holds a reference to its root; the next one is found and held before the last is put. */
#if FAST_ZAP == ITERATOR
enum tdp_mmu_roots_iter_type {
	ALL_ROOTS = -1,
	VALID_ROOTS = 0,
	INVALID_ROOTS = 1,
};

static struct kvm_mmu_page *tdp_mmu_next_root(struct kvm *kvm,
					      struct kvm_mmu_page *prev_root,
					      bool shared,
					      enum tdp_mmu_roots_iter_type type)
{
	struct kvm_mmu_page *next_root;

	kvm_lockdep_assert_mmu_lock_held(kvm, shared);

	rcu_read_lock();

	if (prev_root)
		next_root = list_next_or_null_rcu(&kvm->arch.tdp_mmu_roots,
						  &prev_root->link,
						  typeof(*prev_root), link);
	else
		next_root = list_first_or_null_rcu(&kvm->arch.tdp_mmu_roots,
						   typeof(*next_root), link);

	while (next_root) {
		if ((type == ALL_ROOTS || (type == !!next_root->role.invalid)) &&
		    kvm_tdp_mmu_get_root(next_root))
			break;

		next_root = list_next_or_null_rcu(&kvm->arch.tdp_mmu_roots,
						  &next_root->link,
						  typeof(*next_root), link);
	}

	rcu_read_unlock();

	if (prev_root)
		kvm_tdp_mmu_put_root(kvm, prev_root, shared);

	return next_root;
}

#define __for_each_tdp_mmu_root_yield_safe(_kvm, _root, _as_id, _shared, _type) \
	for (_root = tdp_mmu_next_root(_kvm, NULL, _shared, _type); \
	     _root; \
	     _root = tdp_mmu_next_root(_kvm, _root, _shared, _type)) \
		if (_as_id > 0 && kvm_mmu_page_as_id(_root) != _as_id) { \
		} else

#define for_each_invalid_tdp_mmu_root_yield_safe(_kvm, _root) \
	__for_each_tdp_mmu_root_yield_safe(_kvm, _root, 0, true, INVALID_ROOTS)

#define for_each_valid_tdp_mmu_root_yield_safe(_kvm, _root, _as_id, _shared) \
	__for_each_tdp_mmu_root_yield_safe(_kvm, _root, _as_id, _shared, VALID_ROOTS)

#define for_each_tdp_mmu_root_yield_safe(_kvm, _root, _as_id, _shared) \
	__for_each_tdp_mmu_root_yield_safe(_kvm, _root, _as_id, _shared, ALL_ROOTS)
#else
static struct kvm_mmu_page *tdp_mmu_next_root(struct kvm *kvm,
					      struct kvm_mmu_page *prev_root,
					      bool shared, bool only_valid)
{
	struct kvm_mmu_page *next_root;

	rcu_read_lock();

	if (prev_root)
		next_root = list_next_or_null_rcu(&kvm->arch.tdp_mmu_roots,
						  &prev_root->link,
						  typeof(*prev_root), link);
	else
		next_root = list_first_or_null_rcu(&kvm->arch.tdp_mmu_roots,
						   typeof(*next_root), link);

	while (next_root) {
		if ((!only_valid || !next_root->role.invalid) &&
		    kvm_tdp_mmu_get_root(next_root))
			break;

		next_root = list_next_or_null_rcu(&kvm->arch.tdp_mmu_roots,
						  &next_root->link,
						  typeof(*next_root), link);
	}

	rcu_read_unlock();

	if (prev_root)
		kvm_tdp_mmu_put_root(kvm, prev_root, shared);

	return next_root;
}

#define __for_each_tdp_mmu_root_yield_safe(_kvm, _root, _as_id, _shared, _only_valid) \
	for (_root = tdp_mmu_next_root(_kvm, NULL, _shared, _only_valid); \
	     _root; \
	     _root = tdp_mmu_next_root(_kvm, _root, _shared, _only_valid)) \
		if (kvm_mmu_page_as_id(_root) != _as_id) { \
		} else

#define for_each_valid_tdp_mmu_root_yield_safe(_kvm, _root, _as_id, _shared) \
	__for_each_tdp_mmu_root_yield_safe(_kvm, _root, _as_id, _shared, true)

#if READERS == VALID_ONLY
#define for_each_tdp_mmu_root_yield_safe(_kvm, _root, _as_id) \
	__for_each_tdp_mmu_root_yield_safe(_kvm, _root, _as_id, false, false)
#else
#define for_each_tdp_mmu_root_yield_safe(_kvm, _root, _as_id, _shared) \
	__for_each_tdp_mmu_root_yield_safe(_kvm, _root, _as_id, _shared, false)
#endif
#endif

/* Holds no reference, so the lock must be held for write from the first to the last root. */
#define for_each_tdp_mmu_root(_kvm, _root, _as_id) \
	list_for_each_entry(_root, &_kvm->arch.tdp_mmu_roots, link) \
		if (kvm_mmu_page_as_id(_root) != _as_id) { \
		} else

struct kvm_mmu_page *kvm_tdp_mmu_get_vcpu_root_hpa(struct kvm_vcpu *vcpu)
{
	union kvm_mmu_page_role role = vcpu->arch.mmu->root_role;
	struct kvm *kvm = vcpu->kvm;
	struct kvm_mmu_page *root;

	lockdep_assert_held_write(&kvm->mmu_lock);

	/* The word has the bit in it: an invalid root is never equal. */
	for_each_tdp_mmu_root(kvm, root, kvm_mmu_role_as_id(role)) {
		if (root->role.word == role.word &&
		    kvm_tdp_mmu_get_root(root))
			goto out;
	}

	root = tdp_mmu_alloc_sp(vcpu);
	tdp_mmu_init_sp(root, NULL, 0, role);

	refcount_set(&root->tdp_mmu_root_count, 1);

	spin_lock(&kvm->arch.tdp_mmu_pages_lock);
	list_add_rcu(&root->link, &kvm->arch.tdp_mmu_roots);
	spin_unlock(&kvm->arch.tdp_mmu_pages_lock);

out:
	return __pa(root->spt);
}

static inline gfn_t tdp_mmu_max_gfn_host(void)
{
	return kvm_mmu_max_gfn() + 1;
}

#if PUT == MARKED_QUEUE
static void __tdp_mmu_zap_root(struct kvm *kvm, struct kvm_mmu_page *root,
			       bool shared, int zap_level)
{
	struct tdp_iter iter;

	gfn_t end = tdp_mmu_max_gfn_host();
	gfn_t start = 0;

	for_each_tdp_pte_min_level(iter, root, zap_level, start, end) {
retry:
		if (tdp_mmu_iter_cond_resched(kvm, &iter, false, shared))
			continue;

		if (!is_shadow_present_pte(iter.old_spte))
			continue;

		if (!shared)
			tdp_mmu_set_spte(kvm, &iter, 0);
		else if (tdp_mmu_set_spte_atomic(kvm, &iter, 0))
			goto retry;
	}
}

static void tdp_mmu_zap_root(struct kvm *kvm, struct kvm_mmu_page *root,
			     bool shared)
{
	/* A notifier has to find the root whenever the lock is dropped below. */
	WARN_ON_ONCE(!refcount_read(&root->tdp_mmu_root_count));

	kvm_lockdep_assert_mmu_lock_held(kvm, shared);

	rcu_read_lock();

	/* One pass for each size of pages; all of them are one entry here. */
	__tdp_mmu_zap_root(kvm, root, shared, root->role.level);

	rcu_read_unlock();
}
#else
static void tdp_mmu_zap_root(struct kvm *kvm, struct kvm_mmu_page *root,
			     bool shared)
{
#if ZAP == GUARDED
	bool root_is_unreachable = !refcount_read(&root->tdp_mmu_root_count);
#endif
	struct tdp_iter iter;

	gfn_t end = tdp_mmu_max_gfn_host();
	gfn_t start = 0;

#if ZAP == YIELDS
	/* A notifier has to find the root whenever the lock is dropped below. */
	WARN_ON_ONCE(!refcount_read(&root->tdp_mmu_root_count));

#endif
	kvm_lockdep_assert_mmu_lock_held(kvm, shared);

	rcu_read_lock();

	for_each_tdp_pte_min_level(iter, root, root->role.level, start, end) {
retry:
#if ZAP == GUARDED
		/* A notifier does not find the root, so the lock may not be dropped. */
		if (!root_is_unreachable &&
		    tdp_mmu_iter_cond_resched(kvm, &iter, false, shared))
			continue;
#else
		if (tdp_mmu_iter_cond_resched(kvm, &iter, false, shared))
			continue;
#endif

		if (!is_shadow_present_pte(iter.old_spte))
			continue;

#if ZAP == GUARDED
#if ARGUMENTS == SHARED_TRUE
		if (!shared) {
			tdp_mmu_set_spte(kvm, &iter, 0);
		} else if (!tdp_mmu_set_spte_atomic(kvm, &iter, 0)) {
			WARN_ONCE(root_is_unreachable,
				  "somebody else changes an entry of a root that nobody can find");
			goto retry;
		}
#else
		if (!shared) {
			tdp_mmu_set_spte(kvm, &iter, 0);
		} else if (tdp_mmu_set_spte_atomic(kvm, &iter, 0)) {
			WARN_ONCE(root_is_unreachable,
				  "somebody else changes an entry of a root that nobody can find");
			goto retry;
		}
#endif

		WARN_ON_ONCE(root_is_unreachable && root->role.invalid);
#else
		if (!shared)
			tdp_mmu_set_spte(kvm, &iter, 0);
		else if (tdp_mmu_set_spte_atomic(kvm, &iter, 0))
			goto retry;
#endif
	}

	rcu_read_unlock();
}
#endif

static bool tdp_mmu_zap_leafs(struct kvm *kvm, struct kvm_mmu_page *root,
			      gfn_t start, gfn_t end, bool can_yield, bool flush)
{
	struct tdp_iter iter;

	lockdep_assert_held_write(&kvm->mmu_lock);

	rcu_read_lock();

	for_each_tdp_pte_min_level(iter, root, PG_LEVEL_4K, start, end) {
		if (can_yield &&
		    tdp_mmu_iter_cond_resched(kvm, &iter, flush, false)) {
			flush = false;
			continue;
		}

		if (!is_shadow_present_pte(iter.old_spte) ||
		    !is_last_spte(iter.old_spte, iter.level))
			continue;

		tdp_mmu_set_spte(kvm, &iter, 0);
		flush = true;
	}

	rcu_read_unlock();

	return flush;
}

bool kvm_tdp_mmu_zap_leafs(struct kvm *kvm, int as_id, gfn_t start, gfn_t end,
			   bool can_yield, bool flush)
{
	struct kvm_mmu_page *root;

#if READERS == VALID_ONLY
	lockdep_assert_held_write(&kvm->mmu_lock);
	for_each_tdp_mmu_root_yield_safe(kvm, root, as_id)
		flush = tdp_mmu_zap_leafs(kvm, root, start, end, can_yield, flush);
#else
	for_each_tdp_mmu_root_yield_safe(kvm, root, as_id, false)
		flush = tdp_mmu_zap_leafs(kvm, root, start, end, can_yield, flush);
#endif

	return flush;
}

void kvm_tdp_mmu_zap_all(struct kvm *kvm)
{
	struct kvm_mmu_page *root;
	int i;

#if READERS == VALID_ONLY
	lockdep_assert_held_write(&kvm->mmu_lock);
	for (i = 0; i < KVM_ADDRESS_SPACE_NUM; i++) {
		for_each_tdp_mmu_root_yield_safe(kvm, root, i)
			tdp_mmu_zap_root(kvm, root, false);
	}
#else
	for (i = 0; i < KVM_ADDRESS_SPACE_NUM; i++) {
		for_each_tdp_mmu_root_yield_safe(kvm, root, i, false)
			tdp_mmu_zap_root(kvm, root, false);
	}
#endif
}

#if FAST_ZAP == LIST_WALK
static struct kvm_mmu_page *next_invalidated_root(struct kvm *kvm,
						  struct kvm_mmu_page *prev_root)
{
	struct kvm_mmu_page *next_root;

	if (prev_root)
		next_root = list_next_or_null_rcu(&kvm->arch.tdp_mmu_roots,
						  &prev_root->link,
						  typeof(*prev_root), link);
	else
		next_root = list_first_or_null_rcu(&kvm->arch.tdp_mmu_roots,
						   typeof(*next_root), link);

	while (next_root && !(next_root->role.invalid &&
			      refcount_read(&next_root->tdp_mmu_root_count)))
		next_root = list_next_or_null_rcu(&kvm->arch.tdp_mmu_roots,
						  &next_root->link,
						  typeof(*next_root), link);

	return next_root;
}

/* Takes every invalid root for one that kvm_tdp_mmu_invalidate_all_roots() got a reference to. */
void kvm_tdp_mmu_zap_invalidated_roots(struct kvm *kvm)
{
	struct kvm_mmu_page *next_root;
	struct kvm_mmu_page *root;

	lockdep_assert_held_read(&kvm->mmu_lock);

	rcu_read_lock();

	root = next_invalidated_root(kvm, NULL);

	while (root) {
		next_root = next_invalidated_root(kvm, root);

		rcu_read_unlock();

		tdp_mmu_zap_root(kvm, root, true);

		kvm_tdp_mmu_put_root(kvm, root, true);

		root = next_root;

		rcu_read_lock();
	}

	rcu_read_unlock();
}
#elif FAST_ZAP == ITERATOR
/* Takes every invalid root for one that kvm_tdp_mmu_invalidate_all_roots() got a reference to. */
void kvm_tdp_mmu_zap_invalidated_roots(struct kvm *kvm)
{
	struct kvm_mmu_page *root;

	lockdep_assert_held_read(&kvm->mmu_lock);

	for_each_invalid_tdp_mmu_root_yield_safe(kvm, root) {
		tdp_mmu_zap_root(kvm, root, true);

		/* The iterator has a reference of its own. */
		kvm_tdp_mmu_put_root(kvm, root, true);
	}
}
#else
/* Every root that was invalidated has an item in the queue, or had one. */
void kvm_tdp_mmu_zap_invalidated_roots(struct kvm *kvm)
{
	flush_workqueue(kvm->arch.tdp_mmu_zap_wq);
}
#endif

/* Whoever zaps the invalidated roots later on puts the references that are taken here. */
void kvm_tdp_mmu_invalidate_all_roots(struct kvm *kvm)
{
	struct kvm_mmu_page *root;

	lockdep_assert_held_write(&kvm->mmu_lock);
	list_for_each_entry(root, &kvm->arch.tdp_mmu_roots, link) {
#if INVALIDATE == SKIP_INVALID
		if (!root->role.invalid &&
		    !WARN_ON_ONCE(!kvm_tdp_mmu_get_root(root))) {
			root->role.invalid = true;
			tdp_mmu_schedule_zap_root(kvm, root);
		}
#elif FAST_ZAP == QUEUE
		if (!WARN_ON_ONCE(!kvm_tdp_mmu_get_root(root))) {
			root->role.invalid = true;
			tdp_mmu_schedule_zap_root(kvm, root);
		}
#else
		if (!WARN_ON_ONCE(!kvm_tdp_mmu_get_root(root)))
			root->role.invalid = true;
#endif
	}
}

bool kvm_tdp_mmu_unmap_gfn_range(struct kvm *kvm, struct kvm_gfn_range *range,
				 bool flush)
{
	return kvm_tdp_mmu_zap_leafs(kvm, range->slot->as_id, range->start,
				     range->end, range->may_block, flush);
}

/* Dirty logging: only what a vCPU can still use matters. */
bool kvm_tdp_mmu_wrprot_slot(struct kvm *kvm,
			     struct kvm_memory_slot *slot, int min_level)
{
	struct kvm_mmu_page *root;
	bool spte_set = false;

	lockdep_assert_held_read(&kvm->mmu_lock);

	for_each_valid_tdp_mmu_root_yield_safe(kvm, root, slot->as_id, true)
		spte_set |= wrprot_gfn_range(kvm, root, slot->base_gfn,
					     slot->base_gfn + slot->npages, min_level);

	return spte_set;
}

void kvm_tdp_mmu_try_split_huge_pages(struct kvm *kvm,
				      const struct kvm_memory_slot *slot,
				      gfn_t start, gfn_t end,
				      int target_level, bool shared)
{
	struct kvm_mmu_page *root;
	int r = 0;

	kvm_lockdep_assert_mmu_lock_held(kvm, shared);

#if READERS == VALID_ONLY
	for_each_valid_tdp_mmu_root_yield_safe(kvm, root, slot->as_id, shared) {
		r = tdp_mmu_split_huge_pages_root(kvm, root, start, end, target_level, shared);
		if (r) {
			/* The iterator is left early, so its reference is put here. */
			kvm_tdp_mmu_put_root(kvm, root, shared);
			break;
		}
	}
#else
	for_each_tdp_mmu_root_yield_safe(kvm, root, slot->as_id, shared) {
		r = tdp_mmu_split_huge_pages_root(kvm, root, start, end, target_level, shared);
		if (r) {
			/* The iterator is left early, so its reference is put here. */
			kvm_tdp_mmu_put_root(kvm, root, shared);
			break;
		}
	}
#endif
}
