import {bytesOf} from '../layouts.js';
import {choiceText} from '../names.js';
import {CHOICE_NAMES} from '../names/choices.js';
import {quoted} from '../quote.js';
import {address, hex} from '../scalars.js';
import {readBytes, type Show, valueAt, type View, viewOf} from '../view.js';

/** The longest address that is looked at: struct sockaddr_storage. */
const LONGEST = 128;

/** An IPv6 address in its short form (RFC 5952): the longest run of zero groups is left out. */
export function ipv6Text(bytes: Uint8Array): string {
	const groups = Array.from({length: 8}, (_, index) => (bytes[index * 2] << 8) | bytes[index * 2 + 1]);
	const isMapped = groups.slice(0, 5).every(group => group === 0) && (groups[5] === 0xffff || (groups[5] === 0 && (groups[6] !== 0)));
	if (isMapped) return `::${groups[5] === 0xffff ? 'ffff:' : ''}${bytes.subarray(12).join('.')}`;
	const run = longestZeros(groups);
	const text = (part: readonly number[]): string => part.map(group => group.toString(16)).join(':');
	return run.length < 2 ? text(groups) : `${text(groups.slice(0, run.at))}::${text(groups.slice(run.at + run.length))}`;
}

function longestZeros(groups: readonly number[]): {readonly at: number; readonly length: number} {
	let best = {at: 0, length: 0};
	for (let at = 0; at < groups.length; at++) {
		let length = 0;
		while (groups.at(at + length) === 0 && at + length < groups.length) length++;
		if (length > best.length) best = {at, length};
	}

	return best;
}

const port = (data: DataView): number => data.getUint16(2);

/** A path, or after a zero byte a name that is none. */
function unixPath(bytes: Uint8Array): string {
	if (bytes.length === 0) return '';
	if (bytes[0] === 0) return `, sun_path=@${quoted(bytes.subarray(1))}`;
	const end = bytes.indexOf(0);
	return `, sun_path=${quoted(end < 0 ? bytes : bytes.subarray(0, end))}`;
}

type Family = (data: DataView) => string;

const inet: Family = data => `, sin_port=htons(${port(data)}), sin_addr=inet_addr("${bytesOf(data, 4, 4).join('.')}")`;
const inet6: Family = data => {
	const scope = data.byteLength < 28 ? '' : `, sin6_scope_id=${data.getUint32(24, true)}`;
	return `, sin6_port=htons(${port(data)}), sin6_flowinfo=htonl(${data.getUint32(4)}), inet_pton(AF_INET6, "${ipv6Text(bytesOf(data, 8, 16))}", &sin6_addr)${scope}`;
};

const netlink: Family = data => `${port(data) === 0 ? '' : `, nl_pad=${hex(data.getUint16(2, true))}`}, nl_pid=${data.getUint32(4, true)}, nl_groups=${hex(data.getUint32(8, true)) === '0' ? '00000000' : `0x${data.getUint32(8, true).toString(16).padStart(6, '0')}`}`;

/** Families whose addresses have a form of their own: the family's number, the shortest address, and the form. */
const FAMILIES: readonly (readonly [family: number, shortest: number, form: Family])[] = [
	[1, 2, data => unixPath(bytesOf(data, 2, Math.min(data.byteLength, 110) - 2))], [2, 16, inet], [10, 24, inet6], [16, 12, netlink],
];

/** A socket's address of so many bytes. */
export function socketAddress(start: bigint, length: bigint, view: View): string {
	const size = length > BigInt(LONGEST) ? LONGEST : Number(length);
	const bytes = start === 0n || size < 2 ? undefined : readBytes(view, start, size);
	if (bytes === undefined) return address(start, view);
	const data = viewOf(bytes);
	const family = data.getUint16(0, true);
	const form = FAMILIES.find(([number, shortest]) => number === family && size >= shortest)?.[2];
	const rest = form === undefined ? (size === 2 ? '' : `, sa_data=${quoted(bytes.subarray(2))}`) : form(data);
	return `{sa_family=${choiceText(valueAt(data, 0, 2), CHOICE_NAMES['socket-domain'])}${rest}}`;
}

/** An address that a program gives, with its length in the argument after it. */
export const givenAddress = (length: number): Show => (start, view) => {
	return socketAddress(start, BigInt.asIntN(32, view.args[length]), view);
};
