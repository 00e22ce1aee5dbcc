# traps.s · wiring up the processor's tables at boot
#
# trap_init and what it calls, in mainline's order and under its names (arch/x86/kernel/traps.c, cpu/common.c, idt.c).
# Called once, at CPL 0 on the boot stack. Every function here may change rax, rcx, rdx, rsi, rdi and r8 to r11.

	.text
	.globl trap_init
trap_init:
	call	setup_cpu_entry_areas		# C: setup_cpu_entry_areas();
	call	sev_es_init_vc_handling		# C: sev_es_init_vc_handling();
	movl	$1, %edi
	call	cpu_init_exception_handling	# C: cpu_init_exception_handling(true);
	call	cpu_feature_enabled_fred
	testl	%eax, %eax			# C: if (!cpu_feature_enabled(X86_FEATURE_FRED))
	jnz	1f
	call	idt_setup_traps			# C: 	idt_setup_traps();
1:	call	cpu_init			# C: cpu_init();
	ret

# Maps the entry area: the IDT, the GDT and the TSS read-only, the entry stack writable. Its page table was made empty
# by the loader; the entries are written here.
setup_cpu_entry_areas:
	movq	$(CPU_ENTRY_AREA_RO_IDT), %rdi
	movq	boot_idt_physical(%rip), %rsi
	movq	$(_PAGE_PRESENT | _PAGE_ACCESSED | _PAGE_GLOBAL), %rdx
	call	cea_set_pte
	movq	$(CPU_ENTRY_AREA_GDT), %rdi
	movq	boot_per_cpu_physical(%rip), %rsi
	addq	$gdt_page, %rsi
	call	cea_set_pte
	movq	$(CPU_ENTRY_AREA_TSS), %rdi
	movq	boot_per_cpu_physical(%rip), %rsi
	addq	$cpu_tss_rw, %rsi
	call	cea_set_pte
	movq	$(CPU_ENTRY_AREA_ENTRY_STACK), %rdi
	movq	boot_per_cpu_physical(%rip), %rsi
	addq	$entry_stack_storage, %rsi
	orq	$(_PAGE_RW | _PAGE_DIRTY), %rdx
	call	cea_set_pte
	movq	$(CPU_ENTRY_AREA_ESTACKS + EXCEPTION_STKSZ), %rdi	# C: percpu_setup_exception_stacks(cpu);
	addq	$(exception_stacks - entry_stack_storage), %rsi
1:	call	cea_set_pte
	addq	$EXCEPTION_STACK_STRIDE, %rdi
	addq	$EXCEPTION_STKSZ, %rsi
	movq	$(CPU_ENTRY_AREA_ESTACKS + IST_INDEX_MCE * EXCEPTION_STACK_STRIDE), %rax
	cmpq	%rax, %rdi
	jb	1b
	ret

# cea_set_pte(rdi: address in the entry area, rsi: physical page, rdx: page-table bits)
cea_set_pte:
	movq	%rdi, %rax
	shrq	$12, %rax
	andl	$511, %eax
	movq	boot_entry_area_table(%rip), %rcx
	movq	%rsi, %r8
	orq	%rdx, %r8
	btsq	$63, %r8			# no code in the entry area's data
	movq	%r8, (%rcx,%rax,8)
	ret

# On a machine under SEV-ES this would set up the page through which guest and hypervisor talk. This machine is none.
sev_es_init_vc_handling:
	ret

# Registers the TSS in the GDT, loads the task register, then the IDT register.
	.globl cpu_init_exception_handling
cpu_init_exception_handling:
	movq	$(CPU_ENTRY_AREA_TSS), %rdi
	call	set_tss_desc			# C: set_tss_desc(cpu, &get_cpu_entry_area(cpu)->tss.x86_tss);
	call	tss_setup_ist			# C: tss_setup_ist(tss);
	# An I/O bitmap beyond the limit: no port is open to user code.
	movw	$(TSS_LIMIT + 1), %gs:cpu_tss_rw + TSS_io_bitmap_base
	call	load_TR_desc			# C: load_TR_desc();
	call	load_current_idt		# C: load_current_idt();
	ret

# set_tss_desc(rdi: address of the TSS): sixteen bytes into the writable GDT.
	.globl set_tss_desc
set_tss_desc:
	movq	%rdi, %rax
	andl	$0x00ffffff, %eax
	shlq	$16, %rax
	movq	%rdi, %rdx
	shrq	$24, %rdx
	andl	$0xff, %edx
	shlq	$56, %rdx
	orq	%rdx, %rax
	movabsq	$(0x0000890000000000 | TSS_LIMIT), %rdx	# present, DPL 0, available 64-bit TSS
	orq	%rdx, %rax
	movq	%rax, %gs:gdt_page + GDT_ENTRY_TSS * 8
	movq	%rdi, %rax
	shrq	$32, %rax
	movq	%rax, %gs:gdt_page + GDT_ENTRY_TSS * 8 + 8
	ret

# The stacks on which double faults, NMIs, debug exceptions and machine checks arrive, wherever rsp pointed.
	.globl tss_setup_ist
