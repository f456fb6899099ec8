//! How much memory there is.

use sysinfo::{MemoryRefreshKind, RefreshKind, System};

/// Share of the memory that queries get where the configuration says nothing, in percent.
const QUERY_PERCENT: u64 = 60;

/// Memory for queries, in bytes: a share of the machine's, or of the container's limit where that is lower.
pub fn default_bytes() -> u64 {
    let kind = RefreshKind::nothing().with_memory(MemoryRefreshKind::nothing().with_ram());
    let system = System::new_with_specifics(kind);
    let machine = system.total_memory();
    let limit = system
        .cgroup_limits()
        .map_or(machine, |limits| limits.total_memory.min(machine));
    limit / 100 * QUERY_PERCENT
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_default_is_a_share_of_a_real_machine() {
        let bytes = super::default_bytes();
        assert!(bytes > 64 << 20, "{bytes}");
        assert!(bytes < 1 << 50, "{bytes}");
    }
}
