# exec.s · another program in the same process
#
# The host reads the file, checks it and builds the new address space; until it has said yes, nothing has changed. Then
# this code leaves the old memory behind: page tables, threads, handlers, registers.

	.text

# execve(path, argv, envp): on success it does not return to the program that called it.
	.globl __x64_sys_execve
__x64_sys_execve:
	pushq	%rbx
	pushq	%r12
	subq	$24, %rsp			# the host's answer: cr3, rip, rsp
	movq	%rdi, %r12
	movq	%rsp, %rsi
	movl	$__NR_execve, %eax		# C: retval = search_binary_handler(bprm);
	vmcall
	testq	%rax, %rax
	js	1f
	call	begin_new_exec			# C: retval = begin_new_exec(bprm);
	movq	%r12, %rdi
	movq	8(%rsp), %rsi
	movq	16(%rsp), %rdx
	call	start_thread			# C: start_thread(regs, elf_entry, bprm->p);
	xorl	%eax, %eax
1:	addq	$24, %rsp
	popq	%r12
	popq	%rbx
	ret

# begin_new_exec(above the return address: cr3, rip, rsp): the process lets go of what belonged to the old program.
begin_new_exec:
	movq	%gs:current_task, %rbx
	movq	8(%rsp), %rax
	movl	TASK_tgid(%rbx), %edx
	call	build_cr3
	movq	%rax, TASK_cr3(%rbx)
	movq	%rax, %cr3			# C: exec_mmap(bprm->mm);
	call	exec_mm_release
	call	wake_up_changed_pipes		# descriptors marked close-on-exec are gone
	call	de_thread			# C: de_thread(me);
	call	unshare_sighand			# C: unshare_sighand(me);
	movq	TASK_sighand(%rbx), %rdi
	call	flush_signal_handlers		# C: flush_signal_handlers(me, 0);
	movq	$0, TASK_sas_ss_sp(%rbx)	# C: me->sas_ss_sp = me->sas_ss_size = 0; the flags stay
	movq	$0, TASK_sas_ss_size(%rbx)
	movl	$SIGCHLD, TASK_exit_signal(%rbx)	# C: me->exit_signal = SIGCHLD;
	movq	TASK_signal(%rbx), %rax
	movl	$1, SIGNAL_did_exec(%rax)
	xorl	%eax, %eax
	movq	%rax, TASK_robust_list(%rbx)
	movq	%rax, TASK_rseq(%rbx)		# C: rseq_execve(current);
	wrfsbase %rax				# C: flush_thread();
	movl	$MSR_KERNEL_GS_BASE, %ecx
	xorl	%edx, %edx
	wrmsr
	fxrstor64 init_fpstate(%rip)
	ret

# exec_mm_release(rbx: task): the old memory is not this task's any more: nothing is stored there, but who waits to have it
# for himself is told.
exec_mm_release:
	movq	$0, TASK_clear_child_tid(%rbx)
	jmp	mm_release			# C: mm_release(current, old_mm);

# de_thread(rbx: task): the other threads of the process end; the one that is left is its first.
de_thread:
	pushq	%r12
	pushq	%r13
	movq	TASK_signal(%rbx), %r13
	cmpl	$1, SIGNAL_live(%r13)
	je	2f
	movq	%rbx, SIGNAL_group_exec_task(%r13)	# C: sig->group_exec_task = tsk;
	movq	%rbx, %rdi
	call	zap_other_threads		# C: sig->notify_count = zap_other_threads(tsk);
1:	cmpl	$1, SIGNAL_live(%r13)
	je	2f
	movq	%r13, TASK_wait_channel(%rbx)	# C: while (sig->notify_count) schedule();
	movl	$TASK_INTERRUPTIBLE, TASK_state(%rbx)
	call	schedule
	jmp	1b
2:	movq	$0, SIGNAL_group_exec_task(%r13)
	movq	TASK_group_leader(%rbx), %r12
	cmpq	%rbx, %r12			# C: if (!thread_group_leader(tsk))
	je	3f
	call	exchange_leader			# C: 	exchange_tids(tsk, leader);
3:	popq	%r13
	popq	%r12
	ret

# exchange_leader(rbx: task, r12: the ended first thread of its process): the task takes its number and its children.
exchange_leader:
	movl	TASK_pid(%rbx), %edi
	movl	TASK_pid(%r12), %esi
	movl	%esi, TASK_pid(%rbx)
	movl	%edi, TASK_pid(%r12)
	movl	$HOST_exchange_tasks, %eax
	vmcall
	movq	TASK_real_parent(%r12), %rax
	movq	%rax, TASK_real_parent(%rbx)
	leaq	init_task(%rip), %rdx
	movq	%rdx, %rcx
1:	cmpq	%r12, TASK_real_parent(%rcx)
	jne	2f
	movq	%rbx, TASK_real_parent(%rcx)
2:	movq	TASK_next(%rcx), %rcx
	cmpq	%rdx, %rcx
	jne	1b
	movq	%rbx, TASK_group_leader(%rbx)	# C: tsk->group_leader = tsk;
	movq	$0, TASK_real_parent(%r12)
	movl	$EXIT_DEAD, TASK_state(%r12)	# C: leader->exit_state = EXIT_DEAD;
	cmpq	%rdx, %r12			# the first task of all holds the ring together
	je	3f
	movq	%r12, %rdi
	jmp	release_task			# C: release_task(leader);
3:	ret

# unshare_sighand(rbx: task): handlers of one's own.
unshare_sighand:
	movq	TASK_sighand(%rbx), %rsi
	cmpl	$1, SIGHAND_count(%rsi)
	je	1f
	decl	SIGHAND_count(%rsi)
	pushq	%r13
	pushq	%r14
	movq	%rbx, %r13
	xorl	%r14d, %r14d
	call	copy_sighand
	popq	%r14
	popq	%r13
1:	ret

# start_thread(rdi: pt_regs, rsi: rip, rdx: rsp): as a program finds its registers: all zero but these.
	.globl start_thread
start_thread:
	movq	%rdi, %r8
	xorl	%eax, %eax
	movl	$(PT_REGS_SIZE / 8), %ecx
	rep stosq
	movq	%rsi, PT_REGS_ip(%r8)		# C: regs->ip = new_ip;
	movq	%rdx, PT_REGS_sp(%r8)		# C: regs->sp = new_sp;
	movq	$__USER_CS, PT_REGS_cs(%r8)	# C: regs->cs = __USER_CS;
	movq	$__USER_DS, PT_REGS_ss(%r8)	# C: regs->ss = __USER_DS;
	movq	$(X86_EFLAGS_IF | X86_EFLAGS_FIXED), PT_REGS_flags(%r8)	# C: regs->flags = X86_EFLAGS_IF | X86_EFLAGS_FIXED;
	ret

	.section .rodata
	# The floating-point unit as a new program finds it: all exceptions masked, all registers empty.
	.balign	16
init_fpstate:
	.word	0x37f, 0
	.quad	0, 0
	.long	0
	.long	0x1f80, 0xffff
	.zero	512 - 32
	.text
