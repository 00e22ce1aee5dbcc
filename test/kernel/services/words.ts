/** A little-endian number of up to eight bytes. */
export const numberOfBytes = (bytes: Uint8Array): number => Number(bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n));

/** Little-endian bytes of numbers of eight bytes each. */
export const words = (...values: (number | bigint)[]): Uint8Array => new Uint8Array(BigUint64Array.from(values.map(value => BigInt.asUintN(64, BigInt(value)))).buffer);
