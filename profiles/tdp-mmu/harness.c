// SPDX-License-Identifier: MIT
/*
 * The callers that a patch does not show: one function for each thread of a scenario. What a caller holds in hand when
 * it starts, and what it may rely on when a call returns, is from the released sources.
 */

/* Hooks: what is noted and checked in functions that a patch or a kernel tree may bring along. */

void lastput_walk_may_yield(struct tdp_iter *iter)
{
	iter->lastput_may_yield = true;
}

void lastput_walk_ended(struct tdp_iter *iter)
{
	lastput_assert(iter->valid || !iter->lastput_cleared || iter->lastput_may_yield, "zap.cannot-yield",
		       "a whole page table is zapped and this walk can never yield: a soft lockup for a large guest");
}

void lastput_entry_set(struct tdp_iter *iter, u64 new_spte)
{
	if (!new_spte)
		iter->lastput_cleared = true;
}

/* A root turns invalid only while nobody reads, so a walk over valid roots cannot come by one that is not. */
void lastput_valid_only(struct kvm_mmu_page *root)
{
#if PUT == UNLINK_ONLY
	lastput_assert(!root->role.invalid, "reader.takes-invalid",
		       "a walk that only valid roots are for has taken an invalid one", "error");
#endif
}

void lastput_page_looked_up(struct kvm_vcpu *vcpu, struct kvm_page_fault *fault)
{
	fault->lastput_generation = vcpu->kvm->lastput_page_generation;
}

void lastput_page_mapped(struct kvm_vcpu *vcpu, struct kvm_page_fault *fault, struct tdp_iter *iter)
{
#if PUT == PLAIN || ARGUMENTS == ZAP_SHARED
	/* The slot that the fast zap is for takes no faults, so this maps memory of another one. */
	if (!iter->old_spte)
		iter->sptep->lastput_must_zap = false;
#endif
	lastput_assert(fault->lastput_generation == vcpu->kvm->lastput_page_generation, "lifetime.use-after-free",
		       "the fault maps a page that was given back to the host after it had been looked up");
}

/* With tables below: an entry that maps something, or leads to a table. Who takes out a table leaves in it that it is gone. */
static void lastput_nothing_mapped(void)
{
	lastput_forbid(struct kvm_mmu_page, (x->lastput_mapped == 1 || x->lastput_mapped == 3), "zap.incomplete-on-return",
		       "everything was zapped, and a page table still maps something");
	lastput_forbid(struct kvm_mmu_page, x->lastput_mapped == 8, "zap.incomplete-on-return",
		       "everything was zapped, and a root still leads to a page table");
}

/* The process has said that its memory goes: what the VM has left to do may come after that. */
void lastput_memory_gone(void)
{
	lastput_forbid(struct kvm_mmu_page, x->lastput_mapped && !x->role.is_mirror, "zap.incomplete-on-return",
		       "the memory of the process goes away while a root still maps some of it");
}

/* The VM is freed, and perhaps the module goes as well. */
void lastput_vm_gone(void)
{
	lastput_forbid(struct kvm_mmu_page, 1, "lifetime.use-after-free",
		       "the VM is freed while one of its roots is still there: whoever puts or frees that comes too late");
}

/* Who takes a table out of the tree zaps what it maps; nobody fills it again while it waits for the end of a grace period. */
void lastput_remove_table(struct kvm_mmu_page *pt)
{
	pt->lastput_removed = true;
}

/* By now it may be freed: of those that are not, this one says that it goes. */
void lastput_table_removed(void)
{
	lastput_forbid(struct kvm_mmu_page, x->lastput_removed && (x->lastput_mapped == 1 || x->lastput_mapped == 3),
		       "lifetime.freed-unzapped", "a page table is taken out and freed while it still maps memory");
	lastput_forbid(struct kvm_mmu_page, x->lastput_removed && (x->lastput_mapped == 5 || x->lastput_mapped == 7),
		       "lifetime.freed-unzapped", "a page table is taken out and freed while it still maps memory");
}

/* From here on no fault maps what is in the range, until the end. */
static void lastput_invalidate_begin(struct kvm *kvm, struct kvm_gfn_range *range)
{
#if ARGUMENTS == KVM_AND_ROOT
	kvm_mmu_invalidate_begin(kvm);
	kvm_mmu_invalidate_range_add(kvm, range->start, range->end);
#else
	kvm_mmu_invalidate_begin(kvm, range->start, range->end);
#endif
}

