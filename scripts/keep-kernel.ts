/** Assembles the kernel and writes it where the built program finds it: the last step of the build. */
import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {KEPT_KERNEL, keptKernel} from '../source/kernel/kept-kernel.js';
import {KEPT_OBJECTS, keptObjects} from '../source/kernel/kept-objects.js';
import {buildKernel, kernelObjects} from '../source/kernel/kernel.js';
import {packageRoot} from '../source/kernel/package-files.js';

/** The kernels whose files are kept: those that differ in a file from the usual one. */
const KEPT = [{}, {isolation: true}, {entryStack: false}, {door80: true}, {isolation: true, door80: true}];

const [{image, sources}] = KEPT.map(options => buildKernel(options));
const write = (name: string, text: string): void => writeFileSync(path.join(packageRoot(), 'dist', name), text);
write(KEPT_KERNEL, keptKernel(image, sources));
write(KEPT_OBJECTS, keptObjects(kernelObjects().all()));
