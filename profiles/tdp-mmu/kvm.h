/* SPDX-License-Identifier: MIT */
/*
 * The types of KVM's MMU as far as the life of a TDP MMU root goes. Names are the kernel's, for patches are laid on
 * them; what begins with lastput_ is ours.
 *
 * A page table is one entry, `lastput_mapped`, in its root. A second entry is never present; it stands for the rest of
 * the table, in which a walk may still yield. The pointer to a page table, its physical address and the pointer to an
 * entry are all the root itself. There are no tables below: the entry is at the lowest level and yet may be a large page,
 * for it stands for the entries of all levels.
 *
 * Where a scenario asks for two levels, the root's entry may lead to a table below it that has one entry as well. Such a
 * table is number 2 or more, and an entry that leads to it is 8 and its number from there on.
 *
 * What an entry is: bit 0 says that it is present, bit 1 that the guest may write, bit 2 is the page of the host. That
 * is another page each time after the host took one back, so two of them are enough to tell an old one from a new one.
 */
#ifndef LASTPUT_KVM_H
#define LASTPUT_KVM_H

#define KVM_ADDRESS_SPACE_NUM 1
#define PG_LEVEL_4K 1
#define PG_LEVEL_2M 2
#define PG_LEVEL_1G 3
#define PG_LEVEL_NUM 5
#define KVM_MAX_HUGEPAGE_LEVEL PG_LEVEL_1G
#define PT64_ROOT_MAX_LEVEL 5
#define KVM_PAGES_PER_HPAGE(level) 1
#define SPTE_ENT_PER_PAGE 1
#define PT64_ENT_PER_PAGE 1
#define PAGE_SHIFT 0
#define PAGE_SIZE 1
/* The guest's memory has as many pages as a page table has entries. */
#define shadow_phys_bits 1
#define BITS_PER_LONG 64
#define ACC_ALL 7

#define PT_WRITABLE_MASK 2
#define SHADOW_NONPRESENT_VALUE 0
#define REMOVED_SPTE 2
#define FROZEN_SPTE 2
#define LASTPUT_PRESENT 1
#define LASTPUT_PFN_SHIFT 2
/* Where the guest's memory ends: the second entry is the last. */
#define LASTPUT_TABLE_END 2

/* The hardware sets these again whenever it likes, so nobody finds them clear. */
#define shadow_accessed_mask 0
#define shadow_dirty_mask 0
#define shadow_mmu_writable_mask 0

#define RET_PF_CONTINUE 0
#define RET_PF_RETRY 1
#define RET_PF_EMULATE 2
#define RET_PF_INVALID 4
#define RET_PF_FIXED 5
#define RET_PF_SPURIOUS 6

#define KVM_REQ_MMU_FREE_OBSOLETE_ROOTS 31

typedef u64 gfn_t;
typedef u64 kvm_pfn_t;
typedef u64 hpa_t;
typedef struct kvm_mmu_page *tdp_ptep_t;

/* What scenarios have otherwise: how many levels a page table has. */
struct lastput_view {
	int levels;
};

struct lastput_view lastput_view;

#define LASTPUT_DEEP (lastput_view.levels > 1)
/* An entry that leads to the table of that number, which is the first that can be below a root. */
#define LASTPUT_TABLE 8
#define LASTPUT_FIRST_TABLE 2

union kvm_mmu_page_role {
	u32 word;
	struct {
		unsigned level:4;
		unsigned smm:8;
		unsigned invalid:1;
		unsigned is_mirror:1;
	};
};

struct kvm_mmu_page {
	struct list_head link;
	union kvm_mmu_page_role role;
	bool tdp_mmu_page;
	gfn_t gfn;
	struct kvm_mmu_page *spt;
	/* The entry that points to it: a root has none. */
	struct kvm_mmu_page *ptep;
	/* Up to 5.12. */
	int root_count;
	refcount_t tdp_mmu_root_count;
	struct rcu_head rcu_head;
	struct work_struct tdp_mmu_async_work;
	void *tdp_mmu_async_data;
	bool tdp_mmu_scheduled_root_to_zap;
	/* What the vendor's side has of a mirror; it is none of ours. */
	void *external_spt;

