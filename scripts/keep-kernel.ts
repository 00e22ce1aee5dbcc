/** Assembles the kernel and writes it where the built program finds it: the last step of the build. */
import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {KEPT_KERNEL, keptKernel} from '../source/kernel/kept-kernel.js';
import {buildKernel} from '../source/kernel/kernel.js';
import {packageRoot} from '../source/kernel/package-files.js';

const {image, sources} = buildKernel();
writeFileSync(path.join(packageRoot(), 'dist', KEPT_KERNEL), keptKernel(image, sources));
