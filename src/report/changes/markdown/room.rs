//! What of a comment is kept where a forge has no room for all of it.

use crate::model::changes::Section;

/// What is kept before what; of two parts the later one goes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Rank {
    /// What could not be read, up to its share.
    Unread,
    /// Who has to approve, up to its share.
    Approvals,
    /// What stands out.
    StandsOut,
    /// Who does what.
    Ownership,
    /// Another section.
    Section(Section),
    /// What check says anew.
    Added,
    /// What check says no more.
    Gone,
    /// Every reason of an approval.
    Reasons,
}

/// A part of the comment: items of which the last are left out first.
pub(super) struct Block {
    /// As the count of what is left out calls it.
    pub(super) name: &'static str,
    pub(super) rank: Rank,
    open: String,
    pub(super) items: Vec<String>,
    kept: usize,
    close: String,
}

impl Block {
    pub(super) fn new(name: &'static str, rank: Rank, items: Vec<String>) -> Self {
        let kept = items.len();
        Self { name, rank, open: String::new(), items, kept, close: String::new() }
    }

    /// What stands before the items, after an empty line.
    pub(super) fn open(self, open: String) -> Self {
        Self { open, ..self }
    }

    /// What stands behind the items.
    pub(super) fn closed(self, close: &str) -> Self {
        Self { close: close.to_owned(), ..self }
    }

    /// Under a heading of ours.
    pub(super) fn headed(self, title: &str) -> Self {
        self.open(format!("### {title}\n\n"))
    }

    /// Behind a line of ours that opens it.
    pub(super) fn folded(self, title: &str) -> Self {
        self.open(format!("<details><summary>{title}</summary>\n\n")).closed("\n</details>\n")
    }

    pub(super) fn text(&self) -> String {
        if self.kept == 0 {
            return String::new();
        }
        format!("\n{}{}{}", self.open, self.items[..self.kept].concat(), self.close)
    }

    pub(super) fn left_out(&self) -> usize {
        self.items.len() - self.kept
    }

    /// How many items have room in so many bytes.
    fn fitting(&self, room: usize) -> usize {
        let frame = 1 + self.open.len() + self.close.len();
        let ends = self.items.iter().scan(frame, |end, item| {
            *end += item.len();
            Some(*end)
        });
        ends.take_while(|end| *end <= room).count()
    }

    /// What it takes.
    fn size(&self) -> usize {
        if self.kept == 0 { 0 } else { self.text().len() }
    }

    /// The share of the comment that it may take: what is no change leaves room for the changes.
    fn share(&self, room: usize) -> usize {
        match self.rank {
            Rank::Unread => room / 8,
            Rank::Approvals => room / 3,
            _ => room,
        }
    }
}

/// The comment with as much as has room in so many bytes; nothing if not even its head has.
pub(super) fn fit(blocks: &mut [Block], most: usize, comment: impl Fn(&[Block]) -> String) -> Option<String> {
    let whole = comment(blocks);
    if whole.len() <= most {
        return Some(whole);
    }
    let items = |blocks: &[Block]| blocks.iter().map(|block| block.kept).sum::<usize>();
    for block in blocks.iter_mut() {
        block.kept = 0;
    }
    let mut room = most.checked_sub(comment(blocks).len())?;
    fill(blocks, &mut room);
    // The count of what is left out is shorter or longer by some digits than the one that was measured.
    loop {
        let text = comment(blocks);
        if text.len() <= most {
            return Some(text);
        }
        if items(blocks) == 0 {
            return None;
        }
        drop_last(blocks);
    }
}

fn fill(blocks: &mut [Block], room: &mut usize) {
    let mut order: Vec<usize> = (0..blocks.len()).collect();
    order.sort_by_key(|at| blocks[*at].rank);
    let whole = *room;
    for at in order {
        let block = &mut blocks[at];
        block.kept = block.fitting((*room).min(block.share(whole)));
        *room = room.saturating_sub(block.size());
        let is_change = block.rank >= Rank::StandsOut;
        if is_change && block.left_out() > 0 {
            return;
        }
    }
}

/// The least important item that is kept is left out too.
fn drop_last(blocks: &mut [Block]) {
    let last = blocks.iter_mut().filter(|block| block.kept > 0).max_by_key(|block| block.rank);
    if let Some(block) = last {
        block.kept -= 1;
    }
}