	/* The first entry of the page table. */
	u64 lastput_mapped;
	/* The fast zap that runs answers for this root. */
	bool lastput_must_zap;
	/* It is below a root, and no entry leads to it any more. */
	bool lastput_removed;
};

struct kvm_memory_slot {
	gfn_t base_gfn;
	u64 npages;
	unsigned long userspace_addr;
	int as_id;
};

struct kvm_arch {
	struct list_head tdp_mmu_roots;
	struct list_head tdp_mmu_pages;
	struct list_head active_mmu_pages;
	unsigned long mmu_valid_gen;
	unsigned long vm_type;
	spinlock_t tdp_mmu_pages_lock;
	struct workqueue_struct *tdp_mmu_zap_wq;
	bool tdp_mmu_enabled;
};

struct kvm {
	rwlock_t mmu_lock;
	struct mutex slots_lock;
	refcount_t users_count;
	long mmu_notifier_count;
	unsigned long mmu_notifier_seq;
	u64 mmu_invalidate_range_start;
	u64 mmu_invalidate_range_end;
	struct kvm_arch arch;

	int created_vcpus;

	/* The page of the host that is the guest's now. */
	kvm_pfn_t lastput_pfn;
	/* How often what a fault had looked up went out of date. */
	u64 lastput_page_generation;
	/* The roots that a vCPU holds which does not run: only the destruction of the VM puts them. */
	struct kvm_mmu_page *lastput_kept_root;
	struct kvm_mmu_page *lastput_kept_mirror;
	/* The guest keeps some of its memory to itself. */
	bool lastput_has_mirror;
	/* The guest may run code in small pages only. */
	bool lastput_small_code;
};

/* Up to 5.17 what a vCPU looks a root up by is `mmu_role.base`, from then on `root_role`. */
union kvm_mmu_role {
	union kvm_mmu_page_role base;
};

struct kvm_mmu_root_info {
	struct kvm_mmu_page *hpa;
};

/* Up to 5.17 the root is `root_hpa`, from then on `root.hpa`. */
struct kvm_mmu {
	struct kvm_mmu_page *root_hpa;
	struct kvm_mmu_root_info root;
	struct kvm_mmu_page *mirror_root_hpa;
	union kvm_mmu_page_role root_role;
	union kvm_mmu_role mmu_role;
};

struct kvm_mmu_memory_cache {
	int nobjs;
};

struct kvm_vcpu_arch {
	struct kvm_mmu *mmu;
	struct kvm_mmu root_mmu;
	struct kvm_mmu_memory_cache mmu_page_header_cache;
	struct kvm_mmu_memory_cache mmu_shadow_page_cache;
	struct kvm_mmu_memory_cache mmu_external_spt_cache;
};

struct kvm_vcpu {
	struct kvm *kvm;
	struct kvm_vcpu_arch arch;
};

struct kvm_page_fault {
	u64 addr;
	gfn_t gfn;
	int goal_level;
	int req_level;
	bool write;
	bool prefetch;
	bool map_writable;
	bool huge_page_disallowed;
	bool nx_huge_page_workaround_enabled;
	unsigned long mmu_seq;
	struct kvm_memory_slot *slot;
	kvm_pfn_t pfn;
	/* When the page was looked up. */
	u64 lastput_generation;
};

/* Which of the guest's memory: what it keeps to itself, what it shares with the host, or both. */
enum kvm_gfn_range_filter {
	KVM_FILTER_SHARED = 1,
	KVM_FILTER_PRIVATE = 2,
};

struct kvm_gfn_range {
	struct kvm_memory_slot *slot;
	gfn_t start;
	gfn_t end;
	enum kvm_gfn_range_filter attr_filter;
	bool may_block;
};

struct kmem_cache *mmu_page_header_cache;
/* There is one VM, and one slot. */
struct kvm *lastput_kvm;
struct kvm_memory_slot *lastput_slot;

/* Before 6.3 each VM had its own. */
#define tdp_mmu_enabled true
#define tdp_enabled true

#define __pa(table) (table)
#define to_shadow_page(table) (table)
#define root_to_sp(table) (table)
#define sptep_to_sp(entry) (entry)

static inline int kvm_mmu_page_as_id(struct kvm_mmu_page *sp)
{
	return 0;
}

static inline int kvm_mmu_role_as_id(union kvm_mmu_page_role role)
{
	return 0;
}

