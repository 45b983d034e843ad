/* SPDX-License-Identifier: MIT */
/*
 * What the callers of the TDP MMU deal with beside it, as far as they may come by it: the shadow MMU, which has no pages
 * here, the pages of the host, and what vCPUs are asked for.
 */
#ifndef LASTPUT_CALLERS_H
#define LASTPUT_CALLERS_H

#define KVM_MEMSLOT_INVALID 1
#define APIC_ACCESS_PAGE_PRIVATE_MEMSLOT 2

#define INVALID_PAGE 0
#define VALID_PAGE(root) ((root) != INVALID_PAGE)
#define INVALID_GPA 7

/* Which kind of memory it is makes no difference. */
#define shadow_memtype_mask 0

/* The address of a page table is the root itself. */
#define SPTE_BASE_ADDR_MASK (~0ULL)
#define PT64_BASE_ADDR_MASK (~0ULL)

/* The root of a vCPU has all levels that there are. */
#define PT64_ROOT_4LEVEL 4
#define PT64_BASE_ADDR_MASK (~0ULL)

/* A vCPU has its current root and no others; more of them are more vCPUs. */
#define KVM_MMU_NUM_PREV_ROOTS 0
#define KVM_MMU_ROOT_CURRENT 1
#define KVM_MMU_ROOTS_ALL 1

/* No root stands for none. */
#define my_zero_pfn(address) 0
#define is_zero_pfn(pfn) false

static inline bool kvm_mmu_is_dummy_root(struct kvm_mmu_page *root)
{
	return false;
}

static inline bool is_tdp_mmu(struct kvm_mmu *mmu)
{
	return true;
}

static inline bool slot_handle_leaf(struct kvm *kvm, const struct kvm_memory_slot *memslot,
				    void *fn, bool flush_on_yield)
{
	return false;
}

static inline bool slot_handle_level(struct kvm *kvm, const struct kvm_memory_slot *memslot,
				     void *fn, int start_level, int end_level, bool flush_on_yield)
{
	return false;
}

static inline bool slot_handle_level_range(struct kvm *kvm, const struct kvm_memory_slot *memslot,
					   void *fn, int start_level, int end_level,
					   gfn_t start_gfn, gfn_t end_gfn, bool flush_on_yield)
{
	return false;
}

static inline int kvm_handle_hva_range(struct kvm *kvm, unsigned long start, unsigned long end,
				       unsigned long data, void *handler)
{
	return 0;
}

static inline bool kvm_memslots_have_rmaps(struct kvm *kvm)
{
	return false;
}

static inline int make_mmu_pages_available(struct kvm_vcpu *vcpu)
{
	return 0;
}

static inline bool kvm_rmap_zap_gfn_range(struct kvm *kvm, gfn_t gfn_start, gfn_t gfn_end)
{
	return false;
}

static inline bool page_fault_handle_page_track(struct kvm_vcpu *vcpu, struct kvm_page_fault *fault)
{
	return false;
}

/* It sets bits of an entry that is there, and maps nothing. */
static inline int fast_page_fault(struct kvm_vcpu *vcpu, struct kvm_page_fault *fault)
{
	return RET_PF_INVALID;
}

static inline int mmu_topup_memory_caches(struct kvm_vcpu *vcpu, bool maybe_indirect)
{
	return 0;
}

/* The page of the host is looked up; that may sleep. */
static inline int __kvm_faultin_pfn(struct kvm_vcpu *vcpu, struct kvm_page_fault *fault)
{
	fault->pfn = lastput_page_of(vcpu, fault);
	return RET_PF_CONTINUE;
}

static inline int __kvm_mmu_faultin_pfn(struct kvm_vcpu *vcpu, struct kvm_page_fault *fault)
{
	return __kvm_faultin_pfn(vcpu, fault);
}

/* The guest writes. */
static inline bool is_access_allowed(struct kvm_page_fault *fault, u64 spte)
{
	return is_writable_pte(spte);
}

static inline bool spte_permission_fault(struct kvm_mmu *mmu, u64 spte, struct kvm_page_fault *fault)
{
	return !is_writable_pte(spte);
}

static inline int handle_abnormal_pfn(struct kvm_vcpu *vcpu, struct kvm_page_fault *fault, unsigned int access)
{
	return RET_PF_CONTINUE;
}

static inline kvm_pfn_t __gfn_to_pfn_memslot(const struct kvm_memory_slot *slot, gfn_t gfn,
					     bool atomic, bool interruptible, bool *async,
					     bool write_fault, bool *writable, u64 *hva)
{
	return lastput_kvm->lastput_pfn;
}

static inline bool kvm_is_visible_memslot(struct kvm_memory_slot *slot)
{
	return true;
}

static inline bool kvm_arch_setup_async_pf(struct kvm_vcpu *vcpu, u64 addr, gfn_t gfn)
{
	return false;
}

static inline bool kvm_find_async_pf_gfn(struct kvm_vcpu *vcpu, gfn_t gfn)
{
	return false;
}

static inline bool kvm_can_do_async_pf(struct kvm_vcpu *vcpu)
{
	return false;
}

/* Only the shadow MMU's faults come there. */
static inline int direct_map(struct kvm_vcpu *vcpu, struct kvm_page_fault *fault)
{
	return RET_PF_RETRY;
}

/* Memory of a file of the guest's own is looked up there; no slot has nothing but that. */

static inline bool kvm_memslot_is_gmem_only(const struct kvm_memory_slot *slot)
{
	return false;
}

