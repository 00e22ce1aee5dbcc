import {Box, Text} from 'ink';
import SelectInput from 'ink-select-input';
import type {LabEntry} from '../lab/catalogue.js';
import type {AppState} from '../view/app-state.js';
import {menuHead, menuItem, menuKeys, menuLimit} from '../view/menu.js';
import {encode} from '../view/theme.js';

interface MenuProps {
	readonly state: AppState;
	readonly onOpen: (entry: LabEntry) => void;
}

/** The mark is part of each item's row. */
const NoIndicator = () => null;

/** The list of labs; ink-select-input moves in it and chooses. */
export const Menu = ({state: {labs, width, height, theme}, onOpen}: MenuProps) => {
	const items = labs.map((entry, index) => ({key: entry.name, label: String(index), value: entry}));
	const Item = ({isSelected = false, label}: {readonly isSelected?: boolean; readonly label: string}) => {
		const index = Number(label);
		const entry = labs.at(index);
		return entry === undefined ? null : <Text>{encode(menuItem(entry, index, isSelected, width, theme.glyphs), theme)}</Text>;
	};

	return (
		<Box flexDirection="column" width={width} height={height}>
			<Text>{menuHead(width).map(row => encode(row, theme)).join('\n')}</Text>
			<Box flexGrow={1} flexDirection="column">
				<SelectInput items={items} limit={menuLimit(height, width)} indicatorComponent={NoIndicator} itemComponent={Item} onSelect={({value}) => onOpen(value)} />
			</Box>
			<Text>{encode(menuKeys(width), theme)}</Text>
		</Box>
	);
};
