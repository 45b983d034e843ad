// SPDX-License-Identifier: MIT
/* The notifiers of before 5.13, which came with addresses of the host. */

int kvm_unmap_hva_range(struct kvm *kvm, unsigned long start, unsigned long end,
			unsigned flags)
{
	int r = 0;

	if (is_tdp_mmu_enabled(kvm))
		r |= kvm_tdp_mmu_zap_hva_range(kvm, start, end);

	return r;
}

#if PUT == PLAIN
int kvm_age_hva(struct kvm *kvm, unsigned long start, unsigned long end)
{
	int young = false;

	if (is_tdp_mmu_enabled(kvm))
		young |= kvm_tdp_mmu_age_hva_range(kvm, start, end);

	return young;
}
#endif