static void lastput_invalidate_end(struct kvm *kvm, struct kvm_gfn_range *range)
{
#if ARGUMENTS == KVM_AND_ROOT
	kvm_mmu_invalidate_end(kvm);
#else
	kvm_mmu_invalidate_end(kvm, range->start, range->end);
#endif
}

static void lastput_free_root(struct kvm *kvm, struct kvm_mmu_page *root)
{
	struct kvm_mmu mmu;

	mmu.root.hpa = root;
	kvm_mmu_free_roots(kvm, &mmu, KVM_MMU_ROOT_CURRENT);
}

/* A vCPU with no root yet and no fault. */
static void lastput_start_vcpu(struct kvm_vcpu *vcpu, struct kvm *kvm)
{
	vcpu->kvm = kvm;
	vcpu->arch.mmu = &vcpu->arch.root_mmu;
	vcpu->arch.root_mmu.root_role.word = 0;
	vcpu->arch.root_mmu.root_role.level = PG_LEVEL_2M;
	vcpu->arch.root_mmu.mirror_root_hpa = INVALID_PAGE;
}

/* A vCPU lets go of a root: it was freed, or the vCPU loads another one. */
void vcpu_put(struct kvm *kvm, struct kvm_mmu_page *root)
{
	lastput_free_root(kvm, root);
}

#if PUT != PLAIN
/* The last reference of an iterator, which runs with the lock held for read; its loop may have lasted any time. */
void iterator_last_put(struct kvm *kvm, struct kvm_mmu_page *root)
{
	read_lock(&kvm->mmu_lock);
#if ARGUMENTS != KVM_AND_ROOT
	kvm_tdp_mmu_put_root(kvm, root, true);
#else
	kvm_tdp_mmu_put_root(kvm, root);
#endif
	read_unlock(&kvm->mmu_lock);
}
#endif

/* A vCPU finds or makes a root, may take a fault in it, and lets go of it. */
void vcpu_load_fault_put(struct kvm *kvm, struct kvm_memory_slot *slot)
{
	struct kvm_vcpu vcpu;
	struct kvm_page_fault fault;

	lastput_start_vcpu(&vcpu, kvm);
	fault.addr = 0;
	fault.gfn = 0;
	fault.slot = slot;

	mmu_alloc_direct_roots(&vcpu);

	if (lastput_choose("the guest touches memory"))
		kvm_tdp_page_fault(&vcpu, &fault);

	kvm_mmu_free_roots(kvm, vcpu.arch.mmu, KVM_MMU_ROOTS_ALL);
}

/* A vCPU that has its root takes a fault in it. */
void vcpu_fault(struct kvm *kvm, struct kvm_mmu_page *root, struct kvm_memory_slot *slot)
{
	struct kvm_vcpu vcpu;
	struct kvm_page_fault fault;

	lastput_start_vcpu(&vcpu, kvm);
	vcpu.arch.root_mmu.root.hpa = root;
	fault.nx_huge_page_workaround_enabled = kvm->lastput_small_code;
	fault.addr = 0;
	fault.gfn = 0;
	fault.slot = slot;

	kvm_tdp_page_fault(&vcpu, &fault);
}

#if PUT == UNLINK_ONLY
/* Nobody makes a root invalid, so however many vCPUs load at once, they share one. */
void vcpu_load_alike(struct kvm *kvm)
{
	struct kvm_vcpu vcpu;
	struct kvm_mmu_page *root;
	int valid = 0;

	lastput_start_vcpu(&vcpu, kvm);
	mmu_alloc_direct_roots(&vcpu);

	read_lock(&kvm->mmu_lock);
	list_for_each_entry(root, &kvm->arch.tdp_mmu_roots, link) {
		if (!root->role.word)
			valid++;
	}
	lastput_assert(valid <= 1, "assert.expectation-fails",
		       "two vCPUs that load at once make a root each: the list has two valid ones of a kind");
	read_unlock(&kvm->mmu_lock);

	kvm_mmu_free_roots(kvm, vcpu.arch.mmu, KVM_MMU_ROOTS_ALL);
}
#endif

