//! Symbols that are drawn as shapes: in a font they leave gaps between lines, or are missing.

/// The width and the height of a cell, in hundredths of a pixel.
pub const CELL: (u32, u32) = (840, 1_800);
/// The width of a line, and of a dot.
const LINE: u32 = 100;
const DOT: u32 = 180;

/// A rectangle within a cell, in hundredths of a pixel: left, top, right, bottom.
pub type Area = [u32; 4];

/// The rectangles of a symbol; none where a font draws it.
pub fn areas(symbol: &str) -> Option<Vec<Area>> {
    let mut chars = symbol.chars();
    let (c, None) = (chars.next()?, chars.next()) else { return None };
    blocks(c).or_else(|| lines(c)).or_else(|| dots(c))
}

/// Block elements: parts of the cell in eighths.
fn blocks(c: char) -> Option<Vec<Area>> {
    let eighths = |areas: &[[u32; 4]]| -> Vec<Area> {
        let (width, height) = (CELL.0 / 8, CELL.1 / 8);
        areas.iter().map(|area| [area[0] * width, area[1] * height, area[2] * width, area[3] * height]).collect()
    };
    let code = u32::from(c);
    Some(match code {
        0x2580 => eighths(&[[0, 0, 8, 4]]),
        0x2581..=0x2588 => eighths(&[[0, 0x2588 - code, 8, 8]]),
        0x2589..=0x258f => eighths(&[[0, 0, 0x2590 - code, 8]]),
        0x2590 => eighths(&[[4, 0, 8, 8]]),
        0x2594 => eighths(&[[0, 0, 8, 1]]),
        0x2595 => eighths(&[[7, 0, 8, 8]]),
        0x2596..=0x259f => {
            const QUARTERS: [[u32; 4]; 4] = [[0, 0, 4, 4], [4, 0, 8, 4], [0, 4, 4, 8], [4, 4, 8, 8]];
            // Bits: upper left, upper right, lower left, lower right.
            const SYMBOLS: [u8; 10] = [4, 8, 1, 13, 9, 7, 11, 2, 6, 14];
            let bits = SYMBOLS[usize::try_from(code - 0x2596).ok()?];
            eighths(&chosen(QUARTERS, u32::from(bits)))
        }
        _ => return None,
    })
}

/// Thin lines of boxes: arms from the middle to the left, the right, the top, the bottom.
fn lines(c: char) -> Option<Vec<Area>> {
    let arms = match c {
        '─' => [true, true, false, false],
        '│' => [false, false, true, true],
        '┌' => [false, true, false, true],
        '┐' => [true, false, false, true],
        '└' => [false, true, true, false],
        '┘' => [true, false, true, false],
        '├' => [false, true, true, true],
        '┤' => [true, false, true, true],
        '┬' => [true, true, false, true],
        '┴' => [true, true, true, false],
        '┼' => [true, true, true, true],
        _ => return None,
    };
    let (width, height) = CELL;
    let (left, top) = ((width - LINE) / 2, (height - LINE) / 2);
    let (right, bottom) = (left + LINE, top + LINE);
    let areas =
        [[0, top, right, bottom], [left, top, width, bottom], [left, 0, right, bottom], [left, top, right, height]];
    Some(areas.into_iter().zip(arms).filter(|(_, is_set)| *is_set).map(|(area, _)| area).collect())
}

/// Braille: eight dots by the bits of their code.
fn dots(c: char) -> Option<Vec<Area>> {
    /// Column and row of each bit's dot.
    const PLACES: [(u32, u32); 8] = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)];
    let bits = u32::from(c).checked_sub(0x2800).filter(|bits| *bits < 0x100)?;
    let dot = |(column, row): (u32, u32)| {
        let left = (2 * column + 1) * CELL.0 / 4 - DOT / 2;
        let top = (2 * row + 1) * CELL.1 / 8 - DOT / 2;
        [left, top, left + DOT, top + DOT]
    };
    Some(chosen(PLACES, bits).into_iter().map(dot).collect())
}

/// What the set bits stand for, the lowest bit first.
fn chosen<T, const N: usize>(all: [T; N], bits: u32) -> Vec<T> {
    all.into_iter().enumerate().filter(|(bit, _)| (bits >> bit) & 1 == 1).map(|(_, one)| one).collect()
}