static inline int kvm_gmem_get_pfn(struct kvm *kvm, struct kvm_memory_slot *slot, gfn_t gfn,
				   kvm_pfn_t *pfn, struct page **page, int *max_order)
{
	*pfn = kvm->lastput_pfn;
	return 0;
}

static inline bool is_error_pfn(kvm_pfn_t pfn)
{
	return false;
}

static inline bool is_noslot_pfn(kvm_pfn_t pfn)
{
	return false;
}

static inline void kvm_mmu_prepare_memory_fault_exit(struct kvm_vcpu *vcpu, struct kvm_page_fault *fault)
{
}

static inline bool kvm_mem_is_private(struct kvm *kvm, gfn_t gfn)
{
	return false;
}

static inline struct kvm_memory_slot *kvm_vcpu_gfn_to_memslot(struct kvm_vcpu *vcpu, gfn_t gfn)
{
	return lastput_slot;
}

static inline void kvm_make_request(int request, struct kvm_vcpu *vcpu)
{
}

static inline bool kvm_test_request(int request, struct kvm_vcpu *vcpu)
{
	return false;
}

static inline int kvm_handle_noslot_fault(struct kvm_vcpu *vcpu, struct kvm_page_fault *fault, unsigned int access)
{
	return RET_PF_EMULATE;
}

static inline int kvm_handle_error_pfn(struct kvm_vcpu *vcpu, struct kvm_page_fault *fault)
{
	return RET_PF_EMULATE;
}

static inline bool __kvm_mmu_prepare_zap_page(struct kvm *kvm, struct kvm_mmu_page *sp,
					      struct list_head *invalid_list, int *nr_zapped)
{
	return false;
}

static inline bool kvm_mmu_prepare_zap_page(struct kvm *kvm, struct kvm_mmu_page *sp,
					    struct list_head *invalid_list)
{
	return false;
}

static inline void kvm_zap_obsolete_pages(struct kvm *kvm)
{
}

static inline void mmu_free_vm_memory_caches(struct kvm *kvm)
{
}

#define KVM_X86_DEFAULT_VM 0
#define KVM_X86_QUIRK_SLOT_ZAP_ALL 1

/* What a VMM asked for is not ours: both ways are run. */
static inline bool kvm_check_has_quirk(struct kvm *kvm, u64 quirk)
{
	return !kvm->lastput_has_mirror && lastput_choose("the VMM left KVM's old ways as they are");
}

static inline void kvm_mmu_remote_flush_or_zap(struct kvm *kvm, struct list_head *invalid_list, bool remote_flush)
{
}

static inline bool is_guest_mode(struct kvm_vcpu *vcpu)
{
	return false;
}

/* The end of the VM: what goes with it beside its roots. */

static inline void vcpu_load(struct kvm_vcpu *vcpu)
{
}

static inline void vcpu_put(struct kvm_vcpu *vcpu)
{
}

static inline void *__x86_set_memory_region(struct kvm *kvm, int id, gpa_t gpa, u32 size)
{
	return NULL;
}

static inline void kvm_destroy_vm_debugfs(struct kvm *kvm)
{
}

static inline void kvm_uevent_notify_change(unsigned int type, struct kvm *kvm)
{
}

static inline void kvm_free_msr_filter(struct kvm_x86_msr_filter *msr_filter)
{
}

static inline void hardware_disable_all(void)
{
}

static inline void kvm_destroy_devices(struct kvm *kvm)
{
}

static inline void kvm_io_bus_destroy(struct kvm_io_bus *bus)
{
}

static inline void kvm_free_memslots(struct kvm *kvm, struct kvm_memslots *slots)
{
}

/* A vCPU has one MMU, and only lets go of roots that it has. */
static inline void kvm_mmu_unload(struct kvm_vcpu *vcpu)
{
	if (VALID_PAGE(vcpu->arch.mmu->root.hpa))
		kvm_mmu_free_roots(vcpu->kvm, vcpu->arch.mmu, KVM_MMU_ROOTS_ALL);
}

static inline void free_mmu_pages(struct kvm_mmu *mmu)
{
}

static inline void mmu_free_memory_caches(struct kvm_vcpu *vcpu)
{
}

/* From 6.15 on a vCPU lets go of all of its roots only when it goes itself. */
static inline void kvm_destroy_vcpus(struct kvm *kvm)
{
#if READERS == BY_KIND
	struct kvm_vcpu vcpu;

	vcpu.kvm = kvm;
	vcpu.arch.mmu = &vcpu.arch.root_mmu;
	vcpu.arch.root_mmu.root.hpa = kvm->lastput_kept_root;
	vcpu.arch.root_mmu.mirror_root_hpa = kvm->lastput_kept_mirror;
	kvm_mmu_destroy(&vcpu);
#endif
}

/* No vCPU runs any more; what the last one held is put on its behalf. */
static inline void kvm_unload_vcpu_mmus(struct kvm *kvm)
{
	struct kvm_mmu mmu;

	mmu.root.hpa = kvm->lastput_kept_root;
	kvm_mmu_free_roots(kvm, &mmu, KVM_MMU_ROOTS_ALL);
	kvm->lastput_kept_root = INVALID_PAGE;
}

/* Up to 5.16. */
static inline void kvm_free_vcpus(struct kvm *kvm)
{
	kvm_unload_vcpu_mmus(kvm);
}

/* Before it returns, the notifiers are told that the memory of the process goes away. */
static inline int mmu_notifier_unregister(void *notifier, void *mm)
{
	kvm_flush_shadow_all(lastput_kvm);
	return 0;
}

#endif
