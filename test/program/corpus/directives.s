	.file "x.c"
	.set A, 1
	.equ B, 0x10
C = 4
	.equiv D, A|B
	.text
	.globl _start, helper
	.type _start, @function
_start:
	xorl %eax, %eax      # comment ; not a statement
	mov $(A|B)<<2, %ecx  
	mov $~0, %edx /* multi
	line */
	mov $'#', %al; mov $';', %bl ; mov $'/', %cl
	mov $'\n', %al
	mov $'\\', %al
	mov $'a, %al
	mov $' ', %al
	movq 8*3(%rsp), %rax
	movq -(2f - 1f)(%rsp), %rax
1:	nop
	nop
2:	jmp 1b
	jmp 2f
	.align 16
2:	je 1b
	.p2align 4,,15
	call helper
	.p2align 4,,2
	nop
	.balign 8, 0xcc
	lea msg(%rip), %rsi
	mov $msg, %rdi
	movl $msg_len, %edx
	movabs $msg, %r9
	mov table(,%rax,8), %rbx
	jmp *table(,%rax,8)
	call *ptr(%rip)
	movq $FWD, %rax
	addq $FWD, %rax
	movq FWD(%rax), %rbx
	.rept 3
	nop
	.endr
	.irp r, rax, rbx, r12
	push %\r
	.endr
	.irpc c, 123
	mov $\c, %eax
	.endr
.macro save a, b=%rbx, rest:vararg
	push \a
	push \b
	.ifnb \rest
	save \rest
	.endif
.endm
	save %rax
	save %rax, %rcx
	save %rax, %rcx, %rdx, %rsi
.macro lab
	jmp .Lx\@
	nop
.Lx\@:
.endm
	lab
	lab
.if A == 1
	int $1
.elseif A == 2
	int $2
.else
	int $3
.endif
.ifdef NOPE
	int $4
.endif
.ifndef NOPE
	int $5
.endif
	.byte 1f - ., 1f - _start
1:
	.org . + 8, 0x90
	rep; movsb
	lock; incl (%rax)
	lock
	incl (%rbx)
helper:
	loop helper
	jrcxz helper
	ret
	.size _start, .-_start
	.fill 200 - (. - helper), 1, 0x90
far:
	jmp helper
	jne helper
	.skip 3
	.zero 2
	.space 4, 0xff
	.fill 2, 4, 0x12345678
	.fill 2, 8, -1
	.fill 3
	.section .rodata
	.align 8
table:
	.quad _start, helper
	.long far - table, 1
	.long helper - .
	.quad msg + 4
	.quad _start - .
	.section .rodata.str1.1,"a",@progbits
s1:	.string "abc\0d\x41\101\"q\\"
	.asciz "x", "y"
	.ascii "no nul" " joined"
	.data
ptr:	.quad helper
msg:	.ascii "Hello # ; // /* \n"
msg_len = . - msg
	.byte 1, 'a', -1, 0xff, 'b' + 1
	.word 0x1234, -2
	.short 5
	.hword 6
	.value 7
	.2byte 8
	.long 0xdeadbeef, msg_len
	.int -5
	.4byte 9
	.quad 0xffffffff81000000, -1, msg_len * 2
	.8byte 10
	.octa 0x123456789abcdef0123456789abcdef0
	.float 1.5, -2
	.double 3.14
	.single 1e10
	.uleb128 624485
	.sleb128 -123456
	.balign 16
	.pushsection .rodata
ro2: .quad ptr
	.popsection
	.long 1
	.previous
	.long 0x77
	.previous
	.bss
	.lcomm lc, 8
buf:	.skip 100
	.comm shared, 64, 32
	.text
	lea lc(%rip), %rax
	lea shared(%rip), %rax
	mov $buf, %eax
	lea buf+4(%rip), %rax
	mov $ro2, %esi
	mov $s1, %esi
	.set FWD, 0x20
	.weak wk
	mov $wk, %rax
	test $1 << 3, %al
	mov $5 > 3, %eax
	mov $-16 >> 2, %rax
	mov $7 / 2 * 3 % 4, %eax
	mov $1 + 2 << 3, %eax
	mov $1 | 2 + 4, %eax
	mov $!0, %eax
	mov $0b101, %eax
	mov $017, %eax
	mov $5 && 3, %eax
	.long 3 == 3, 3 == 4, 3 <> 3, 5 > 3, 5 >= 5, 1 < 2 == 1
	mov $6 ! 1, %eax
	.intel_syntax noprefix
	mov rax, [rip + ptr]
	mov rdi, offset msg
	lea rsi, [rbx + rcx*4 + B]
	mov eax, A
	jmp helper
	call helper
	mov al, 'x'
	push qword ptr [rsp + 8*2]
	.att_syntax
	nop