/* Nobody else runs, so what a guest relies on has to come true: its fault is fixed, and its next vCPU finds the same root. */
void vcpu_alone(struct kvm *kvm, struct kvm_memory_slot *slot)
{
	struct kvm_vcpu vcpu;
	struct kvm_vcpu next;
	struct kvm_page_fault fault;
	struct kvm_mmu_page *root;
	struct kvm_mmu_page *found;

	lastput_start_vcpu(&vcpu, kvm);
	lastput_start_vcpu(&next, kvm);
	fault.addr = 0;
	fault.gfn = 0;
	fault.slot = slot;

	mmu_alloc_direct_roots(&vcpu);
	root = vcpu.arch.root_mmu.root.hpa;
	kvm_tdp_page_fault(&vcpu, &fault);
	lastput_assert(root->lastput_mapped, "assert.expectation-fails",
		       "a vCPU that runs alone takes a fault in a valid root, and nothing is mapped: it will fault forever");

	mmu_alloc_direct_roots(&next);
	found = next.arch.root_mmu.root.hpa;
	lastput_assert(found == root, "assert.expectation-fails",
		       "a vCPU does not find the valid root that another one made: each builds a page table of its own");

	kvm_mmu_free_roots(kvm, vcpu.arch.mmu, KVM_MMU_ROOTS_ALL);
	kvm_mmu_free_roots(kvm, next.arch.mmu, KVM_MMU_ROOTS_ALL);
}

/* Eager splitting of large pages (before 5.18: making them), the reader that holds a reference for the longest time. */
void reader(struct kvm *kvm, struct kvm_memory_slot *slot)
{
#if PUT == PLAIN || ARGUMENTS == ZAP_SHARED
	kvm_mmu_zap_collapsible_sptes(kvm, slot);
#else
	read_lock(&kvm->mmu_lock);
#if ARGUMENTS == GET_WITH_KVM || ARGUMENTS == GET_ALONE
	kvm_tdp_mmu_zap_collapsible_sptes(kvm, slot);
#else
	kvm_tdp_mmu_try_split_huge_pages(kvm, slot, slot->base_gfn, slot->base_gfn + slot->npages,
					 PG_LEVEL_4K, true);
#endif
	read_unlock(&kvm->mmu_lock);
#endif
}

#if PUT == PLAIN || ARGUMENTS == ZAP_SHARED
void dirty_logging(struct kvm *kvm, struct kvm_memory_slot *slot)
{
	kvm_mmu_slot_remove_write_access(kvm, slot, PG_LEVEL_4K);
}

/* What the guest wrote to is asked for, at last page by page; and a page of its is made read-only for other reasons. */
void dirty_logging_further(struct kvm *kvm, struct kvm_memory_slot *slot)
{
	kvm_mmu_slot_leaf_clear_dirty(kvm, slot);

	write_lock(&kvm->mmu_lock);
	kvm_tdp_mmu_clear_dirty_pt_masked(kvm, slot, slot->base_gfn, 1, false);
#if PUT == PLAIN
	kvm_tdp_mmu_write_protect_gfn(kvm, slot, slot->base_gfn);
#else
	kvm_tdp_mmu_write_protect_gfn(kvm, slot, slot->base_gfn, PG_LEVEL_4K);
#endif
	write_unlock(&kvm->mmu_lock);
}
#else
void dirty_logging(struct kvm *kvm, struct kvm_memory_slot *slot)
{
	read_lock(&kvm->mmu_lock);
	kvm_tdp_mmu_wrprot_slot(kvm, slot, PG_LEVEL_4K);
	read_unlock(&kvm->mmu_lock);
}

/* What the guest wrote to is asked for, at last page by page; and a page of its is made read-only for other reasons. */
void dirty_logging_further(struct kvm *kvm, struct kvm_memory_slot *slot)
{
	read_lock(&kvm->mmu_lock);
	kvm_tdp_mmu_clear_dirty_slot(kvm, slot);
	read_unlock(&kvm->mmu_lock);

	write_lock(&kvm->mmu_lock);
	kvm_tdp_mmu_clear_dirty_pt_masked(kvm, slot, slot->base_gfn, 1, false);
	kvm_tdp_mmu_write_protect_gfn(kvm, slot, slot->base_gfn, PG_LEVEL_4K);
	write_unlock(&kvm->mmu_lock);
}
#endif

