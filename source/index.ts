/**
 * The machine and the trace as a library: build a machine, fill its memory and registers, run it, listen to it, go back
 * and forth in its run.
 */
export {Cr0, Cr4, Efer, isCanonical, Pte} from './machine/control-bits.js';
export type {DetailListener, Effect, Mark, MarkListener, MemoryAccess, Note, WalkStep} from './machine/events.js';
export {Vector, vectorName} from './machine/fault.js';
export {Flag} from './machine/flags.js';
export {Machine, type MachineOptions} from './machine/machine.js';
export {Msr} from './machine/msr.js';
export type {PhysicalMemory} from './machine/physical-memory.js';
export type {PortDevice} from './machine/ports.js';
export type {RegisterFile, SegmentValue} from './machine/register-file.js';
export {GENERAL_REGISTERS, SEGMENT_REGISTERS, type GeneralRegister} from './machine/registers.js';
export {flatCodeRights, flatDataRights} from './machine/segments.js';
export type {Stop} from './machine/stop.js';
export {buildKernel, type Kernel} from './kernel/kernel.js';
export {boot, type BootOptions} from './kernel/loader.js';
export {assemble} from './program/assemble.js';
export type {Image} from './program/image.js';
export {link} from './program/link.js';
export {AssemblyError} from './program/problems.js';
export {collectDetail, type Happening, type StepDetail} from './trace/detail.js';
export type {TraceEvent} from './trace/events.js';
export {hardwareLane} from './trace/hardware/lane.js';
export type {LaneEntry, LanePart} from './trace/hardware/lane-entry.js';
export {type Naming, Places} from './trace/hardware/places.js';
export {eventLine} from './trace/json-lines.js';
export {narrate} from './trace/narrator.js';
export {narrateEvent} from './trace/narrator-events.js';
export {Recording} from './trace/recording.js';
export {type Edit, Timeline} from './trace/timeline.js';
