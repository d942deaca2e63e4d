//! Objects of packs on which others may rest, kept in slots whose memory is used again.

use gix::objs::Kind;
use gix::odb::pack::cache::DecodeEntry;

/// How many objects are kept.
const SLOTS: usize = 1024;

/// How many bytes the slots may hold before all of them are emptied, and the most that one object may have of them.
const MOST: usize = 8 << 20;
const LARGEST: usize = MOST / 8;

/// One slot for each remainder of an object's place in its pack; the newest object has it.
pub(super) struct Slots {
    slots: Vec<Slot>,
    held: usize,
}

#[derive(Default)]
struct Slot {
    /// The pack, the place in it, the kind, and the size in the pack.
    object: Option<(u32, u64, Kind, usize)>,
    data: Vec<u8>,
}

impl Default for Slots {
    fn default() -> Self {
        Self { slots: (0..SLOTS).map(|_| Slot::default()).collect(), held: 0 }
    }
}

impl Slots {
    fn slot(&mut self, pack: u32, offset: u64) -> &mut Slot {
        let mixed = (offset ^ u64::from(pack) << 40).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 54;
        let slot = usize::try_from(mixed).unwrap_or(0) % SLOTS;
        &mut self.slots[slot]
    }
}

impl DecodeEntry for Slots {
    fn put(&mut self, pack: u32, offset: u64, data: &[u8], kind: Kind, compressed: usize) {
        if data.len() > LARGEST {
            return;
        }
        if self.held > MOST {
            *self = Self::default();
        }
        let slot = self.slot(pack, offset);
        let before = slot.data.capacity();
        slot.object = Some((pack, offset, kind, compressed));
        slot.data.clear();
        slot.data.extend_from_slice(data);
        let grown = slot.data.capacity() - before;
        self.held += grown;
    }

    fn get(&mut self, pack: u32, offset: u64, out: &mut Vec<u8>) -> Option<(Kind, usize)> {
        let slot = self.slot(pack, offset);
        let (_, _, kind, compressed) = slot.object.filter(|(known, at, _, _)| (*known, *at) == (pack, offset))?;
        out.clear();
        out.extend_from_slice(&slot.data);
        Some((kind, compressed))
    }
}
