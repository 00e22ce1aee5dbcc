import {Box, Text} from 'ink';
import {useSyncExternalStore} from 'react';
import type {LabEntry} from '../lab/catalogue.js';
import type {AppState, Store} from '../view/app-state.js';
import {paintHelp} from '../view/help.js';
import {paintMessage} from '../view/message.js';
import {isTooSmall, paintLab, paintTooSmall} from '../view/screen.js';
import type {Row} from '../view/text.js';
import {encode, type Theme} from '../view/theme.js';
import {Menu} from './menu.js';

/** What the app's parts ask for. */
export interface AppProps {
	readonly store: Store;
	readonly onOpen: (entry: LabEntry) => void;
}

/** Rows as one text that Ink places. */
export const Rows = ({rows, theme}: {readonly rows: readonly Row[]; readonly theme: Theme}) =>
	<Text>{rows.map(row => encode(row, theme)).join('\n')}</Text>;

/** The panes of a lab. */
const LabScreen = ({state: {session, width, height, theme}}: {readonly state: AppState}) => {
	if (session.view === undefined) return null;
	const {top, columns, bottom} = paintLab(session.view, width, height, theme);
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
		</Box>
	);
};

/** Chooses the screen. */
export const App = ({store, onOpen}: AppProps) => {
	const state = useSyncExternalStore(store.subscribe, store.get);
	const {session, width, height, theme} = state;
	if (isTooSmall(width, height)) return <Rows rows={paintTooSmall(width, height)} theme={theme} />;
	if (session.help) return <Rows rows={paintHelp(session.helpScroll, width, height)} theme={theme} />;
	switch (session.screen) {
		case 'menu':
			return <Menu state={state} onOpen={onOpen} />;
		case 'opening':
		case 'failed':
			return <Rows rows={paintMessage(session.screen, session.message, width, height)} theme={theme} />;
		case 'lab':
			return <LabScreen state={state} />;
	}
};
