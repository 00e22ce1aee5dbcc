import {Box, Text} from 'ink';
import SelectInput from 'ink-select-input';
import type {AppState} from '../view/app-state.js';
import {menuEntries, type MenuEntry, menuItem, menuParts} from '../view/menu.js';
import {paintOverlay} from '../view/screen.js';
import {encode, encodeRows} from '../view/theme.js';
import {OverlayBox} from './overlay-box.js';

interface MenuProps {
	readonly state: AppState;
	readonly onChoose: (entry: MenuEntry) => void;
	readonly onHighlight: (index: number) => void;
}

/** The mark is part of each item's row. */
const NoIndicator = () => null;

/** The list of labs; ink-select-input moves in it and chooses. */
export const Menu = ({state, onChoose, onHighlight}: MenuProps) => {
	const {width, height, theme, session} = state;
	const entries = menuEntries(state);
	const items = entries.map((entry, index) => ({key: String(index), label: String(index), value: entry}));
	const {head, limit, foot} = menuParts(state, session.highlight);
	const Item = ({isSelected = false, label}: {readonly isSelected?: boolean; readonly label: string}) => {
		const entry = entries.at(Number(label));
		return entry === undefined ? null : <Text>{encode(menuItem(entry, isSelected, width, theme.glyphs), theme)}</Text>;
	};

	return (
		<Box flexDirection="column" width={width} height={height}>
			<Text>{encodeRows(head, theme)}</Text>
			<SelectInput
				items={items} limit={limit} initialIndex={Math.min(session.highlight, items.length - 1)} indicatorComponent={NoIndicator} itemComponent={Item}
				onSelect={({value}) => onChoose(value)} onHighlight={({label}) => onHighlight(Number(label))}
			/>
			<Text>{encodeRows(foot, theme)}</Text>
			<OverlayBox overlay={paintOverlay(state)} />
		</Box>
	);
};
