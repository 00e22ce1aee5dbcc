/**
 * Where everything that the processor remembers lies in the one buffer that holds the whole machine.
 *
 * Registers, the translation cache and guest memory share a buffer so that a snapshot is a copy of bytes and so that
 * any way of running instructions (this one, or code generated from the same semantics) finds them at constant offsets.
 */

/** Indices of 64-bit cells at the start of the buffer. The general registers are cells 0 to 15, in encoding order. */
export const Cell = {
	RIP: 16,
	/** The flags that are not in the lazy cells: system flags always, arithmetic flags while FLAG_KIND is explicit. */
	RFLAGS: 17,
	/** What set the arithmetic flags last: a flag kind, plus the operand width in bits from bit 8 up. */
	FLAG_KIND: 18,
	FLAG_RESULT: 19,
	FLAG_A: 20,
	FLAG_B: 21,
	CR0: 22,
	CR2: 23,
	CR3: 24,
	CR4: 25,
	CR8: 26,
	EFER: 27,
	STAR: 28,
	LSTAR: 29,
	CSTAR: 30,
	FMASK: 31,
	KERNEL_GS_BASE: 32,
	TSC_AUX: 33,
	PAT: 34,
	GDTR_BASE: 35,
	GDTR_LIMIT: 36,
	IDTR_BASE: 37,
	IDTR_LIMIT: 38,
	CPL: 39,
	DR0: 40,
	DR6: 44,
	DR7: 45,
	/** Steps that passed while `hlt` waited: time without instructions. */
	IDLE: 46,
	/** 1 while `hlt` waits for an interrupt. */
	HALTED: 47,
	/** Not zero for the one instruction after `sti`, `mov` to ss or `pop` to ss, during which interrupts wait; see Shadow. */
	SHADOW: 48,
	/** The step at which the timer asks for an interrupt next; all ones: never. */
	TIMER_DEADLINE: 49,
	TIMER_PERIOD: 50,
	/** One bit a vector that a device has asked for and the processor has not taken (vectors 32 to 95). */
	PENDING_INTERRUPTS: 51,
	MXCSR: 52,
	XCR0: 53,
	SYSENTER_CS: 54,
	SYSENTER_ESP: 55,
	SYSENTER_EIP: 56,
	/** Breakpoints that matched and have not trapped yet, as DR6 bits. */
	DEBUG_PENDING: 57,
	TSC_OFFSET: 59,
	/** Whether a non-maskable interrupt waits, and whether they are blocked until `iret`. */
	NMI: 60,
	/** Eight segment registers of four cells each; see SegmentCell. */
	SEGMENTS: 64,
	/** Sixteen registers of two cells each. */
	XMM: 96,
	/** Eight x87 registers of two cells each (64-bit significand; sign and exponent). */
	X87: 128,
	/** x87 control word, status word, tag word, last opcode, last instruction and data pointers. */
	X87_CONTROL: 144,
	X87_STATUS: 145,
	X87_TAG: 146,
	X87_OPCODE: 147,
	X87_IP: 148,
	X87_DP: 149,
	/** Number of cells. */
	COUNT: 256,
} as const;

/** Offsets within a segment register's four cells: the visible selector and the hidden part. */
export const SegmentCell = {SELECTOR: 0, BASE: 1, LIMIT: 2, ATTRIBUTES: 3, COUNT: 4} as const;

/** Entries of one bank of the translation cache. */
export const TLB_ENTRIES = 1024;

/** Bits by which an address is shifted to find its entry: once for the page, once for the region, lest stacks that lie far apart meet in one entry. */
export const TLB_PAGE_SHIFT = 12;
export const TLB_REGION_SHIFT = 22;

/** The entry of an address, given its lower 32 bits. */
export const tlbEntry = (low: number): number => ((low >>> TLB_PAGE_SHIFT) ^ (low >>> TLB_REGION_SHIFT)) & (TLB_ENTRIES - 1);

/** 32-bit words of one entry: tag of a readable page (low, high), of a writable one, addend, tag of an executable one. */
export const TLB_WORDS = 8;

/** Word offsets in an entry. */
export const TlbWord = {READ: 0, WRITE: 2, ADDEND: 4, EXECUTE: 5} as const;

/** Byte offset of the translation cache, which has one bank for each privilege mode (see Paging). */
export const TLB_OFFSET = Cell.COUNT * 8;

/** Banks of the translation cache. */
export const TLB_BANKS = 4;

/** Byte offset of what the emitted interpreter shares with its surroundings; see SharedWord. */
export const SHARED_OFFSET = TLB_OFFSET + TLB_BANKS * TLB_ENTRIES * TLB_WORDS * 4;

/** Byte offsets from SHARED_OFFSET. */
export const SharedWord = {
	/** The fetch generation in force. */
	GENERATION: 0,
	/** Byte offset of the translation cache's bank in force. */
	BANK: 4,
	/** Steps left, and the target of a computed jump, as a region leaves them. */
	BUDGET: 8,
	TARGET: 16,
	/** The table from computed jump targets to records. */
	JUMPS: 32,
} as const;

/** Entries of the table of computed jumps, each a link of 16 bytes. */
export const JUMP_ENTRIES = 4096;

/** Byte offset of guest physical memory; a whole number of pages. */
export const RAM_OFFSET = (SHARED_OFFSET + SharedWord.JUMPS + JUMP_ENTRIES * 16 + 4095) & -4096;
