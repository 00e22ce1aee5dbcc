import widestLine from 'widest-line';
export default function measureText(text: string): {width: number; height: number} {
	return {width: widestLine(text), height: text.split('\n').length};
}
