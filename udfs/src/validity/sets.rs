//! Sets that are joined to larger ones.

/// Numbers that are joined to sets.
#[derive(Debug)]
pub struct Sets {
    parents: Vec<u32>,
}

impl Sets {
    /// The numbers below a count, each a set of its own.
    pub fn new(count: usize) -> Self {
        Self {
            parents: (0_u32..).take(count).collect(),
        }
    }

    /// The number that stands for the set of another one.
    ///
    /// # Source
    ///
    /// R. E. Tarjan and J. van Leeuwen, "Worst-case analysis of set union algorithms", 1984: paths are halved.
    pub fn find(&mut self, number: u32) -> u32 {
        let mut at = number;
        while self.parents[at as usize] != at {
            let above = self.parents[self.parents[at as usize] as usize];
            self.parents[at as usize] = above;
            at = above;
        }
        at
    }

    /// Joins the sets of two numbers; false when they are in one already.
    pub fn join(&mut self, one: u32, other: u32) -> bool {
        let (one, other) = (self.find(one), self.find(other));
        self.parents[one as usize] = other;
        one != other
    }
}