/* Nobody else runs: a root that is valid and maps the slot is come by. */
void dirty_logging_alone(struct kvm *kvm, struct kvm_memory_slot *slot)
{
#if PUT == PLAIN || ARGUMENTS == ZAP_SHARED
	kvm_mmu_slot_remove_write_access(kvm, slot, PG_LEVEL_4K);
	lastput_forbid(struct kvm_mmu_page, x->lastput_mapped == 3, "assert.expectation-fails",
		       "dirty logging that runs alone misses a valid root that maps the slot");
#else
	bool found;

	read_lock(&kvm->mmu_lock);
	found = kvm_tdp_mmu_wrprot_slot(kvm, slot, PG_LEVEL_4K);
	read_unlock(&kvm->mmu_lock);
	lastput_assert(found, "assert.expectation-fails",
		       "dirty logging that runs alone misses a valid root that maps the slot");
#endif
}

#if PUT == PLAIN
void ageing(struct kvm *kvm, struct kvm_memory_slot *slot)
{
#if NOTIFIER == GFN
	struct kvm_gfn_range range;

	range.slot = slot;
	range.start = slot->base_gfn;
	range.end = slot->base_gfn + slot->npages;
	range.attr_filter = KVM_FILTER_SHARED;
	range.may_block = false;

	write_lock(&kvm->mmu_lock);
	kvm_age_gfn(kvm, &range);
	write_unlock(&kvm->mmu_lock);
#else
	write_lock(&kvm->mmu_lock);
	kvm_age_hva(kvm, 0, LASTPUT_TABLE_END);
	write_unlock(&kvm->mmu_lock);
#endif
}

#endif

#if PUT == PLAIN || PUT == UNLINK_FIRST
/* The pages stay with the guest. */
void zap_range(struct kvm *kvm, struct kvm_memory_slot *slot)
{
	kvm_zap_gfn_range(kvm, slot->base_gfn, slot->base_gfn + slot->npages);
#if PUT == PLAIN || ARGUMENTS == ZAP_SHARED
	kvm_recover_nx_lpages(kvm);
#endif
}
#endif

#if PUT == UNLINK_ONLY
/* Whether the guest used a page lately: asked for memory that the host wants to give to somebody else. */
void ageing(struct kvm *kvm, struct kvm_memory_slot *slot)
{
	struct kvm_gfn_range range;

	range.slot = slot;
	range.start = slot->base_gfn;
	range.end = slot->base_gfn + slot->npages;
	range.attr_filter = KVM_FILTER_SHARED;
	range.may_block = false;

#if AGEING == RCU
	kvm_age_gfn(kvm, &range);
#else
	write_lock(&kvm->mmu_lock);
	kvm_age_gfn(kvm, &range);
	write_unlock(&kvm->mmu_lock);
#endif
}

/* At the end of a range that is zapped, with the lock held for write: what a fault looked up before is out of date now. */
void lastput_range_zapped(struct kvm *kvm)
{
	lastput_forbid(struct kvm_mmu_page, x->lastput_mapped && !x->role.invalid, "zap.incomplete-on-return",
		       "a range was zapped, and a valid root still maps it");
	kvm->lastput_page_generation++;
}

/* The pages stay with the guest, so nobody relies on the roots that it passes by. */
void zap_range(struct kvm *kvm, struct kvm_memory_slot *slot)
{
	kvm_zap_gfn_range(kvm, slot->base_gfn, slot->base_gfn + slot->npages);
}

/* Nobody else runs: no fault has to wait any more. */
void zap_range_alone(struct kvm *kvm, struct kvm_memory_slot *slot)
{
	zap_range(kvm, slot);
	lastput_assert(!kvm->mmu_notifier_count, "assert.expectation-fails",
		       "a range was zapped, and still every fault is told that it is being zapped: none is ever fixed");
}
#endif

/* The roots were just invalidated, with the lock held for write: the fast zap answers for those that are there now. */
void lastput_roots_invalidated(struct kvm *kvm)
{
	lastput_mark_listed(&kvm->arch.tdp_mmu_roots, lastput_must_zap, true);
}

#if PUT != PLAIN && FAST_ZAP != ZAP_ALL
/* The first half of the fast zap alone: the second has not run yet. */
void invalidate_all(struct kvm *kvm)
{
	mutex_lock(&kvm->slots_lock);
	write_lock(&kvm->mmu_lock);
#if READERS == BY_KIND
	kvm_tdp_mmu_invalidate_roots(kvm, KVM_DIRECT_ROOTS);
#else
	kvm_tdp_mmu_invalidate_all_roots(kvm);
#endif
	write_unlock(&kvm->mmu_lock);
	mutex_unlock(&kvm->slots_lock);
}
#endif

