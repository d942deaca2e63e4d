//! What a bundle carries of its history, and whether everything in it follows from that: judged by real Git, and by
//! every way of lying about it that we know.

mod derived;
mod packed;
