/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * start - first instructions, vectors, entry and exit of interrupts (rows I5,
 * E17) on an ARMv7-A core
 *
 * Nothing is assumed about who started us: QEMU (MMU and caches off), a boot
 * loader (MMU, L1, L2 and its own vectors on) or a debugger. Everything found
 * is cleaned, turned off and set up anew. One core runs; others sleep.
 *
 * Manual: ARM DDI 0406C (ARMv7-A), B1 exceptions, B3 MMU, B4 registers;
 * ARM DDI 0388 (Cortex-A9), 4.3; ARM DDI 0246 (PL310), 3.3.
 */
	.syntax unified
	.arm

	.equ MODE_FIQ, 0x11
	.equ MODE_IRQ, 0x12
	.equ MODE_SVC, 0x13
	.equ MODE_ABT, 0x17
	.equ MODE_UND, 0x1b
	.equ MODE_SYS, 0x1f

	.equ SCTLR_M, 1 << 0	/* MMU */
	.equ SCTLR_C, 1 << 2	/* data cache */
	.equ SCTLR_Z, 1 << 11	/* branch prediction */
	.equ SCTLR_I, 1 << 12	/* instruction cache */
	/* Bits that read as one; alignment checks off, vectors by VBAR,
	 * exceptions in ARM state, little endian. */
	.equ SCTLR_BASE, 0x00c50078
	.equ ACTLR_L1_PREFETCH, 1 << 2

	.equ PL310_CTRL, 0x100
	.equ PL310_SYNC, 0x730
	.equ PL310_CLEAN_WAY, 0x7bc
	.equ PL310_CLEAN_INV_WAY, 0x7fc

	/* Kinds of exception.c. */
	.equ KIND_UNDEF, 0
	.equ KIND_SVC, 1
	.equ KIND_PABT, 2
	.equ KIND_DABT, 3
	.equ KIND_FIQ, 4

/*
 * One maintenance operation (c7, \crm, 2) on every set and way of the L1 data
 * cache. No memory is touched. Uses r0-r8; geometry from CCSIDR.
 */
	.macro dcache_all crm
	mov	r0, #0
	mcr	p15, 2, r0, c0, c0, 0	/* CSSELR: level 1, data */
	isb
	mrc	p15, 1, r0, c0, c0, 0	/* CCSIDR */
	and	r1, r0, #7
	add	r1, r1, #4		/* log2 of the line's bytes */
	ubfx	r2, r0, #3, #10		/* ways - 1 */
	ubfx	r3, r0, #13, #15	/* sets - 1 */
	clz	r4, r2			/* shift of the way number */
100:	mov	r5, r2
101:	lsl	r6, r5, r4
	lsl	r7, r3, r1
	orr	r6, r6, r7
	mcr	p15, 0, r6, c7, \crm, 2
	subs	r5, r5, #1
	bge	101b
	subs	r3, r3, #1
	bge	100b
	dsb
	.endm

	.section .text.start, "ax", %progbits
	.global _start
	.type _start, %function
