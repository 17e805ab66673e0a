//! Memory to read into that is made once a thread.
//!
//! Safe code can read only into memory that was written before, and a buffer is a new one for each read: to write zeroes over
//! thousands of bytes, for an answer of three hundred or for the word that nothing has come, takes longer than to copy those.

use std::cell::RefCell;
use std::io;

use tokio::io::ReadBuf;

/// Up to so many bytes are read and then copied, about what the codec has room for until an answer turns out long.
const SIZE: usize = 16 << 10;

thread_local! {
    static ROOM: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Has `read` fill what is left of the buffer, and returns how many bytes came.
///
/// # Errors
/// What `read` says.
pub(super) fn read(
    buffer: &mut ReadBuf<'_>,
    read: impl FnOnce(&mut [u8]) -> io::Result<usize>,
) -> io::Result<usize> {
    let wanted = buffer.remaining();
    if wanted > SIZE {
        let count = read(buffer.initialize_unfilled())?;
        buffer.advance(count);
        return Ok(count);
    }
    ROOM.with_borrow_mut(|room| {
        room.resize(SIZE, 0);
        let count = read(&mut room[..wanted])?;
        buffer.put_slice(&room[..count]);
        Ok(count)
    })
}
