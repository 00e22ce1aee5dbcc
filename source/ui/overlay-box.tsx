import {Box, Text} from 'ink';
import type {ScreenParts} from '../view/screen.js';

/** What lies over a screen. */
export const OverlayBox = ({overlay}: {readonly overlay: ScreenParts['overlay']}) => (overlay === undefined ? null : (
	<Box position="absolute" marginLeft={overlay.left} marginTop={overlay.top} width={overlay.width}>
		<Text>{overlay.text}</Text>
	</Box>
));
