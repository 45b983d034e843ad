/* SPDX-License-Identifier: MIT */
/*
 * The types of KVM's MMU as far as the life of a TDP MMU root goes. Names are the kernel's, for patches are laid on
 * them; what begins with lastput_ is ours.
 *
 * A page table is one bit, `lastput_mapped`, in its root: the page of the host that the one entry maps. A second
 * entry is never present; it stands for the rest of the table, in which a walk may still yield. The pointer to a
 * page table, its physical address and the pointer to an entry are all the root itself.
 */
#ifndef LASTPUT_KVM_H
#define LASTPUT_KVM_H

#define KVM_ADDRESS_SPACE_NUM 1
#define PG_LEVEL_4K 1
#define PG_LEVEL_1G 3
#define PT_WRITABLE_MASK 2
#define SHADOW_NONPRESENT_VALUE 0

#define RET_PF_RETRY 0
#define RET_PF_FIXED 4
#define RET_PF_SPURIOUS 5

#define KVM_REQ_MMU_FREE_OBSOLETE_ROOTS 31

typedef u64 gfn_t;

union kvm_mmu_page_role {
	u32 word;
	struct {
		unsigned level:4;
		unsigned smm:8;
		unsigned invalid:1;
	};
};

struct kvm_mmu_page {
	struct list_head link;
	union kvm_mmu_page_role role;
	bool tdp_mmu_page;
	gfn_t gfn;
	struct kvm_mmu_page *spt;
	refcount_t tdp_mmu_root_count;
	struct rcu_head rcu_head;
	struct work_struct tdp_mmu_async_work;
	void *tdp_mmu_async_data;
	bool tdp_mmu_scheduled_root_to_zap;

	/* The first entry of the page table. */
	u64 lastput_mapped;
	/* The host took the page back while the entry still mapped it. */
	bool lastput_page_gone;
	/* The fast zap that runs answers for this root. */
	bool lastput_must_zap;
};

struct kvm_memory_slot {
	gfn_t base_gfn;
	u64 npages;
	int as_id;
};

struct kvm_arch {
	struct list_head tdp_mmu_roots;
	struct list_head tdp_mmu_pages;
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
	struct kvm_arch arch;

	/* How many pages the host took back. */
	u64 lastput_page_generation;
	/* The root that a vCPU holds which does not run: only the destruction of the VM puts it. */
	struct kvm_mmu_page *lastput_kept_root;
};

struct kvm_mmu_root_info {
	struct kvm_mmu_page *hpa;
};

/* Up to 5.17 the root is `root_hpa`, from then on `root.hpa`. */
struct kvm_mmu {
	struct kvm_mmu_page *root_hpa;
	struct kvm_mmu_root_info root;
	union kvm_mmu_page_role root_role;
};

struct kvm_mmu_memory_cache {
	int nobjs;
};

struct kvm_vcpu_arch {
	struct kvm_mmu root_mmu;
	struct kvm_mmu_memory_cache mmu_page_header_cache;
};

struct kvm_vcpu {
	struct kvm *kvm;
	struct kvm_vcpu_arch arch;
};

struct kvm_page_fault {
	gfn_t gfn;
	int goal_level;
	unsigned long mmu_seq;
	struct kvm_memory_slot *slot;
	/* The page of the host that was looked up: how many had been given back by then. */
	u64 lastput_generation;
};

struct kvm_gfn_range {
	struct kvm_memory_slot *slot;
	gfn_t start;
	gfn_t end;
	bool may_block;
};

struct kmem_cache *mmu_page_header_cache;

/* Before 6.3 each VM had its own. */
#define tdp_mmu_enabled true

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

static inline bool is_shadow_present_pte(u64 pte)
{
	return pte != 0;
}

/* The one entry maps memory; tables below the root are not modelled. */
static inline bool is_last_spte(u64 pte, int level)
{
	return true;
}

#endif