_start:
	cpsid	aif, #MODE_SVC
	mrc	p15, 0, r0, c0, c0, 5	/* MPIDR */
	ands	r0, r0, #3
	bne	park

	/* The image itself may sit in a dirty cache: write it to memory
	 * before the cache is turned off. */
	mrc	p15, 0, r10, c1, c0, 0
	tst	r10, #SCTLR_C
	beq	1f
	dcache_all c10			/* clean */
	/* And through the second cache, while we still run from it: fetches
	 * past the next store go to memory. An absent one reads as zero. */
	ldr	r0, =__l2cache_base
	cmp	r0, #0
	beq	1f
	ldr	r1, [r0, #PL310_CTRL]
	tst	r1, #1
	beq	1f
	ldr	r1, =0xffff		/* all ways, be they 8 or 16 */
	str	r1, [r0, #PL310_CLEAN_WAY]
6:	ldr	r1, [r0, #PL310_CLEAN_WAY]
	cmp	r1, #0
	bne	6b
	str	r1, [r0, #PL310_SYNC]
	dsb
1:	bic	r0, r10, #(SCTLR_M | SCTLR_C)
	bic	r0, r0, #(SCTLR_Z | SCTLR_I)
	mcr	p15, 0, r0, c1, c0, 0
	isb

	/* A cache that was on holds data, one that was off holds chance. */
	tst	r10, #SCTLR_C
	beq	2f
	dcache_all c14			/* clean and invalidate */
	b	3f
2:	dcache_all c6			/* invalidate */
3:	mov	r0, #0
	mcr	p15, 0, r0, c8, c7, 0	/* TLB */
	mcr	p15, 0, r0, c7, c5, 0	/* instruction cache */
	mcr	p15, 0, r0, c7, c5, 6	/* branch predictor */
	dsb
	isb

	/*
	 * L2 stays off: with L1 alone, cleaning and invalidating by address
	 * in L1 is all that DMA needs, and the packet path has no second,
	 * memory-mapped round of maintenance for each line.
	 * An absent controller reads as zero.
	 */
	ldr	r0, =__l2cache_base
	cmp	r0, #0
	beq	5f
	ldr	r1, [r0, #PL310_CTRL]
	tst	r1, #1
	beq	5f
	ldr	r1, =0xffff
	str	r1, [r0, #PL310_CLEAN_INV_WAY]
4:	ldr	r1, [r0, #PL310_CLEAN_INV_WAY]
	cmp	r1, #0
	bne	4b
	str	r1, [r0, #PL310_SYNC]
	dsb
	str	r1, [r0, #PL310_CTRL]
	dsb

5:	ldr	r0, =vectors
	mcr	p15, 0, r0, c12, c0, 0	/* VBAR */
	/* Not SMP: our memory is not shareable and no other core runs. */
	mov	r0, #ACTLR_L1_PREFETCH
	mcr	p15, 0, r0, c1, c0, 1
	ldr	r0, =SCTLR_BASE
	mcr	p15, 0, r0, c1, c0, 0
	isb

	cps	#MODE_IRQ
	ldr	sp, =__irq_stack_top
	cps	#MODE_ABT
	ldr	sp, =__abt_stack_top
	cps	#MODE_UND
	ldr	sp, =__und_stack_top
	cps	#MODE_FIQ
	ldr	sp, =__fiq_stack_top
	cps	#MODE_SVC
	ldr	sp, =__svc_stack_top

	/* VFP: full access to coprocessors 10 and 11, then enable. */
	mrc	p15, 0, r0, c1, c0, 2
	orr	r0, r0, #(0xf << 20)
	mcr	p15, 0, r0, c1, c0, 2
	isb
	mov	r0, #(1 << 30)
	vmsr	fpexc, r0
	mov	r0, #0
	vmsr	fpscr, r0

	ldr	r0, =__bss_start
	ldr	r1, =__bss_end
	mov	r2, #0
	mov	r3, #0
	mov	r4, #0
	mov	r5, #0
	b	7f
6:	stmia	r0!, {r2-r5}
7:	cmp	r0, r1
	blo	6b

	bl	mmu_build		/* returns TTBR0 */
	mcr	p15, 0, r0, c2, c0, 0
	mov	r0, #0
	mcr	p15, 0, r0, c2, c0, 2	/* TTBCR: TTBR0 for everything */
	mov	r0, #1
	mcr	p15, 0, r0, c3, c0, 0	/* DACR: domain 0 checks rights */
	dsb
	isb
	ldr	r0, =(SCTLR_BASE | SCTLR_M | SCTLR_C | SCTLR_Z | SCTLR_I)
	mcr	p15, 0, r0, c1, c0, 0
	isb
	mov	r11, #0
	bl	main
park:
	wfi
	b	park
	.size _start, . - _start
	.ltorg

/*
 * Vectors. A fatal exception starts its stack anew, so that even one that
 * hits while another is being reported has a stack.
 */
	.balign 32
vectors:
	b	_start
	b	undef_entry
	b	svc_entry
	b	pabt_entry
	b	dabt_entry
	b	.
	b	irq_entry
	b	fiq_entry

	.macro fatal_entry name, stack, adjust, kind
	.type \name, %function
\name:
	ldr	sp, =\stack
	sub	lr, lr, #\adjust
	sub	sp, sp, #72
	stmia	sp, {r0-r12}
	mov	r2, #\kind
	b	fatal
	.size \name, . - \name
	.endm

	fatal_entry undef_entry, __und_stack_top, 4, KIND_UNDEF
	fatal_entry pabt_entry, __abt_stack_top, 4, KIND_PABT
	fatal_entry dabt_entry, __abt_stack_top, 8, KIND_DABT
	fatal_entry fiq_entry, __fiq_stack_top, 4, KIND_FIQ

/*
 * A semihosting call that no emulator or debugger took comes back as if
 * nothing had happened. Every other SVC is a bug.
 */
	.type svc_entry, %function
svc_entry:
	push	{r11, r12}
	ldr	r12, [lr, #-4]
	bic	r12, r12, #0xff000000
	movw	r11, #0x3456
	movt	r11, #0x12
	cmp	r11, r12
	pop	{r11, r12}
	movseq	pc, lr
	sub	lr, lr, #4
	sub	sp, sp, #72
	stmia	sp, {r0-r12}
	mov	r2, #KIND_SVC
	b	fatal
	.size svc_entry, . - svc_entry

/*
 * Complete the frame at sp (struct exception_frame) with pc, cpsr and the
 * banked sp and lr of the mode that was interrupted, and report. r2: kind.
 */
	.type fatal, %function
fatal:
	mov	r0, sp
	mrs	r1, spsr
	str	lr, [r0, #60]
	str	r1, [r0, #64]
	mrs	r3, cpsr
	and	r1, r1, #0x1f
	cmp	r1, #0x10		/* user mode has system mode's sp */
	moveq	r1, #MODE_SYS
	orr	r1, r1, #0xc0
	msr	cpsr_c, r1
	mov	r4, sp
	mov	r5, lr
	msr	cpsr_c, r3
	str	r4, [r0, #52]
	str	r5, [r0, #56]
	mov	r1, r2
	bl	exception_fatal
	b	park
	.size fatal, . - fatal

/*
 * Interrupt: the registers that a C function may change, the VFP's among
 * them, and no more. Handlers run in IRQ mode with interrupts masked.
 */
	.type irq_entry, %function
irq_entry:
	sub	lr, lr, #4
	push	{r0-r3, r12, lr}
	vmrs	r0, fpscr
	push	{r0, r1}
	vpush	{d0-d7}
	vpush	{d16-d31}
	bl	board_irq_handler
	vpop	{d16-d31}
	vpop	{d0-d7}
	pop	{r0, r1}
	vmsr	fpscr, r0
	clrex
	ldm	sp!, {r0-r3, r12, pc}^
	.size irq_entry, . - irq_entry
	.ltorg

	.section .note.GNU-stack, "", %progbits