static inline bool is_tdp_mmu_page(struct kvm_mmu_page *sp)
{
	return true;
}

static inline bool is_tdp_mmu_enabled(struct kvm *kvm)
{
	return true;
}

/*
 * A guest may keep memory to itself: its roots are of two kinds then. A mirror root maps what the guest keeps, which no
 * process of the host has mapped, so no mmu_notifier takes it back.
 */

static inline bool is_mirror_sp(const struct kvm_mmu_page *sp)
{
	return sp->role.is_mirror;
}

static inline bool is_mirror_sptep(tdp_ptep_t sptep)
{
	return is_mirror_sp(sptep);
}

static inline bool kvm_has_mirrored_tdp(const struct kvm *kvm)
{
	return kvm->lastput_has_mirror;
}

/* The address says which memory it is: all but the lowest is the guest's own, where there is such memory. */
static inline bool kvm_is_addr_direct(struct kvm *kvm, gpa_t gpa)
{
	return !gpa;
}

static inline bool kvm_is_gfn_alias(struct kvm *kvm, gfn_t gfn)
{
	return false;
}

/* The host does not put another page in the place of one that the guest keeps to itself. */
static inline kvm_pfn_t lastput_page_of(struct kvm_vcpu *vcpu, struct kvm_page_fault *fault)
{
	return kvm_is_addr_direct(vcpu->kvm, fault->addr) ? lastput_kvm->lastput_pfn : 0;
}

static inline gfn_t kvm_gfn_direct_bits(const struct kvm *kvm)
{
	return 0;
}

static inline gfn_t kvm_gfn_root_bits(const struct kvm *kvm, const struct kvm_mmu_page *root)
{
	return 0;
}

static inline void kvm_mmu_alloc_external_spt(struct kvm_vcpu *vcpu, struct kvm_mmu_page *sp)
{
}

/* What processors do in ways of their own changes no root, and is taken to succeed. */
static inline int lastput_vendor(void)
{
	return 0;
}

#define kvm_x86_call(operation) lastput_vendor
#define static_call(operation) lastput_vendor

/* Entries: what spte.h, mmu_internal.h and the host's side of KVM say of them. */

static inline bool is_shadow_present_pte(u64 pte)
{
	if (LASTPUT_DEEP)
		return pte & (LASTPUT_PRESENT | LASTPUT_TABLE);
	return pte & LASTPUT_PRESENT;
}

static inline bool is_large_pte(u64 pte)
{
	return !LASTPUT_DEEP || !(pte & LASTPUT_TABLE);
}

static inline bool is_last_spte(u64 pte, int level)
{
	return level == PG_LEVEL_4K || is_large_pte(pte);
}

static inline bool is_removed_spte(u64 spte)
{
	return spte == REMOVED_SPTE;
}

static inline bool is_frozen_spte(u64 spte)
{
	return spte == FROZEN_SPTE;
}

static inline bool is_mmio_spte(u64 spte)
{
	return false;
}

static inline bool is_writable_pte(unsigned long pte)
{
	return pte & PT_WRITABLE_MASK;
}

static inline bool is_dirty_spte(u64 spte)
{
	return is_shadow_present_pte(spte);
}

static inline bool is_accessed_spte(u64 spte)
{
	return is_shadow_present_pte(spte);
}

/* The mask says so, and a walk for the dirty bits has to write-protect then: it changes entries. */
static inline bool kvm_ad_enabled(void)
{
	return false;
}

static inline bool spte_ad_enabled(u64 spte)
{
	return true;
}

/* So that a walk which collects what was written changes entries. */
static inline bool spte_ad_need_write_protect(u64 spte)
{
	return true;
}

static inline bool kvm_mmu_page_ad_need_write_protect(struct kvm_mmu_page *sp)
{
	return true;
}

static inline u64 mark_spte_for_access_track(u64 spte)
{
	return spte;
}

static inline void check_spte_writable_invariants(u64 spte)
{
}

static inline gfn_t kvm_mmu_max_gfn(void)
{
	return LASTPUT_TABLE_END - 1;
}

static inline kvm_pfn_t spte_to_pfn(u64 pte)
{
	return pte >> LASTPUT_PFN_SHIFT;
}