/* A memslot is deleted or moved: once this returns, a notifier no longer finds what the old roots still map. */
void fast_zap(struct kvm *kvm)
{
	mutex_lock(&kvm->slots_lock);
	/* From here on no fault finds the slot; further roots that are made until it invalidates are marked then. */
	lastput_mark_listed(&kvm->arch.tdp_mmu_roots, lastput_must_zap, true);
	kvm_mmu_zap_all_fast(kvm);
#if PUT == UNLINK_FIRST
	/* Whoever walks beside it has let go of the entries that it keeps for itself for a moment: those map nothing. */
	write_lock(&kvm->mmu_lock);
#endif
	lastput_forbid(struct kvm_mmu_page, x->lastput_must_zap && x->lastput_mapped && !x->role.is_mirror, "zap.incomplete-on-return",
		       "the fast zap returns while a root that was listed when it invalidated them still maps something");
#if PUT == UNLINK_FIRST
	write_unlock(&kvm->mmu_lock);
#endif
	mutex_unlock(&kvm->slots_lock);
}

/*
 * A memslot goes, and whoever did without KVM's old ways has only that unmapped, not every root zapped. Once this returns
 * no notifier finds what is still mapped, in whichever root; no fault maps it any more.
 */
void delete_slot(struct kvm *kvm, struct kvm_memory_slot *slot)
{
	mutex_lock(&kvm->slots_lock);
	kvm_arch_flush_shadow_memslot(kvm, slot);
	lastput_forbid(struct kvm_mmu_page, x->lastput_mapped, "zap.incomplete-on-return",
		       "a memslot is gone while a root still maps some of it");
	mutex_unlock(&kvm->slots_lock);
}

/* Twice one after the other, as when two slots go. What the first left must be nothing to the second. */
void fast_zap_twice(struct kvm *kvm)
{
	fast_zap(kvm);
	fast_zap(kvm);
}

/*
 * The host takes a page back. While the count is raised and after the sequence moved, no fault maps it; when the lock
 * is dropped at the end the page is gone, whoever still maps it.
 */
void notifier_unmap(struct kvm *kvm, struct kvm_memory_slot *slot)
{
	struct kvm_gfn_range range;

	range.slot = slot;
	range.start = slot->base_gfn;
	range.end = slot->base_gfn + slot->npages;
	range.attr_filter = KVM_FILTER_SHARED;
	range.may_block = true;

	write_lock(&kvm->mmu_lock);
	lastput_invalidate_begin(kvm, &range);
#if NOTIFIER == HVA
	kvm_unmap_hva_range(kvm, 0, LASTPUT_TABLE_END, 0);
#else
	kvm_unmap_gfn_range(kvm, &range);
#endif
	if (LASTPUT_DEEP)
		lastput_forbid(struct kvm_mmu_page, (x->lastput_mapped == 1 || x->lastput_mapped == 3),
			       "zap.incomplete-on-return",
			       "an mmu_notifier gives the page back while a page table still maps it");
	else
		lastput_forbid(struct kvm_mmu_page,
			       x->lastput_mapped && !x->role.is_mirror && (x->tdp_mmu_root_count == 0 || !lastput_listed(x)),
			       "zap.unreachable-while-yielding",
			       "an mmu_notifier has unmapped all roots that it finds, and a root that it cannot find still maps the page");
#if READERS == BY_KIND
	/* No zap touches what an entry maps any more, but a vCPU that has not left the root yet may. */
	if (!LASTPUT_DEEP)
		lastput_forbid(struct kvm_mmu_page, x->lastput_mapped && !x->role.is_mirror, "zap.incomplete-on-return",
			       "an mmu_notifier returns while a root still maps the page that the host takes back");
#endif
	kvm->lastput_pfn = !kvm->lastput_pfn;
	kvm->lastput_page_generation++;
	write_unlock(&kvm->mmu_lock);

	write_lock(&kvm->mmu_lock);
	lastput_invalidate_end(kvm, &range);
	write_unlock(&kvm->mmu_lock);
}

