/* SPDX-License-Identifier: MIT */
/* The walk over a page table: two entries, of which the first may be present, or lead to a table of one entry. */
#ifndef LASTPUT_TDP_ITER_H
#define LASTPUT_TDP_ITER_H

struct tdp_iter {
	struct kvm_mmu_page *sptep;
	gfn_t gfn;
	gfn_t next_last_level_gfn;
	/* Where the walk stood when it last yielded: it goes on before it yields again. */
	gfn_t yielded_gfn;
	u64 old_spte;
	int level;
	int root_level;
	int min_level;
	int as_id;
	bool valid;
#if WALK == RESTARTS
	/* The lock was dropped: the entry has to be read again. */
	bool yielded;
#endif
	/* Ours: it cleared an entry; it came by a place where it may yield. */
	bool lastput_cleared;
	bool lastput_may_yield;
	/* Where the walk began, when there are tables below. */
	struct kvm_mmu_page *lastput_root;
};

static inline u64 kvm_tdp_mmu_read_spte(tdp_ptep_t sptep)
{
	return READ_ONCE(*rcu_dereference(sptep));
}

static inline u64 kvm_tdp_mmu_write_spte_atomic(tdp_ptep_t sptep, u64 new_spte)
{
	return xchg(rcu_dereference(sptep), new_spte);
}

static inline void __kvm_tdp_mmu_write_spte(tdp_ptep_t sptep, u64 new_spte)
{
	WRITE_ONCE(*rcu_dereference(sptep), new_spte);
}

/* The hardware may set bits of a present entry at any time, so what was there is taken away in one step. */
static inline u64 kvm_tdp_mmu_write_spte(tdp_ptep_t sptep, u64 old_spte,
					 u64 new_spte, int level)
{
	return kvm_tdp_mmu_write_spte_atomic(sptep, new_spte);
}

static inline u64 tdp_mmu_clear_spte_bits(tdp_ptep_t sptep, u64 old_spte,
					  u64 mask, int level)
{
	return atomic64_fetch_andnot(mask, rcu_dereference(sptep));
}

static inline u64 tdp_mmu_clear_spte_bits_atomic(tdp_ptep_t sptep, u64 mask)
{
	return atomic64_fetch_andnot(mask, rcu_dereference(sptep));
}

static inline struct kvm_mmu_page *spte_to_child_pt(u64 spte, int level)
{
	if (!LASTPUT_DEEP)
		lastput_not_modelled("page tables below the root");
	return (spte & (LASTPUT_TABLE - 1)) + LASTPUT_FIRST_TABLE;
}

/* The second entry is in the same table, so it is read to touch that, and is never present. */
static inline void tdp_iter_refresh_sptep(struct tdp_iter *iter)
{
	iter->old_spte = kvm_tdp_mmu_read_spte(iter->sptep);
	if (iter->gfn)
		iter->old_spte = 0;
}

static inline void tdp_iter_restart(struct tdp_iter *iter)
{
#if WALK == RESTARTS
	iter->yielded = false;
#endif
	iter->yielded_gfn = iter->next_last_level_gfn;
	iter->level = iter->root_level;
	if (LASTPUT_DEEP)
		iter->sptep = iter->lastput_root;

	tdp_iter_refresh_sptep(iter);

	iter->valid = true;
}

/* Up to 5.12 a walk that yielded began anew by these. */
static inline void tdp_iter_refresh_walk(struct tdp_iter *iter)
{
	tdp_iter_restart(iter);
}

static inline struct kvm_mmu_page *tdp_iter_root_pt(struct tdp_iter *iter)
{
	return iter->sptep;
}

static inline void tdp_iter_start(struct tdp_iter *iter, struct kvm_mmu_page *root, int min_level, gfn_t start)
{
	iter->sptep = root;
	if (LASTPUT_DEEP)
		iter->lastput_root = root;
	iter->gfn = start;
	iter->next_last_level_gfn = start;
	iter->root_level = min_level;
	iter->min_level = min_level;
	iter->lastput_cleared = false;
	iter->lastput_may_yield = false;

	tdp_iter_restart(iter);
	/* There may be any number of entries before the first that matters, so it may yield there as well. */
	iter->yielded_gfn = LASTPUT_TABLE_END;
}

/* The entry may have changed since it was read: it is read again before the walk goes to where it leads. */
static inline bool try_step_down(struct tdp_iter *iter)
{
	if (!LASTPUT_DEEP || iter->level <= iter->min_level)
		return false;

	tdp_iter_refresh_sptep(iter);
	if (!is_shadow_present_pte(iter->old_spte) || is_last_spte(iter->old_spte, iter->level))
		return false;

	iter->sptep = spte_to_child_pt(iter->old_spte, iter->level);
	iter->level--;
	tdp_iter_refresh_sptep(iter);

	return true;
}

static inline bool try_step_side(struct tdp_iter *iter)
{
	/* A table below the root has one entry. */
	if (iter->level < iter->root_level || iter->gfn + 1 == LASTPUT_TABLE_END)
		return false;

	iter->gfn++;
	iter->next_last_level_gfn = iter->gfn;
	tdp_iter_refresh_sptep(iter);

	return true;
}

static inline bool try_step_up(struct tdp_iter *iter)
{
	if (iter->level == iter->root_level)
		return false;

	iter->level++;
	iter->sptep = iter->lastput_root;
	tdp_iter_refresh_sptep(iter);

	return true;
}

static inline void tdp_iter_next(struct tdp_iter *iter)
{
#if WALK == RESTARTS
	if (iter->yielded) {
		tdp_iter_restart(iter);
		return;
	}

#endif
	if (try_step_down(iter))
		return;

	do {
		if (try_step_side(iter))
			return;
	} while (try_step_up(iter));

	iter->valid = false;
}

#define for_each_tdp_pte_min_level(iter, root, min_level, start, end) \
	for (tdp_iter_start(&iter, root, min_level, start); \
	     iter.valid && iter.gfn < end; \
	     tdp_iter_next(&iter))

#define for_each_tdp_pte(iter, root, start, end) \
	for_each_tdp_pte_min_level(iter, root, PG_LEVEL_4K, start, end)

#if READERS == BY_KIND
/* Where a guest's own memory is told by its address, with the VM as well, which knows the bits that tell. */
#define for_each_tdp_pte_min_level(iter, kvm, root, min_level, start, end) \
	for_each_tdp_pte_min_level(iter, root, min_level, start, end)

#define for_each_tdp_pte_min_level_all(iter, root, min_level) \
	for_each_tdp_pte_min_level(iter, root, min_level, 0, LASTPUT_TABLE_END)

#define for_each_tdp_pte(iter, kvm, root, start, end) \
	for_each_tdp_pte_min_level(iter, root, PG_LEVEL_4K, start, end)
#else
/* Up to 5.17 with the page table and its level in the place of the root. */
#define for_each_tdp_pte_min_level(iter, table, root_level, min_level, start, end) \
	for_each_tdp_pte_min_level(iter, table, min_level, start, end)

#define for_each_tdp_pte(iter, table, root_level, start, end) \
	for_each_tdp_pte_min_level(iter, table, PG_LEVEL_4K, start, end)
#endif

#endif
