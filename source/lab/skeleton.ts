import {LAB_FORMAT} from './lab-file.js';
import {LAB_FILE} from './catalogue.js';
import {SOLUTION_FILE} from './format/solution-file.js';

/** Words of a folder's name as a title. */
const titleOf = (name: string): string => name.replace(/^\d+-/, '').replaceAll('-', ' ').replace(/^./, letter => letter.toUpperCase());

const labText = (name: string): string => `---
format: ${LAB_FORMAT}
title: ${titleOf(name)}
summary: TODO what it shows, in half a line
track: deep
minutes: 10
needs: []
teaches: []
program: program.s
values:
  closed: {from: 50, to: 99}
---

## Look first

TODO what is to be seen here, in a few sentences. Names of \`instructions\` and registers stand in back quotes.

\`\`\`yaml
task: TODO what to look at, and where.
go: before syscall
show: registers
predictions:
  - ask: What will rcx hold behind \`syscall\`?
    number: rcx after syscall[next]
    misconceptions:
      - answer: rip
        because: That is where \`syscall\` itself stands.
\`\`\`

## Then change something

TODO why this is worth trying.

\`\`\`yaml
task: TODO what to change, and how far to run.
go: before syscall
show: registers
goals:
  - call: write
    result: -EBADF
mistakes:
  - when: {call: write, result: -EFAULT}
    text: TODO the misconception behind a bad address.
    by:
      - set: rsi=0
      - go: end
hints:
  - TODO a nudge, which gives nothing away.
  - TODO a pointer to the register.
  - Set rdi to \${closed}, which nobody has opened, and run on.
\`\`\`
`;

const PROGRAM = `# TODO what the program does.
#
#	int main(void)
#	{
#		write(1, "hello\\n", 6);
#		exit(0);
#	}

	.globl	_start
	.text
_start:
	movl	$1, %eax			# write is number 1
	movl	$1, %edi			# descriptor 1: standard output
	leaq	message(%rip), %rsi		# where the bytes are
	movl	$6, %edx			# how many
	syscall					# C: write(1, "hello\\n", 6);

	movl	$60, %eax			# exit is number 60
	xorl	%edi, %edi			# status 0
	syscall					# C: exit(0);

	.section .rodata
message:
	.ascii	"hello\\n"
`;

const SOLUTION = `format: ${LAB_FORMAT}
steps:
  - step: Then change something
    do:
      - set: rdi=closed
      - go: end
    explain: TODO why that does it.
`;

/** The files of a new lab, by name: they can be run and proved, and only their texts are still to be written. */
export const skeleton = (name: string): ReadonlyMap<string, string> => new Map([[LAB_FILE, labText(name)], ['program.s', PROGRAM], [SOLUTION_FILE, SOLUTION]]);

/** A lab's name: words, with or without a number before them. */
const NAME = /^(?:(\d{2})-)?([a-z0-9]+(?:-[a-z0-9]+)*)$/;

/** The highest number that a name has room for. */
const LAST = 99;

/**
 * The folder's name for a new lab, with the next free number if it has none.
 * @param taken names of the labs that are there
 * @returns why there is none, if there is none
 */
export function skeletonName(wanted: string, taken: readonly string[]): {readonly name: string} | {readonly problem: string} {
	const match = NAME.exec(wanted);
	if (match === null) return {problem: `${wanted} is no name for a lab; write small letters, digits and dashes, such as two-doors or 16-two-doors`};
	const numbers = new Set(taken.map(name => Number.parseInt(name, 10)));
	const [, given = ''] = match as readonly (string | undefined)[];
	if (given !== '') return numbers.has(Number(given)) ? {problem: `there is a lab with the number ${given} already; leave the number out to get the next free one`} : {name: wanted};
	const free = Array.from({length: LAST + 1}, (_, number) => number).find(number => !numbers.has(number) && number > Math.max(-1, ...[...numbers].filter(each => each < LAST)));
	if (free === undefined) return {problem: 'all numbers up to 99 are taken; write one of a folder of your own in front of the name'};
	return {name: `${String(free).padStart(2, '0')}-${match[2]}`};
}
