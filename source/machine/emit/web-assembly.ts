/** What this project uses of WebAssembly, typed here because neither the language's library nor Node's types have it. */
interface WebAssemblyDoor {
	readonly Memory: new (descriptor: {readonly initial: number; readonly maximum: number}) => WasmMemory;
	readonly Module: new (bytes: Uint8Array) => WasmModule;
	readonly Instance: new (module: WasmModule, imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>) => WasmInstance;
	readonly Table: new (descriptor: {readonly initial: number; readonly element: 'anyfunc'}) => WasmTable;
}

/** A memory that never grows, so that views of it stay. */
export interface WasmMemory {
	readonly buffer: ArrayBuffer;
}

/** A compiled module; nothing looks into it. */
export type WasmModule = object;

/** A module that has been given its imports. */
export interface WasmInstance {
	readonly exports: Readonly<Record<string, unknown>>;
}

/** A table of functions. */
export interface WasmTable {
	set(index: number, entry: unknown): void;
}

/** Bytes of a page of WebAssembly's memory. */
export const WASM_PAGE = 65_536;

/** WebAssembly, or undefined where there is none. */
export const webAssembly = (globalThis as {readonly WebAssembly?: WebAssemblyDoor}).WebAssembly;