/* The page of the host is touched: it must still be the guest's. */
static inline void kvm_set_pfn_dirty(kvm_pfn_t pfn)
{
	lastput_assert(pfn == lastput_kvm->lastput_pfn, "lifetime.use-after-free",
		       "the entry is zapped after the page that it maps was given back to the host");
}

/* Every page that is noted as accessed when its entry goes is noted as dirty as well. */
static inline void kvm_set_pfn_accessed(kvm_pfn_t pfn)
{
}

static inline bool make_spte(struct kvm_vcpu *vcpu, struct kvm_mmu_page *sp,
			     const struct kvm_memory_slot *slot,
			     unsigned int pte_access, gfn_t gfn, kvm_pfn_t pfn,
			     u64 old_spte, bool prefetch, bool can_unsync,
			     bool host_writable, u64 *new_spte)
{
	*new_spte = LASTPUT_PRESENT | PT_WRITABLE_MASK | (pfn << LASTPUT_PFN_SHIFT);
	return false;
}

static inline u64 make_mmio_spte(struct kvm_vcpu *vcpu, u64 gfn, unsigned int access)
{
	return 0;
}

/* Where there are no tables below, one is filled as the entry was that it takes the place of: they are one to us. */
static inline u64 make_nonleaf_spte(u64 *child_pt, bool ad_disabled)
{
	if (LASTPUT_DEEP)
		return LASTPUT_TABLE | (child_pt - LASTPUT_FIRST_TABLE);
	return LASTPUT_PRESENT | PT_WRITABLE_MASK | (lastput_kvm->lastput_pfn << LASTPUT_PFN_SHIFT);
}

static inline u64 make_huge_page_split_spte(struct kvm *kvm, u64 huge_spte,
					    union kvm_mmu_page_role role, int index)
{
	return huge_spte;
}

/* When the host puts another page in the place of one: its own entry for the new page, and ours for that. */

static inline bool pte_huge(pte_t pte)
{
	return false;
}

static inline bool pte_write(pte_t pte)
{
	return lastput_choose("the host may write to the new page");
}

static inline kvm_pfn_t pte_pfn(pte_t pte)
{
	return !lastput_kvm->lastput_pfn;
}

static inline u64 kvm_mmu_changed_pte_notifier_make_spte(u64 old_spte, kvm_pfn_t new_pfn)
{
	return LASTPUT_PRESENT | (new_pfn << LASTPUT_PFN_SHIFT);
}

/*
 * The page of the host is a large one. Where the guest may run code in small ones only, a fault may need a small one there,
 * and the others then do with that. Without tables below the size is not ours.
 */
static inline void kvm_mmu_hugepage_adjust(struct kvm_vcpu *vcpu, struct kvm_page_fault *fault)
{
	fault->goal_level = PG_LEVEL_4K;
	fault->req_level = PG_LEVEL_4K;
	fault->huge_page_disallowed = false;
	if (!LASTPUT_DEEP)
		return;

	fault->req_level = PG_LEVEL_2M;
	if (fault->nx_huge_page_workaround_enabled && lastput_choose("the guest runs code there"))
		fault->huge_page_disallowed = true;
	else
		fault->goal_level = PG_LEVEL_2M;
}

static inline int kvm_mmu_max_mapping_level(struct kvm *kvm, const struct kvm_memory_slot *slot,
					    gfn_t gfn, int max_level)
{
	return PG_LEVEL_2M;
}

static inline void account_huge_nx_page(struct kvm *kvm, struct kvm_mmu_page *sp)
{
}

static inline void unaccount_huge_nx_page(struct kvm *kvm, struct kvm_mmu_page *sp)
{
}

static inline void track_possible_nx_huge_page(struct kvm *kvm, struct kvm_mmu_page *sp)
{
}

static inline void untrack_possible_nx_huge_page(struct kvm *kvm, struct kvm_mmu_page *sp)
{
}

static inline void disallowed_hugepage_adjust(struct kvm_page_fault *fault, u64 spte, int cur_level)
{
	if (cur_level > PG_LEVEL_4K && cur_level == fault->goal_level &&
	    is_shadow_present_pte(spte) && !is_large_pte(spte))
		fault->goal_level--;
}

#define virt_to_page(address) (address)
#define set_page_private(page, private) ((void)0)
#define __ffs(word) 0

#endif
