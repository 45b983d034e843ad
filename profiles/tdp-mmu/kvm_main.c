// SPDX-License-Identifier: MIT
/* The reference count of the VM itself and what its last put does, and how faults are told to wait. */

#if PUT == PLAIN || ARGUMENTS == ZAP_SHARED
bool kvm_is_reserved_pfn(kvm_pfn_t pfn)
{
	return false;
}
#endif

#if ARGUMENTS == KVM_AND_ROOT
void kvm_mmu_invalidate_begin(struct kvm *kvm)
{
	kvm->mmu_notifier_count++;
}

/* Which range it is makes no difference: there is one page. */
void kvm_mmu_invalidate_range_add(struct kvm *kvm, gfn_t start, gfn_t end)
{
}

void kvm_mmu_invalidate_end(struct kvm *kvm)
{
	kvm->mmu_notifier_seq++;
	smp_wmb();
	kvm->mmu_notifier_count--;
}
#else
/* The range is for what a kernel tree asks of it: our own faults wait for any. */
void kvm_mmu_invalidate_begin(struct kvm *kvm, unsigned long start, unsigned long end)
{
	kvm->mmu_notifier_count++;
	kvm->mmu_invalidate_range_start = start;
	kvm->mmu_invalidate_range_end = end;
}

void kvm_mmu_invalidate_end(struct kvm *kvm, unsigned long start, unsigned long end)
{
	kvm->mmu_notifier_seq++;
	smp_wmb();
	kvm->mmu_notifier_count--;
}
#endif

void kvm_arch_flush_shadow_all(struct kvm *kvm)
{
	kvm_mmu_zap_all(kvm);
}

static void kvm_flush_shadow_all(struct kvm *kvm)
{
	kvm_arch_flush_shadow_all(kvm);
}

void kvm_arch_destroy_vm(struct kvm *kvm)
{
	kvm_unload_vcpu_mmus(kvm);
	kvm_destroy_vcpus(kvm);
	kvm_mmu_uninit_vm(kvm);
}

static void kvm_destroy_vm(struct kvm *kvm)
{
	kvm_flush_shadow_all(kvm);
	kvm_arch_destroy_vm(kvm);
}

void kvm_get_kvm(struct kvm *kvm)
{
	refcount_inc(&kvm->users_count);
}

bool kvm_get_kvm_safe(struct kvm *kvm)
{
	return refcount_inc_not_zero(&kvm->users_count);
}

void kvm_put_kvm(struct kvm *kvm)
{
	if (refcount_dec_and_test(&kvm->users_count))
		kvm_destroy_vm(kvm);
}