#if READERS == BY_KIND
/* A vCPU of a guest that keeps memory to itself: it has a root of each kind, and may touch memory of either. */
void vcpu_of_both_kinds(struct kvm *kvm, struct kvm_memory_slot *slot)
{
	struct kvm_vcpu vcpu;
	struct kvm_page_fault fault;

	lastput_start_vcpu(&vcpu, kvm);
	fault.addr = lastput_choose("the memory is the guest's own");
	fault.gfn = 0;
	fault.slot = slot;

	mmu_alloc_direct_roots(&vcpu);
	kvm_tdp_page_fault(&vcpu, &fault);
	kvm_mmu_destroy(&vcpu);
}

/* Nobody else runs: each memory comes to be in the root of its kind, and the next vCPU finds the same roots. */
void vcpu_of_both_kinds_alone(struct kvm *kvm, struct kvm_memory_slot *slot)
{
	struct kvm_vcpu vcpu;
	struct kvm_vcpu next;
	struct kvm_page_fault fault;
	struct kvm_mmu_page *root;
	struct kvm_mmu_page *mirror;
	struct kvm_mmu_page *found;

	lastput_start_vcpu(&vcpu, kvm);
	lastput_start_vcpu(&next, kvm);
	fault.addr = 1;
	fault.gfn = 0;
	fault.slot = slot;

	mmu_alloc_direct_roots(&vcpu);
	root = vcpu.arch.root_mmu.root.hpa;
	mirror = vcpu.arch.root_mmu.mirror_root_hpa;
	lastput_assert(!root->role.is_mirror && mirror->role.is_mirror, "assert.expectation-fails",
		       "a vCPU has a root of the wrong kind: the processor is given a page table that is not what it has");
	kvm_tdp_page_fault(&vcpu, &fault);
	lastput_assert(mirror->lastput_mapped && !root->lastput_mapped, "assert.expectation-fails",
		       "a fault of memory that the guest keeps to itself maps it in the wrong root, or in none");

	mmu_alloc_direct_roots(&next);
	found = next.arch.root_mmu.mirror_root_hpa;
	lastput_assert(found == mirror, "assert.expectation-fails",
		       "a vCPU does not find the mirror that another one made: there is one for the whole guest");

	kvm_mmu_destroy(&vcpu);
	kvm_mmu_destroy(&next);
}

/* User space gives away memory that the guest keeps to itself; when the lock is dropped at the end it is gone. */
void private_unmap(struct kvm *kvm, struct kvm_memory_slot *slot)
{
	struct kvm_gfn_range range;

	range.slot = slot;
	range.start = slot->base_gfn;
	range.end = slot->base_gfn + slot->npages;
	range.attr_filter = KVM_FILTER_PRIVATE;
	range.may_block = true;

	write_lock(&kvm->mmu_lock);
	lastput_invalidate_begin(kvm, &range);
	kvm_unmap_gfn_range(kvm, &range);
	lastput_forbid(struct kvm_mmu_page, x->lastput_mapped && x->role.is_mirror, "zap.incomplete-on-return",
		       "memory that the guest kept to itself is freed while a mirror still maps it");
	kvm->lastput_page_generation++;
	write_unlock(&kvm->mmu_lock);

	write_lock(&kvm->mmu_lock);
	lastput_invalidate_end(kvm, &range);
	write_unlock(&kvm->mmu_lock);
}
#endif

/* The address space of the process goes away: no vCPU runs, and nothing may be mapped when this returns. */
void zap_all(struct kvm *kvm)
{
	kvm_arch_flush_shadow_all(kvm);
	if (LASTPUT_DEEP)
		lastput_nothing_mapped();
	else
		lastput_forbid(struct kvm_mmu_page, x->lastput_mapped && !x->role.is_mirror, "zap.incomplete-on-return",
			       "zap-all returns while a root still maps something");
}

/* A VM that never runs. */
void vm_open_close(struct kvm *kvm)
{
	kvm_mmu_init_tdp_mmu(kvm);
	kvm_put_kvm(kvm);
}

/* The last file descriptor of the VM is closed. */
void vm_close(struct kvm *kvm)
{
	kvm_put_kvm(kvm);
}

/* A vCPU lets go of its root and is closed, and with it goes its reference to the VM. */
void vcpu_put_close(struct kvm *kvm, struct kvm_mmu_page *root)
{
	lastput_free_root(kvm, root);
	kvm_put_kvm(kvm);
}

