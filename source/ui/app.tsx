import {Box, Text} from 'ink';
import {useSyncExternalStore} from 'react';
import type {AppState, Store} from '../view/app-state.js';
import {paintHelp} from '../view/help.js';
import type {MenuEntry} from '../view/menu.js';
import {paintMessage} from '../view/message.js';
import {paintLab, paintOverlay} from '../view/screen.js';
import type {Row} from '../view/text.js';
import {encodeRows, type Theme} from '../view/theme.js';
import {isTooSmall, paintTooSmall} from '../view/too-small.js';
import {Menu} from './menu.js';
import {OverlayBox} from './overlay-box.js';

/** What the app's parts ask for. */
export interface AppProps {
	readonly store: Store;
	readonly onChoose: (entry: MenuEntry) => void;
	readonly onHighlight: (index: number) => void;
}

/** Rows as one text that Ink places. */
export const Rows = ({rows, theme}: {readonly rows: readonly Row[]; readonly theme: Theme}) => <Text>{encodeRows(rows, theme)}</Text>;

/** The panes of a lab. */
const LabScreen = ({state}: {readonly state: AppState}) => {
	const {session: {view}, width, height} = state;
	if (view === undefined) return null;
	const {top, columns, bottom, overlay} = paintLab(view, state);
	return (
		<Box flexDirection="column" width={width} height={height}>
			<Text>{top}</Text>
			<Box>
				{columns.map((column, index) =>
					<Box key={index} flexDirection="column" width={column.width}>
						{column.panes.map(({name, text}) => <Text key={name}>{text}</Text>)}
					</Box>)}
			</Box>
			<Text>{bottom}</Text>
			<OverlayBox overlay={overlay} />
		</Box>
	);
};

/** A message over the whole screen, with a field over it if one is open. */
const MessageScreen = ({state}: {readonly state: AppState}) => (
	<Box width={state.width} height={state.height}>
		<Rows rows={paintMessage(state)} theme={state.theme} />
		<OverlayBox overlay={paintOverlay(state)} />
	</Box>
);

/** Chooses the screen. */
export const App = ({store, onChoose, onHighlight}: AppProps) => {
	const state = useSyncExternalStore(store.subscribe, store.get);
	const {session, width, height, theme, keymap} = state;
	if (isTooSmall(width, height)) return <Rows rows={paintTooSmall(width, height)} theme={theme} />;
	if (session.help !== undefined) return <Rows rows={paintHelp(session, keymap, width, height, theme.glyphs)} theme={theme} />;
	switch (session.screen) {
		case 'menu':
			return <Menu state={state} onChoose={onChoose} onHighlight={onHighlight} />;
		case 'opening':
		case 'failed':
			return <MessageScreen state={state} />;
		case 'lab':
			return <LabScreen state={state} />;
	}
};