tss_setup_ist:
	movq	$(CPU_ENTRY_AREA_ESTACKS + EXCEPTION_STACK_STRIDE), %rax
	movq	%rax, %gs:cpu_tss_rw + TSS_ist + (IST_INDEX_DF - 1) * 8
	addq	$EXCEPTION_STACK_STRIDE, %rax
	movq	%rax, %gs:cpu_tss_rw + TSS_ist + (IST_INDEX_NMI - 1) * 8
	addq	$EXCEPTION_STACK_STRIDE, %rax
	movq	%rax, %gs:cpu_tss_rw + TSS_ist + (IST_INDEX_DB - 1) * 8
	addq	$EXCEPTION_STACK_STRIDE, %rax
	movq	%rax, %gs:cpu_tss_rw + TSS_ist + (IST_INDEX_MCE - 1) * 8
	ret

# ltr marks the descriptor busy, so it needs the writable GDT, which is still the one in force.
	.globl load_TR_desc
load_TR_desc:
	movl	$TSS_SELECTOR, %eax
	ltr	%ax
	ret

load_current_idt:
	subq	$16, %rsp
	movw	$(256 * 16 - 1), (%rsp)
	movq	$(CPU_ENTRY_AREA_RO_IDT), %rax
	movq	%rax, 2(%rsp)
	lidt	(%rsp)
	addq	$16, %rsp
	ret

# eax = 1 on a processor with FRED, which would replace the IDT: CPUID leaf 7, subleaf 1, eax bit 17.
cpu_feature_enabled_fred:
	pushq	%rbx
	movl	$CPUID_LEAF_FRED, %eax
	movl	$1, %ecx
	cpuid
	shrl	$CPUID_BIT_FRED, %eax
	andl	$1, %eax
	popq	%rbx
	ret

# Fills the IDT from the list of vectors in data.s: handler address and gate bits.
	.globl idt_setup_traps
idt_setup_traps:
	leaq	def_idts(%rip), %rsi
1:	movl	(%rsi), %ecx			# vector; the list ends with -1
	testl	%ecx, %ecx
	js	2f
	movl	4(%rsi), %r8d			# gate bits: type, DPL, present
	movq	8(%rsi), %rax			# handler
	call	set_intr_gate
	addq	$16, %rsi
	jmp	1b
2:	ret

# set_intr_gate(ecx: vector, r8d: gate bits 47:32, rax: handler)
set_intr_gate:
	leaq	idt_table(%rip), %rdi
	shlq	$4, %rcx
	addq	%rcx, %rdi
	movl	%eax, %edx
	andl	$0xffff, %edx
	orl	$(__KERNEL_CS << 16), %edx
	movl	%edx, (%rdi)
	movl	%eax, %edx
	andl	$0xffff0000, %edx
	orl	%r8d, %edx
	movl	%edx, 4(%rdi)
	shrq	$32, %rax
	movq	%rax, 8(%rdi)
	ret

# Per-CPU state: the stack for exceptions, the read-only GDT, the doors of SYSCALL.
	.globl cpu_init
cpu_init:
	.if CONFIG_ENTRY_STACK
	movq	$(CPU_ENTRY_AREA_ENTRY_STACK + PAGE_SIZE), %rax
	.else
	movq	boot_stack_top(%rip), %rax	# the older design: exceptions go straight to the thread's stack
	.endif
	movq	%rax, %gs:cpu_tss_rw + TSS_sp0	# C: load_sp0((unsigned long)(cpu_entry_stack(cpu) + 1));
	call	load_fixmap_gdt			# C: load_fixmap_gdt(cpu);
	call	syscall_init			# C: syscall_init();
	ret

load_fixmap_gdt:
	subq	$16, %rsp
	movw	$(GDT_SIZE - 1), (%rsp)
	movq	$(CPU_ENTRY_AREA_GDT), %rax
	movq	%rax, 2(%rsp)
	lgdt	(%rsp)
	addq	$16, %rsp
	ret

# The selectors that SYSCALL (bits 47:32) and SYSRET (bits 63:48) load.
	.globl syscall_init
syscall_init:
	movl	$MSR_STAR, %ecx
	xorl	%eax, %eax
	movl	$((__USER32_CS << 16) | __KERNEL_CS), %edx
	wrmsr					# C: wrmsr(MSR_STAR, 0, (__USER32_CS << 16) | __KERNEL_CS);
	call	cpu_feature_enabled_fred
	testl	%eax, %eax			# C: if (!cpu_feature_enabled(X86_FEATURE_FRED))
	jnz	1f
	call	idt_syscall_init		# C: 	idt_syscall_init();
1:	ret

	.globl idt_syscall_init
idt_syscall_init:
	movl	$MSR_LSTAR, %ecx
	leaq	entry_SYSCALL_64(%rip), %rax
	movq	%rax, %rdx
	shrq	$32, %rdx
	wrmsr					# C: wrmsrq(MSR_LSTAR, (unsigned long)entry_SYSCALL_64);
	movl	$MSR_CSTAR, %ecx
	leaq	entry_SYSCALL32_ignore(%rip), %rax
	movq	%rax, %rdx
	shrq	$32, %rdx
	wrmsr					# C: wrmsrq(MSR_CSTAR, (unsigned long)entry_SYSCALL32_ignore);
	movl	$MSR_SYSCALL_MASK, %ecx
	movl	$SYSCALL_MASK, %eax
	xorl	%edx, %edx
	wrmsr					# C: wrmsrq(MSR_SYSCALL_MASK, X86_EFLAGS_CF | … | X86_EFLAGS_ID);
	ret
