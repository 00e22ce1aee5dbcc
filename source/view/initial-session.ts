import type {Session} from './session.js';

/** How a program starts: at the menu. */
export const INITIAL_SESSION: Session = {screen: 'menu', highlight: 0, message: ''};
