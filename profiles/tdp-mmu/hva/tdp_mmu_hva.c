// SPDX-License-Identifier: MIT
/*
 * What an mmu_notifier asked of the TDP MMU before 5.13: it came with addresses of the host, and each memslot of each root
 * was looked through for them. In our own short words, in the order of the kernel's file.
 */

/* There is one memslot, whose addresses are its frames. */
#define __kvm_memslots(_kvm, _as_id) NULL
#define kvm_for_each_memslot(_memslot, _slots) if (1)
#define hva_to_gfn_memslot(_hva, _memslot) (_hva)

typedef int (*tdp_handler_t)(struct kvm *kvm, struct kvm_memory_slot *slot,
			     struct kvm_mmu_page *root, gfn_t start, gfn_t end,
			     unsigned long data);

static __always_inline int kvm_tdp_mmu_handle_hva_range(struct kvm *kvm,
							unsigned long start,
							unsigned long end,
							unsigned long data,
							tdp_handler_t handler)
{
	struct kvm_memslots *slots;
	struct kvm_memory_slot *memslot;
	struct kvm_mmu_page *root;
	int ret = 0;
	int as_id;

#if ARGUMENTS == ROOT_ONLY
	for_each_tdp_mmu_root_yield_safe(kvm, root) {
		as_id = kvm_mmu_page_as_id(root);
		slots = __kvm_memslots(kvm, as_id);
		kvm_for_each_memslot(memslot, slots) {
			unsigned long gfn_start, gfn_end;

			gfn_start = hva_to_gfn_memslot(start, memslot);
			gfn_end = hva_to_gfn_memslot(end, memslot);

			ret |= handler(kvm, memslot, root, gfn_start,
				       gfn_end, data);
		}
	}
#elif ARGUMENTS == AS_ID
	for (as_id = 0; as_id < KVM_ADDRESS_SPACE_NUM; as_id++) {
		for_each_tdp_mmu_root_yield_safe(kvm, root, as_id) {
			slots = __kvm_memslots(kvm, as_id);
			kvm_for_each_memslot(memslot, slots) {
				unsigned long gfn_start, gfn_end;

				gfn_start = hva_to_gfn_memslot(start, memslot);
				gfn_end = hva_to_gfn_memslot(end, memslot);

				ret |= handler(kvm, memslot, root, gfn_start,
					       gfn_end, data);
			}
		}
	}
#else
	for (as_id = 0; as_id < KVM_ADDRESS_SPACE_NUM; as_id++) {
		for_each_tdp_mmu_root_yield_safe(kvm, root, as_id, false) {
			slots = __kvm_memslots(kvm, as_id);
			kvm_for_each_memslot(memslot, slots) {
				unsigned long gfn_start, gfn_end;

				gfn_start = hva_to_gfn_memslot(start, memslot);
				gfn_end = hva_to_gfn_memslot(end, memslot);

				ret |= handler(kvm, memslot, root, gfn_start,
					       gfn_end, data);
			}
		}
	}
#endif

	return ret;
}

static int zap_gfn_range_hva_wrapper(struct kvm *kvm,
				     struct kvm_memory_slot *slot,
				     struct kvm_mmu_page *root, gfn_t start,
				     gfn_t end, unsigned long unused)
{
#if ARGUMENTS == ZAP_SHARED
	return zap_gfn_range(kvm, root, start, end, false, false, false);
#else
	return zap_gfn_range(kvm, root, start, end, false, false);
#endif
}

int kvm_tdp_mmu_zap_hva_range(struct kvm *kvm, unsigned long start,
			      unsigned long end)
{
	return kvm_tdp_mmu_handle_hva_range(kvm, start, end, 0,
					    zap_gfn_range_hva_wrapper);
}

#if PUT == PLAIN
/* Whether the guest touched the page: nothing of that is in our bit, but the walk is. */
static int age_gfn_range(struct kvm *kvm, struct kvm_memory_slot *slot,
			 struct kvm_mmu_page *root, gfn_t start, gfn_t end,
			 unsigned long unused)
{
	struct tdp_iter iter;
	int young = 0;

	rcu_read_lock();

	tdp_root_for_each_leaf_pte(iter, root, start, end)
		young = 1;

	rcu_read_unlock();

	return young;
}

int kvm_tdp_mmu_age_hva_range(struct kvm *kvm, unsigned long start,
			      unsigned long end)
{
	return kvm_tdp_mmu_handle_hva_range(kvm, start, end, 0,
					    age_gfn_range);
}
#endif
