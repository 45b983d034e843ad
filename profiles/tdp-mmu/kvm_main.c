// SPDX-License-Identifier: MIT
/* The reference count of the VM itself and what its last put does, and how faults are told to wait. */

#if PUT == UNLINK_ONLY
void kvm_mmu_invalidate_begin(struct kvm *kvm)
{
	kvm->mmu_notifier_count++;
}

void kvm_mmu_invalidate_end(struct kvm *kvm)
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

/* No vCPU runs any more; what the last one held is put on its behalf. */
static void kvm_unload_vcpu_mmus(struct kvm *kvm)
{
	struct kvm_mmu_page *root = kvm->lastput_kept_root;

	if (root)
		kvm_mmu_free_roots(kvm, root);
}

void kvm_arch_destroy_vm(struct kvm *kvm)
{
	kvm_unload_vcpu_mmus(kvm);
	kvm_mmu_uninit_vm(kvm);
}

/* From where the memory of the process goes, and then the VM and perhaps the module, our checks say what must be gone. */
static void kvm_destroy_vm(struct kvm *kvm)
{
	kvm_arch_flush_shadow_all(kvm);
	lastput_forbid(struct kvm_mmu_page, x->lastput_mapped, "zap.incomplete-on-return",
		       "the memory of the process goes away while a root still maps some of it");
	kvm_arch_destroy_vm(kvm);
	lastput_forbid(struct kvm_mmu_page, 1, "lifetime.use-after-free",
		       "the VM is freed while one of its roots is still there: whoever puts or frees that comes too late");
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