/* What only some releases have: their scenarios name the functions that they need. */

/* Dirty logging with the processor's own log, a whole slot at a time. */
void dirty_logging_clear(struct kvm *kvm, struct kvm_memory_slot *slot)
{
	read_lock(&kvm->mmu_lock);
	kvm_tdp_mmu_clear_dirty_slot(kvm, slot);
	read_unlock(&kvm->mmu_lock);
}

/* Page by page, as user space asks for it; or a page that one of the guest's own page tables is in. */
void dirty_logging_pages(struct kvm *kvm, struct kvm_memory_slot *slot)
{
	gfn_t start = slot->base_gfn;

	write_lock(&kvm->mmu_lock);
	if (lastput_choose("what was written is asked for")) {
		kvm_tdp_mmu_try_split_huge_pages(kvm, slot, start, start + slot->npages, PG_LEVEL_4K, false);
		kvm_tdp_mmu_clear_dirty_pt_masked(kvm, slot, start, 1, true);
	} else {
		kvm_tdp_mmu_write_protect_gfn(kvm, slot, start, PG_LEVEL_4K);
	}
	write_unlock(&kvm->mmu_lock);
}

/* Dirty logging ended: small pages may become large ones again. */
void collapse(struct kvm *kvm, struct kvm_memory_slot *slot)
{
	read_lock(&kvm->mmu_lock);
	kvm_tdp_mmu_zap_collapsible_sptes(kvm, slot);
	read_unlock(&kvm->mmu_lock);
}

void test_ageing(struct kvm *kvm, struct kvm_memory_slot *slot)
{
	struct kvm_gfn_range range;

	range.slot = slot;
	range.start = slot->base_gfn;
	range.end = slot->base_gfn + slot->npages;
	range.attr_filter = KVM_FILTER_SHARED;

	write_lock(&kvm->mmu_lock);
	kvm_tdp_mmu_test_age_gfn(kvm, &range);
	write_unlock(&kvm->mmu_lock);
}

/* The host puts another page in the place of one, and takes that back when this returns. */
void change_page(struct kvm *kvm, struct kvm_memory_slot *slot)
{
	struct kvm_gfn_range range;

	range.slot = slot;
	range.start = slot->base_gfn;
	range.end = slot->base_gfn + 1;

	write_lock(&kvm->mmu_lock);
	lastput_invalidate_begin(kvm, &range);
	kvm_tdp_mmu_set_spte_gfn(kvm, &range);
	kvm->lastput_pfn = !kvm->lastput_pfn;
	kvm->lastput_page_generation++;
	write_unlock(&kvm->mmu_lock);

	write_lock(&kvm->mmu_lock);
	lastput_invalidate_end(kvm, &range);
	write_unlock(&kvm->mmu_lock);
}

/* A vCPU looks at its page table without the lock: for a fault that only lacks a bit, and to tell what is mapped. */
void lockless_walk(struct kvm *kvm)
{
	struct kvm_vcpu vcpu;
	u64 sptes[PT64_ROOT_MAX_LEVEL];
	int root_level;
	u64 spte;

	lastput_start_vcpu(&vcpu, kvm);

	mmu_alloc_direct_roots(&vcpu);

	rcu_read_lock();
	kvm_tdp_mmu_get_walk(&vcpu, 0, sptes, &root_level);
	kvm_tdp_mmu_fast_pf_get_last_sptep(&vcpu, 0, &spte);
	rcu_read_unlock();

	kvm_mmu_free_roots(kvm, vcpu.arch.mmu, KVM_MMU_ROOTS_ALL);
}

/* A page table that only is there to keep pages small goes, where some root has one; the variable stands for it. */
void zap_small_pages(struct kvm *kvm)
{
	struct kvm_mmu_page table;
	struct kvm_mmu_page *root;

	write_lock(&kvm->mmu_lock);
	rcu_read_lock();
	list_for_each_entry(root, &kvm->arch.tdp_mmu_roots, link) {
		if (is_shadow_present_pte(kvm_tdp_mmu_read_spte(root))) {
			table.ptep = root;
			table.role.level = PG_LEVEL_4K;
			kvm_tdp_mmu_zap_sp(kvm, &table);
		}
	}
	rcu_read_unlock();
	write_unlock(&kvm->mmu_lock);
}
