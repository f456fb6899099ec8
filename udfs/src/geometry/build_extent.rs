//! Where one side of a join lies, told to the scan of the other side while the query runs.

use std::sync::{Arc, Mutex, PoisonError};

use super::Bounds;

/// How many bounds are told at most; neighbours in the given order are joined beyond.
const MOST_BOUNDS: usize = 256;

/// Bounds in which all geometries of a join's build side lie, grown by the distance that the join asks for.
///
/// The join tells them when it has read its build side, before it asks its probe side for a row. Whoever scans the probe
/// side may then leave out rows whose geometry overlaps none of them. Nobody waits: a scan that is asked before the
/// bounds are told reads everything.
#[derive(Debug, Default)]
pub struct BuildExtent(Mutex<Told>);

#[derive(Debug, Default)]
enum Told {
    #[default]
    Nothing,
    Bounds(Arc<[Bounds]>),
    Withdrawn,
}

impl BuildExtent {
    /// Tells the bounds, of all rows or of groups of them; none when the build side has no geometry.
    ///
    /// Groups whose neighbours in the list are neighbours in space, such as the nodes of an R-tree, tell the most.
    /// Bounds that are told twice belong to two runs of the plan and are withdrawn.
    pub fn tell(&self, mut bounds: Vec<Bounds>) {
        bounds.retain(|one| !one.is_nothing());
        if bounds.len() > MOST_BOUNDS {
            let n_joined = bounds.len().div_ceil(MOST_BOUNDS);
            let joined = bounds.chunks(n_joined).map(|chunk| {
                let mut all = Bounds::NOTHING;
                for one in chunk {
                    all.add_bounds(one);
                }
                all
            });
            bounds = joined.collect();
        }
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *told = match *told {
            Told::Nothing => Told::Bounds(bounds.into()),
            Told::Bounds(_) | Told::Withdrawn => Told::Withdrawn,
        };
    }

    /// Says that no bounds are known, for good.
    pub fn withdraw(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Told::Withdrawn;
    }

    /// The bounds, when they were told.
    #[must_use]
    pub fn bounds(&self) -> Option<Arc<[Bounds]>> {
        match &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Told::Bounds(bounds) => Some(Arc::clone(bounds)),
            Told::Nothing | Told::Withdrawn => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_bounds_become_few_that_cover_them() {
        let extent = BuildExtent::default();
        assert_eq!(extent.bounds(), None);
        let all: Vec<Bounds> = (0..1_000)
            .map(|n| Bounds::of_corners((f64::from(n), 0.0), (f64::from(n) + 0.5, 1.0)))
            .collect();
        extent.tell(all.clone());
        let told = extent.bounds().unwrap_or_default();
        assert!(told.len() <= MOST_BOUNDS);
        assert!(all.iter().all(|one| told.iter().any(|bounds| bounds.covers(one))));
        extent.tell(all);
        assert_eq!(extent.bounds(), None);
    }
}
