/** The panes that a step can ask for; the view has one of each name. */
export const LAB_PANES = ['registers', 'code', 'stacks', 'events', 'console', 'hardware', 'memory', 'flags', 'vector'] as const;

export type LabPane = (typeof LAB_PANES)[number];
