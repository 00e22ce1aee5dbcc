/** The panes that a step can ask for; the view has one of each name. */
export const LAB_PANES = ['registers', 'code', 'stacks', 'events', 'console', 'hardware', 'memory', 'flags', 'vector', 'strace', 'calls', 'path', 'boot', 'walk', 'maps', 'process', 'tables', 'system', 'tasks'] as const;

export type LabPane = (typeof LAB_PANES)[number];
