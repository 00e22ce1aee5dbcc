"""Runs a static x86-64 executable in Unicorn up to its first system call.

Prints the seconds of processor time that the emulation alone took, and the low byte of edi: the status that the program
was about to exit with.

Usage: unicorn-run.py FILE [virtual], where `virtual` chooses Unicorn's own table of pages in place of the emulated
processor's page walk.
"""
import struct
import sys
import time

import unicorn
from unicorn import UC_ARCH_X86, UC_HOOK_INSN, UC_MODE_64, UC_PROT_EXEC, UC_PROT_READ, UC_PROT_WRITE, Uc
from unicorn.x86_const import UC_X86_INS_SYSCALL, UC_X86_REG_EDI, UC_X86_REG_RSP

PAGE = 4096
PT_LOAD = 1
# By the flags of a program header.
RIGHTS = {1: UC_PROT_EXEC, 2: UC_PROT_WRITE, 4: UC_PROT_READ}
STACK_TOP = 0x7FFFFFFFE000
STACK_SIZE = 1 << 20


def load(emulator, content):
    """Maps the segments of an ELF file (System V ABI, chapter 5) and gives its entry."""
    entry, headers = struct.unpack_from('<QQ', content, 24)
    size, count = struct.unpack_from('<HH', content, 54)
    for at in range(headers, headers + size * count, size):
        kind, flags, offset, address, _physical, in_file, in_memory = struct.unpack_from('<IIQQQQQ', content, at)
        if kind != PT_LOAD:
            continue
        first = address & -PAGE
        rights = sum(right for flag, right in RIGHTS.items() if flags & flag)
        emulator.mem_map(first, (address + in_memory - first + PAGE - 1) & -PAGE, rights)
        emulator.mem_write(address, content[offset:offset + in_file])
    return entry


def main():
    emulator = Uc(UC_ARCH_X86, UC_MODE_64)
    if 'virtual' in sys.argv[2:]:
        emulator.ctl_set_tlb_mode(unicorn.UC_TLB_VIRTUAL)
    with open(sys.argv[1], 'rb') as file:
        entry = load(emulator, file.read())
    emulator.mem_map(STACK_TOP - STACK_SIZE, STACK_SIZE, UC_PROT_READ | UC_PROT_WRITE)
    # As the kernel leaves it: below argc, argv's end, envp's end and the auxiliary vector's, all of them zero.
    emulator.reg_write(UC_X86_REG_RSP, STACK_TOP - 64)
    emulator.hook_add(UC_HOOK_INSN, lambda *_: emulator.emu_stop(), None, 1, 0, UC_X86_INS_SYSCALL)
    before = time.process_time()
    # No code stands at address 0, so nothing but the hook ends the run.
    emulator.emu_start(entry, 0)
    print(time.process_time() - before, emulator.reg_read(UC_X86_REG_EDI) & 0xFF)


main()
